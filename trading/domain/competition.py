"""The second competition (二次竞价) among those shortlisted: who is asked, and at which price at
most (M110); and the quotes that are too low to be taken without a word (LOW2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import Conflict
from kernel.money import CENT
from kernel.text import gettext_noop as _
from trading.domain import rooms
from trading.domain.call_offs import amount_of
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.framework import M110
from trading.domain.rooms import Fault
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts


FAULTS: Final = (
    Fault("auction.none", rooms.is_unwritten, _("第 %(number)s 包还没有竞价规则。"), M110),
    Fault(
        "auction.opens_at",
        rooms.begins_early,
        _("第 %(number)s 包的竞价应在响应截止之后开始。"),
        M110,
    ),
)
"""What would keep a lot from being competed for, the first thing first."""


@dataclass(frozen=True)
class CompetitionFacts:
    """Who is asked, and the lowest price agreed with any of them for what is bought."""

    asked: int
    limit: Decimal


def limit_of(prices: Sequence[Decimal], quantity: Decimal) -> Decimal:
    """Give what the purchase may cost at most: the lowest price agreed with anybody asked, so that
    nobody can offer more than it has agreed to.
    """
    return amount_of(quantity, min(prices)) if prices else Decimal(0)


def require_several(asked: int, rules: RuleSet) -> None:
    """Refuse to compete where too few agreements are in force."""
    least = int(rules.value("least_parties", "min"))
    if asked < least:
        raise Conflict(
            "competition.too_few",
            _("协议有效的入围供应商只有 %(count)s 家，少于二次竞价的 %(least)s 家，请直接选定。"),
            count=asked,
            least=least,
        )


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a draft still lacks before those shortlisted are asked (M110)."""
    needed = (
        ("title", facts.title, _("项目名称")),
        ("summary", facts.summary, _("采购需求概况")),
        ("contact_name", facts.contact_name, _("项目联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
    )
    yield from unwritten(needed, M110)
    yield from _asked(facts)
    yield from undated((("bids_close_at", facts.bids_close_at, _("响应截止时间")),), M110)
    yield from rooms.first_faults(facts, FAULTS)


def _asked(facts: "TenderFacts") -> Iterator[Finding]:
    known, least = facts.competition, int(facts.rules.value("least_parties", "min"))
    if known is None or known.asked < least:
        message = _("协议有效的入围供应商不足 %(least)s 家。")
        yield Finding("asked.too_few", "asked", message, {"least": least}, M110)
    elif any(rooms.start_price(lot.auction) > known.limit for lot in facts.lots):
        message = _("最高限价高于被邀请供应商的最低协议价格，请采购人重新发起。")
        yield Finding("asked.above_agreed", "asked", message, {}, M110)


def too_low(
    prices: Mapping[str, Decimal], ceiling: Decimal, rules: RuleSet
) -> dict[str, dict[str, Any]]:
    """Find the offers a purchaser may not take without asking (LOW2), each with the lines it lies
    strictly below: of the mean, of the next offer above it, of the ceiling.
    """
    share = {name: rules.value(f"low_bid_{name}", "min") for name in ("mean", "next", "ceiling")}
    mean = sum(prices.values(), Decimal(0)) / len(prices) if prices else Decimal(0)
    ordered = sorted(prices.values())
    found = {}
    for owner, price in prices.items():
        above = ordered[ordered.index(price) + 1 :]
        bases = {"mean": mean, "ceiling": ceiling} | ({"next": above[0]} if above else {})
        lines = {
            name: f"{(share[name] * base).quantize(CENT):f}"
            for name, base in bases.items()
            if price < share[name] * base
        }
        if lines:
            found[owner] = lines
    return found


LINES: Final[Mapping[str, str]] = {
    "mean": _("低于全部报价平均值的规定比例"),
    "next": _("低于次低报价的规定比例"),
    "ceiling": _("低于最高限价的规定比例"),
}
"""Why an offer is asked about, by the line it lies below."""


def without(
    candidates: Sequence[Mapping[str, Any]], uscc: str
) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """Take one out of a ranking: give the others with their new ranks, and the one."""
    gone = next(c for c in candidates if c["uscc"] == uscc)
    rest = [c for c in candidates if c["uscc"] != uscc]
    return [{**c, "rank": rank} for rank, c in enumerate(rest, 1)], gone


def require_answered(due_at: datetime, explained_at: datetime | None, at: datetime) -> None:
    """Refuse to decide on a low offer before its supplier has explained, or had its time."""
    if explained_at is None and at < due_at:
        raise Conflict(
            "price.not_explained",
            _("供应商的说明时间尚未届满，至 %(due)s。"),
            due=due_at.isoformat(timespec="minutes"),
        )
