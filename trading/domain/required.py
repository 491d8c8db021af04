"""What a published text must say, row by row of the rules: where the text says it, or which
paragraph of the draft is asked for it (NT10 5, M87 13, SA32 14, LD39 9).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain import particulars
from trading.domain.findings import Finding
from trading.domain.particulars import Particular
from trading.periods import RuleSet
from trading.periods.fields import CALLS
from trading.periods.rule import Requirement

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

Ways = tuple[tuple[str, ...], ...]
"""The ways a text may say a thing: each is a list of places, all of which have to say something."""
OF_KIND: Final[Mapping[str, str]] = {
    "candidates": "candidate_publicity",
    "result": "result_notice",
    "hire": "hire_publicity",
}
"""The documents that other kinds of notice are."""
OF_PAPER: Final[Mapping[str, str]] = {"grant_confirmation": "deal_confirmation"}
"""The documents that papers are."""
LONGEST: Final = 1000
PARTIES: Final[Ways] = (
    ("purchaser.name", "purchaser.address", "agency.name", "agency.address", "contact.phone"),
    ("purchaser.phone", "purchaser.address", "agency.phone", "agency.address"),
)
DOCUMENTS: Final[Ways] = (("documents_from", "documents_until", "attachments"),)
BIDDING: Final[Ways] = (("lots[].auction.kind", "lots[].auction.opens_at"), ("scheme.method",))
PLACES: Final[Mapping[str, Mapping[str, Ways]]] = {
    "tender_notice": {
        "project": (("title", "summary", "funding", "lots[].title"),),
        "qualification": (("qualification",),),
        "documents": DOCUMENTS,
        "submission": (("bids_close_at", "place"),),
        "parties": PARTIES,
        "platform": (("code",),),
        "other": (("validity_days", "conformity"),),
        "budget": (("title", "lots[].budget", "lots[].ceiling"),),
        "requirement": (("summary",),),
        "notice_period": (("notice_days.value",),),
        "opening": (("bids_close_at", "place"),),
        "contact": (("contact.name", "contact.phone"),),
    },
    "disclosure": {
        "target": (("title", "summary", "lots[].title", "purchaser.name", "purchaser.uscc"),),
        "share": (("lots[].quantity", "lots[].auction.start_price", "lots[].delivery"),),
        "conditions": (("qualification?",),),
        "priority": (("lots[].auction.priority_right",),),
        "bidding": BIDDING,
    },
    "announcement": {
        "grantor": (("purchaser.name", "purchaser.address"),),
        "lot": (
            (
                "lots[].particulars.boundary",
                "lots[].particulars.area",
                "lots[].particulars.condition",
                "lots[].particulars.years",
                "lots[].particulars.use",
                "lots[].particulars.plot_ratio",
            ),
        ),
        "qualification": (("qualification?",),),
        "documents": (("attachments",),),
        "bidding": BIDDING,
        "winner_rule": BIDDING,
        "deposit": (("lots[].deposit", "bids_close_at"),),
        "other": (("summary",),),
    },
    "candidate_publicity": {
        "ranking": (("lots[].candidates[].name", "lots[].candidates[].price"),),
        "evaluation": (("lots[].candidates[].total?", "lots[].rejected"),),
        "manager": (("lots[].candidates[].offer?",),),
        "response": (("lots[].qualification",),),
        "objection": (("contact.name", "contact.phone", "until"),),
    },
    "result_notice": {
        "parties": PARTIES,
        "project": (("code",),),
        "winner": (
            ("lots[].supplier.name", "lots[].amount"),
            ("lots[].shortlisted[].supplier.name",),
        ),
        "items": (("lots[].items?",),),
        "experts": (("experts?",),),
        "declarations": (("lots[].declarations?",), ("lots[].shortlisted[].supplier.name",)),
    },
    "deal_confirmation": {
        "parties": (("purchaser", "winner"),),
        "object": (("lot_title", "location", "area", "use", "years"),),
        "deal": (("priced_at", "amount"),),
        "contract": (("contract_due", "owner_address"),),
    },
    "hire_publicity": {
        "person": (("posts[].rows[].name", "posts[].rows[].ticket"),),
        "post": (("posts[].title",),),
        "scores": (("posts[].rows[].total",),),
        "masked": (("posts[].rows[].ticket",),),
        "objection": (("until",),),
    },
}
"""Where each document says what its rows ask for: by the names its text has. A place that ends in a
question mark may say that there is none.
"""
ACCEPTS: Final = {
    "不接受联合体投标": _("不接受联合体投标"),
    "接受联合体投标": _("接受联合体投标"),
}
ASKED: Final[Mapping[str, Mapping[str, Particular]]] = {
    "tender_notice": {"consortium": Particular("consortium", "", choices=ACCEPTS)},
    "disclosure": {
        "approvals": Particular(
            "approvals", "", _("内部决策的会议和日期，批准单位和文号。"), LONGEST
        ),
        "valuation": Particular(
            "valuation",
            "",
            _("评估机构、基准日、核准或备案文号；上一年度和最近一期的审计数据或财务报表。"),
            LONGEST,
        ),
        "staff": Particular(
            "staff", "", _("职工安置方案是否经职工代表大会通过；债权债务由谁承担。"), LONGEST
        ),
        "management": Particular(
            "management", "", _("标的企业管理层是否参与受让；参与的，写明持股和职责。"), LONGEST
        ),
        "deposit": Particular(
            "deposit",
            "",
            _("何时转为价款、何时退还；确定受让方后退出、拒绝签约、串通的如何处理。"),
            LONGEST,
        ),
        "special": Particular(
            "special", "", _("抵押、诉讼、资质等影响受让方判断的事项；没有的写“无”。"), LONGEST
        ),
    },
}
"""Of which rows a draft is asked for a paragraph of its own, and how they are written."""


def called(rules: RuleSet) -> list[tuple[str, Requirement]]:
    """List what a call for bids or takers must say, each with its document."""
    return [(document, row) for document in CALLS for row in rules.fields(document)]


def asked(rules: RuleSet) -> list[Particular]:
    """List the paragraphs a draft is asked for: the rows its text has no place for, those of a city
    among them.
    """
    return [
        _asked(document, row) for document, row in called(rules) if row.code not in PLACES[document]
    ]


def _asked(document: str, row: Requirement) -> Particular:
    known = ASKED.get(document, {}).get(row.code)
    if known is None:
        return Particular(row.code, row.title, longest=LONGEST)
    return Particular(row.code, row.title, known.help, known.longest, choices=known.choices)


def read(given: object, rules: RuleSet) -> list[dict[str, str]]:
    """Clean the paragraphs a draft gives, each under the title its row has now."""
    wanted = asked(rules)
    said, titles = particulars.read(given, wanted), {one.name: one.title for one in wanted}
    return [{"code": name, "title": titles[name], "text": text} for name, text in said.items()]


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """List the paragraphs a draft does not have, with the article that asks for each; the first of
    two notices prints none of them, the call for the second stage all.
    """
    if facts.text is None or facts.is_first_stage:
        return
    said = {one["code"] for one in facts.particulars}
    for document, row in called(facts.rules):
        if row.code not in PLACES[document] and row.code not in said:
            message, told = _("缺少%(title)s。"), {"title": row.title}
            yield Finding(f"basic.said-{row.code}", "basic", message, told, row.basis.cited)


def unsaid(facts: "TenderFacts") -> Iterator[Finding]:
    """List what the text as it stands does not say though a row asks for it."""
    text = facts.text
    if text is None:
        return
    for document, row in called(facts.rules):
        if row.code in PLACES[document] and not is_said(document, row, text):
            message, told = _("公告没有载明%(title)s。"), {"title": row.title}
            yield Finding(f"notice.{row.code}", "basic", message, told, row.basis.cited)


def is_said(document: str, row: Requirement, text: Mapping[str, Any]) -> bool:
    """Tell whether a text says what a row asks for."""
    ways = PLACES[document][row.code]
    return any(all(_says(text, place.split(".")) for place in way) for way in ways)


def _says(content: Any, path: Sequence[str]) -> bool:  # noqa: ANN401 - any part of a text
    if not path:
        return content is not None and content not in ("", [], {}, ())
    name, *rest = path
    if not isinstance(content, Mapping):
        return False
    if name.endswith("?"):
        return name[:-1] in content
    if not name.endswith("[]"):
        return _says(content.get(name), rest)
    rows = content.get(name[:-2]) or ()
    return bool(rows) and all(_says(row, rest) for row in rows)


def require_said(document: str, rows: Iterable[Requirement], text: Mapping[str, Any]) -> None:
    """Refuse to publish a text that leaves out what the rules ask for."""
    if missing := [row for row in rows if not is_said(document, row, text)]:
        raise Conflict(
            "notice.unsaid",
            _("公告没有载明依法必须公布的内容：%(items)s。请先补全项目资料。"),
            items="；".join(f"{row.title}（{row.basis.cited}）" for row in missing),
        )
