"""Prequalification (资格预审): who may bid is found out before the tender documents go out
(BLR 15 to 19, 21; GPR 21); its gate is in trading/domain/gates.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding, undated

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

LONGEST: Final = {"reason": 500, "member": 20}
SHORTEST: Final = 4
MOST_MEMBERS: Final = 15


@dataclass(frozen=True)
class Prequalifies:
    """How a method prequalifies: the articles its notice and its failure rest on, what somebody
    found not to pass may do, what is said and cited where bids have closed without one who ought to
    have passed, and where state money leads the article by which a committee reviews (none where
    the law asks for none).
    """

    article: str
    too_few: str
    remedy: str
    voided: str
    voided_article: str
    panel_article: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the review found of one applicant: the terms it does not meet, each with the reason."""

    unmet: Mapping[str, str]

    @property
    def passed(self) -> bool:
        """Tell whether it meets every term (合格制)."""
        return not self.unmet


def read_verdict(unmet: Mapping[str, str], terms: Sequence[Mapping[str, Any]]) -> Verdict:
    """Take the terms an applicant does not meet, each with its reason; whoever meets all passes."""
    known = {str(term["code"]) for term in terms}
    if strange := sorted(set(unmet) - known):
        raise Invalid(
            "prequal.term",
            _("资格预审文件中没有这些条件：%(codes)s。只能按公布的条件审查。"),
            codes="、".join(strange),
        )
    reasons = {code: reason.strip() for code, reason in unmet.items()}
    for code, reason in reasons.items():
        if not SHORTEST <= len(reason) <= LONGEST["reason"]:
            raise Invalid(
                "prequal.reason",
                _("条件 %(term)s 不合格的，须写明理由（%(least)s 至 %(most)s 字），并告知申请人。"),
                term=code,
                least=SHORTEST,
                most=LONGEST["reason"],
                field=f"reason_{code}",
            )
    return Verdict(dict(sorted(reasons.items())))


@dataclass(frozen=True)
class Committee:
    """What a review committee is held to where one has to be (BLR 18): at least so many, an odd
    number, and at least so many thirds of them experts (BL 37).
    """

    least: int
    thirds: Decimal
    article: str

    def experts_of(self, size: int) -> int:
        """Give how many experts a committee of so many has at least."""
        return ceil(self.thirds * size / 3)


def read_panel(
    names: Sequence[str], representatives: Sequence[str], committee: Committee | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take who reviewed, and who of them represents the tenderee; without a committee anybody may
    review.
    """
    given = _reviewers(names, committee)
    own = tuple(dict.fromkeys(name.strip() for name in representatives if name.strip()))
    if unknown := sorted(set(own) - set(given)):
        message = _("招标人代表须是所列的审查人员：%(names)s 不在其中。")
        raise Invalid(
            "prequal.not_on_panel", message, names="、".join(unknown), field="representatives"
        )
    if committee and len(given) - len(own) < (experts := committee.experts_of(len(given))):
        message = _(
            "招标人代表 %(own)s 人过多：审查委员会 %(size)s 人，"
            "其中评审专家至少 %(experts)s 人（%(article)s）。"
        )
        raise Invalid(
            "prequal.representatives",
            message,
            own=len(own),
            size=len(given),
            experts=experts,
            article=committee.article,
            field="representatives",
        )
    return given, own


def _reviewers(names: Sequence[str], committee: Committee | None) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    longest = LONGEST["member"]
    if len(given) > MOST_MEMBERS or any(len(name) > longest for name in given):
        raise Invalid(
            "prequal.panel_long",
            _("审查人员不超过 %(most)s 名，每人姓名不超过 %(longest)s 字。"),
            most=MOST_MEMBERS,
            longest=longest,
            field="panel",
        )
    if committee and (len(given) < committee.least or len(given) % 2 == 0):
        raise Invalid(
            "prequal.panel",
            _("须组建资格审查委员会，成员为 %(least)s 人以上单数（%(article)s）。"),
            least=committee.least,
            article=committee.article,
            field="panel",
        )
    if not given:
        raise Invalid("prequal.nobody", _("请写明由谁审查。"), field="panel")
    return given


def require_reviewed(verdicts: Sequence[Verdict | None]) -> None:
    """Refuse to end a prequalification while an application has not been reviewed."""
    if left := sum(verdict is None for verdict in verdicts):
        raise Conflict(
            "prequal.unreviewed",
            _("还有 %(left)s 份申请没有审查，全部审查后才能结束资格预审。"),
            left=left,
        )


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a draft lacks of its prequalification: its dates and its document."""
    how = facts.prequalification
    if how is None:
        return
    titles = {
        "prequalification_from": _("资格预审文件提供开始日期"),
        "prequalification_until": _("资格预审文件提供截止日期"),
        "prequalification_close_at": _("资格预审申请截止时间"),
    }
    asked = [name for name in titles if name in facts.demands.dates]
    yield from undated(((name, getattr(facts, name), titles[name]) for name in asked), how.article)
    if "prequalification" not in facts.attachments:
        message = _("尚未上传资格预审文件。")
        yield Finding("documents.no_prequalification", "documents", message, {}, how.article)
