"""From the ranked candidates to the award: rank order, clocks, and what the law wants published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import periods, timetable

CONFIRM_ARTICLE: Final = "《政府采购法实施条例》第四十三条"


@dataclass(frozen=True)
class Candidate:
    """One ranked candidate of a lot."""

    rank: int
    uscc: str
    name: str
    bid: str
    price: str
    total: str


def read_candidates(given: Iterable[Mapping[str, Any]], lot: int) -> list[dict[str, Any]]:
    """Take the candidates of a lot in rank order; amounts stay decimal strings."""
    mine = sorted((c for c in given if int(c["lot"]) == lot), key=lambda c: int(c["rank"]))
    return [
        {
            "rank": int(c["rank"]),
            "uscc": str(c["supplier_uscc"]),
            "name": str(c.get("supplier", "")),
            "bid": str(c["bid"]),
            "price": format(money.round_half_up(money.parse(str(c["price"])), 2), "f"),
            "total": str(c.get("total", "")),
            "items": list(c.get("items", [])),
            "declarations": list(c.get("declarations", [])),
        }
        for c in mine
    ]


def ranked_offers(
    given: Iterable[Mapping[str, Any]],
    lot: int,
    auction: Mapping[str, Any],
    entrants: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Take the offers of an ended auction by rank: of those let in only, each once, the best first
    and not below the start price.
    """
    rows = [
        {
            **offer,
            "lot": lot,
            "supplier_uscc": offer["uscc"],
            "supplier": entrants.get(str(offer["uscc"]), ""),
            "bid": offer.get("bid", offer["uscc"]),
        }
        for offer in given
    ]
    ranked = read_candidates(rows, lot)
    prices = [Decimal(c["price"]) for c in ranked]
    known = {c["uscc"] for c in ranked}
    sound = (
        [c["rank"] for c in ranked] == list(range(1, len(ranked) + 1))
        and len(known) == len(ranked)
        and known <= set(entrants)
        and prices == sorted(prices, reverse=True)
        and prices[-1] >= Decimal(auction.get("start_price", "0"))
    )
    if not sound:
        raise Invalid(
            "award.unsound_offers", _("竞价结果与登记的意向受让方、底价或排序不符。"), lot=lot
        )
    return ranked


def read_excluded(given: Iterable[Mapping[str, Any]], lot: int) -> list[dict[str, str]]:
    """Take the bids of a lot that are out, with the reason each bidder is told."""
    return [
        {
            "uscc": str(entry["supplier_uscc"]),
            "name": str(entry.get("supplier", "")),
            "bid": str(entry["bid"]),
            "reason": str(entry["reason"]),
        }
        for entry in given
        if int(entry["lot"]) == lot
    ]


def candidate(candidates: Sequence[Mapping[str, Any]], rank: int) -> Candidate:
    """Give the candidate of a rank, or refuse: outside the list nobody can be chosen."""
    for c in candidates:
        if c["rank"] == rank:
            return Candidate(rank, c["uscc"], c["name"], c["bid"], c["price"], c["total"])
    raise Invalid(
        "award.not_a_candidate",
        _("只能在评审报告推荐的中标候选人中确定中标人。"),
        rank=rank,
        field="rank",
    )


def require_rank_order(
    chosen: int, reason: str, *, tied: Iterable[int] = (), most: int = 300
) -> str:
    """Take the first candidate, or a later one with the lawful reason (GPR 43, M87 68)."""
    clean = reason.strip()
    if len(clean) > most:
        raise Invalid("text.required", _("请填写内容，不超过 %(most)s 字。"), most=most)
    if chosen != 1 and chosen not in set(tied) and not clean:
        raise Invalid(
            "award.out_of_order",
            _("应按排名顺序确定中标人；不选排名第一的，须写明法定理由。"),
            field="reason",
        )
    return clean


def confirmation_due(received: date) -> date:
    """Give the last day for the purchaser to confirm: five working days after the report
    (GPR 43).
    """
    return last_day("confirm_winner", received)


def last_day(period: str, anchor: date) -> date:
    """Give the last day of a statutory period that begins after the anchor."""
    rule = next(
        p
        for p in periods.in_force(timetable.OPEN_TENDER, anchor, periods.PERIODS)
        if p.code == period
    )
    return timetable.NATIONAL.add(anchor, rule.value, rule.unit, roll=rule.rolls).due


def article_of(period: str) -> str:
    """Give the article a period rests on."""
    return next(p.article for p in periods.PERIODS if p.code == period)


def require_no_suspension(reasons: Sequence[str]) -> None:
    """Refuse what may not be done while the procurement stands still (GPR 54)."""
    if reasons:
        raise Conflict(
            "tender.suspended",
            _("采购活动暂停中，不能办理：%(reasons)s"),
            reasons="；".join(reasons),
        )
