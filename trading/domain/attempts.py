"""What was tried before: a failed project is tendered anew, in another way where that is approved,
or after its second failure not at all (WK30 38, M87 43, M74 27); whoever did not sign what it had
bought stays out of the re-sale and makes up the difference (AL 39).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Conflict, Denied, Invalid
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

CONVERTED: Final = "converted_tender"
"""The case in which two suppliers are enough since a tender for the same found no more."""
CONVERSION: Final = "《政府采购货物和服务招标投标管理办法》第四十三条"
TWO_SUPPLIERS: Final = "《政府采购非招标采购方式管理办法》第二十七条"
TENDERS: Final = frozenset(
    {"open_tender", "invited_tender", "prequalified_tender", "two_stage_tender"}
)
"""The methods that are tenders, as the law tells them from other ways to buy; an open one in two
stages is one of them (BLR 30).
"""
RESALE: Final = "《拍卖法》第三十九条"
AGAIN: Final = frozenset({"failed", "terminated", "ended"})
"""The states of a lot that may be offered anew."""
LONGEST_APPROVAL: Final = 120
LONGEST_REVIEW: Final = 1000


@dataclass(frozen=True)
class AttemptFacts:
    """The attempt a draft is, and what it says of the one before: whether that was a tender,
    whether it failed for want of bidders, whether the draft offers nothing but what failed, and the
    approval to go another way.
    """

    number: int = 1
    was_tender: bool = False
    lacked_bidders: bool = False
    only_failed: bool = False
    is_tender: bool = False
    approval: str = ""
    review: str = ""
    listed_case: str = ""

    @property
    def converts(self) -> bool:
        """Tell whether what was tendered in vain is now bought in another way."""
        return self.was_tender and not self.is_tender


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask what goes another way for its approval, and for the failed tender it says it comes from:
    nobody lowers three suppliers to two by a choice in a list.
    """
    attempt = facts.attempt
    if attempt.listed_case == CONVERTED and not (attempt.converts and attempt.lacked_bidders):
        message = _(
            "“由公开招标转为谈判”只适用于因供应商不足而失败的招标：请从那个失败的项目发起“重新采购”，变更为本方式，或者改选“不属于”。"
        )
        yield Finding("basic.not_converted", "basic", message, {}, TWO_SUPPLIERS)
    if not (attempt.converts or attempt.listed_case == CONVERTED):
        return
    for name, said, title in (
        ("conversion_approval", attempt.approval, _("变更采购方式的批准文号")),
        ("conversion_review", attempt.review, _("招标文件和招标程序的审查意见")),
    ):
        if not said.strip():
            message, told = _("缺少%(title)s。"), {"title": title}
            yield Finding(f"basic.{name}", "basic", message, told, CONVERSION)


def require_again(lots: Sequence[int], *, is_published: bool) -> None:
    """Refuse to do anew what was never public, or of which nothing failed that is not yet done."""
    if not is_published:
        raise Conflict(
            "retender.never_published", _("项目没有发布过，请直接修改草稿或者新建项目。")
        )
    if not lots:
        raise Conflict(
            "retender.nothing_left",
            _("没有失败或者终止的标段（包、标的），或者已经重新组织：请到后一次的项目中办理。"),
        )


def require_method(chosen: str, able: Collection[str]) -> None:
    """Refuse a way that what failed cannot be carried over to."""
    if chosen not in able:
        raise Invalid(
            "retender.method", _("前次的内容不能按这种交易方式重新组织。"), field="method"
        )


def require_not_stopped(*, is_stopped: bool) -> None:
    """Refuse to go on once the end was published."""
    if is_stopped:
        raise Conflict("retender.stopped", _("已经公告不再进行招标，不能重新招标。"))


def may_stop(failures: int, rules: RuleSet) -> bool:
    """Tell whether a project failed as often for want of bidders as its law asks before tendering
    may be given up; never where no rule says so.
    """
    row = rules.find("failures_to_stop", "min")
    return row is not None and failures >= row.value


def require_stop(failures: int, rules: RuleSet) -> str:
    """Give the article by which tendering may be given up, or refuse."""
    row = rules.find("failures_to_stop", "min")
    if row is None:
        raise Conflict(
            "stop.no_rule", _("适用的规则没有允许不再招标的情形，应当重新招标或者终止项目。")
        )
    if failures < row.value:
        raise Conflict(
            "stop.too_early",
            _("因投标人不足失败 %(failures)s 次；满 %(least)s 次才可以不再招标，应当重新招标。"),
            failures=failures,
            least=int(row.value),
        )
    return row.basis.cited


def require_approval(approval: str, *, needed: bool) -> str:
    """Take the number of the approval, which nobody whose project needs one goes without."""
    clean = approval.strip()
    if needed and not clean:
        raise Invalid(
            "stop.approval",
            _("属于必须审批、核准的项目，须经原审批、核准部门同意，请填写文号。"),
            field="approval",
        )
    if len(clean) > LONGEST_APPROVAL:
        raise Invalid(
            "stop.approval_long",
            _("文号不超过 %(most)s 字。"),
            most=LONGEST_APPROVAL,
            field="approval",
        )
    return clean


def default_of(candidate: Mapping[str, Any]) -> dict[str, str]:
    """Say who did not sign what it had bought, and at which price."""
    return {name: str(candidate[name]) for name in ("uscc", "name", "price")}


def require_no_default(uscc: str, defaults: Sequence[Mapping[str, str]]) -> None:
    """Refuse whoever had bought the same and did not sign."""
    if any(one["uscc"] == uscc for one in defaults):
        raise Denied(
            "register.defaulted",
            _(
                "贵单位曾竞得本标的而拒绝签订合同，不能参加再行出让、转让，并应补足差价（%(article)s）。"
            ),
            article=RESALE,
        )


@dataclass(frozen=True)
class Shortfall:
    """What a defaulter owes: by how much the re-sale brought less than it had offered."""

    uscc: str
    name: str
    before: Decimal
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Give the difference; none where the re-sale brought as much or more."""
        return max(self.before - self.price, Decimal(0))


def shortfall(defaults: Sequence[Mapping[str, str]], price: Decimal) -> Shortfall | None:
    """Compare a re-sale with the price that was not paid: of several the highest, which stood
    first; None where nobody defaulted or nothing is owed.
    """
    if not defaults:
        return None
    first = max(defaults, key=lambda one: Decimal(one["price"]))
    found = Shortfall(first["uscc"], first["name"], Decimal(first["price"]), price)
    return found if found.amount > 0 else None
