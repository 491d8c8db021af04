"""The pre-disclosure of a sale that hands over control of an enterprise (信息预披露, SA32 13, 15):
it is told of before its price is, within days of its approval, and for as long as the rules ask.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import is_sensible, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《企业国有资产交易监督管理办法》第十三条"
CONTENT: Final = "《企业国有资产交易监督管理办法》第十五条"
LONGEST: Final = 3000
TEXTS: Final = {
    "subject": _("转让标的基本情况"),
    "holders": _("转让标的企业的股东结构"),
    "decisions": _("产权转让行为的决策及批准情况"),
    "accounts": _("最近年度审计报告和最近一期财务报表的主要指标"),
}
"""What a pre-disclosure says (SA32 15); the conditions for takers are those of the draft."""


PARTS: Final = {
    "title": (_("项目名称"), "basic"),
    "lots": (_("转让标的"), "lots"),
    "conditions": (_("受让方资格条件"), "terms"),
}
"""What the rest of a draft adds to it, and the section each is written in."""


def read(given: object) -> dict[str, Any]:
    """Clean what a draft says of the pre-disclosure: whether control changes, and if it does when
    that was approved and what is told of it.
    """
    if not isinstance(given, Mapping) or set(given) - {"control_changes", "approved_on", *TEXTS}:
        raise Invalid("predisclosure.fields", _("请写明控制权是否转移。"), field="control_changes")
    if not isinstance(given.get("control_changes"), bool):
        raise Invalid("predisclosure.fields", _("请写明控制权是否转移。"), field="control_changes")
    if not given["control_changes"]:
        return {"control_changes": False}
    texts = {name: _text(name, given.get(name)) for name in TEXTS}
    return {"control_changes": True, "approved_on": _day(given.get("approved_on")), **texts}


def _text(name: str, given: object) -> str:
    clean = given.strip() if isinstance(given, str) else ""
    if len(clean) > LONGEST:
        raise Invalid(
            "text.required", _("请填写内容，不超过 %(most)s 字。"), most=LONGEST, field=name
        )
    return clean


def _day(given: object) -> str:
    if given in {None, ""}:
        return ""
    try:
        day = given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        day = None
    if day is None or not is_sensible(day):
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field="approved_on")
    return day.isoformat()


def changes_control(said: Mapping[str, Any]) -> bool:
    """Tell whether a draft says that control of the enterprise changes."""
    return bool(said.get("control_changes"))


def approved_on(said: Mapping[str, Any]) -> date | None:
    """Give the day on which the transfer was approved."""
    return date.fromisoformat(said["approved_on"]) if said.get("approved_on") else None


def last_day(on: date, rules: RuleSet) -> date:
    """Give the last day of a pre-disclosure that goes out on a day."""
    least = rules.period("pre_disclosure", on)
    return rules.calendar.earliest(on, least.value, least.unit, avoid_rest_days=True).due


def first_disclosure(on: date, rules: RuleSet) -> date:
    """Give the first day on which the disclosure proper may follow: the working day after the
    last, which belongs to the pre-disclosure to its end.
    """
    return rules.calendar.add_working_days(last_day(on, rules), 1).due


def is_known(on: date, rules: RuleSet) -> bool:
    """Tell whether the rules know a pre-disclosure of what is sold; of assets they know none."""
    return rules.last_day_if_any("pre_disclosure", on) is not None


def dates(facts: "TenderFacts", announced: date) -> dict[str, date]:
    """Name the dates that a pre-disclosure sets before the disclosure: it is assumed to go out on
    the day asked about, and the disclosure on the first day it leaves.
    """
    if not changes_control(facts.pre_disclosure) or not is_known(announced, facts.rules):
        return {"announced": announced}
    told = facts.pre_disclosed_on or announced
    first = facts.disclosure_from or first_disclosure(told, facts.rules)
    found = {"pre_disclosed": told, "announced": max(announced, first)}
    approved = approved_on(facts.pre_disclosure)
    return found | ({"plan_approved": approved} if approved else {})


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a sale of equity lacks: whether control changes, and what is then told first."""
    said, section = facts.pre_disclosure, "pre_disclosure"
    if facts.category != "equity":
        if changes_control(said):
            message = _("只有产权（股权）转让才有信息预披露，请改为不涉及控制权转移。")
            yield Finding("pre_disclosure.control_changes", section, message, {}, ARTICLE)
        return
    if not said:
        message = _("没有写明转让是否导致标的企业的实际控制权发生转移。")
        yield Finding("pre_disclosure.control_changes", section, message, {}, ARTICLE)
    if not changes_control(said):
        return
    if approved_on(said) is None:
        message = _("没有写明转让行为获批准的日期。")
        yield Finding("pre_disclosure.approved_on", section, message, {}, ARTICLE)
    yield from _told_otherwise(facts)
    for name, title in TEXTS.items():
        if not said[name]:
            message = _("信息预披露缺少“%(title)s”。")
            yield Finding(f"pre_disclosure.{name}", section, message, {"title": title}, CONTENT)


def _told_otherwise(facts: "TenderFacts") -> Iterator[Finding]:
    """List what would be disclosed otherwise than it was told of: nobody has waited for that."""
    for name in facts.told_otherwise:
        title, section = PARTS[name]
        message = _("%(title)s与已发布的信息预披露公告不一致：请改回，或终止后重新预披露。")
        yield Finding(f"pre_disclosure.{name}", section, message, {"title": title}, ARTICLE)


def waits(facts: "TenderFacts", at: datetime) -> Conflict | None:
    """Say why the disclosure proper has to wait: a pre-disclosure is owed, or still runs."""
    if not changes_control(facts.pre_disclosure):
        return None
    first = facts.disclosure_from
    if first is None:
        return Conflict(
            "predisclosure.owed",
            _("转让导致实际控制权转移，须先发布信息预披露公告（%(article)s）。"),
            article=ARTICLE,
        )
    if local_date(at) >= first:
        return None
    return Conflict(
        "predisclosure.runs",
        _("信息预披露期未满，正式披露不早于 %(day)s（%(article)s）。"),
        day=first.isoformat(),
        article=ARTICLE,
    )


def require_told(facts: "TenderFacts", at: datetime) -> None:
    """Refuse the disclosure proper while it has to wait."""
    if refusal := waits(facts, at):
        raise refusal


def plan(facts: "TenderFacts", at: datetime) -> date:
    """Decide what a pre-disclosure now sets: the first day of the disclosure proper."""
    on, said = local_date(at), facts.pre_disclosure
    if not changes_control(said):
        raise Conflict(
            "predisclosure.not_due", _("本次转让不涉及控制权转移，直接发布信息披露公告。")
        )
    if facts.disclosure_from is not None:
        raise Conflict("predisclosure.told", _("信息预披露公告已经发布。"))
    approved = approved_on(said)
    if approved is not None and approved > on:
        raise Conflict("predisclosure.early", _("转让行为获批准的日期晚于今天。"))
    return first_disclosure(on, facts.rules)
