"""From the ranked candidates to the award: rank order, clocks, and what the law wants published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kernel import money
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _

Named = int | str
"""How a candidate is named: by its code, or by its place in the list as it was reported."""


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
            "offer": {str(name): str(said) for name, said in c.get("offer", {}).items()},
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
    and none beyond the start price.
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
    sign = -1 if auction.get("direction") == "low" else 1
    prices = [sign * Decimal(c["price"]) for c in ranked]
    known = {c["uscc"] for c in ranked}
    sound = (
        [c["rank"] for c in ranked] == list(range(1, len(ranked) + 1))
        and len(known) == len(ranked)
        and known <= set(entrants)
        and prices == sorted(prices, reverse=True)
        and prices[-1] >= sign * Decimal(auction.get("start_price", "0"))
    )
    if not sound:
        raise Invalid(
            "award.unsound_offers", _("竞价结果与登记的意向受让方、底价或排序不符。"), lot=lot
        )
    return ranked


def unawarded(why: Mapping[str, str], entrants: Mapping[str, str]) -> list[dict[str, str]]:
    """Say of those let in to an auction who are no candidates what each is told."""
    return [
        {"uscc": uscc, "name": entrants.get(uscc, ""), "bid": uscc, "reason": reason}
        for uscc, reason in sorted(why.items())
    ]


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


def candidate(candidates: Sequence[Mapping[str, Any]], named: Named) -> Candidate:
    """Give the candidate that is named by its code, or by its place in the list from one on, or
    refuse: outside the list nobody can be chosen. A rank names nobody: several may share it.
    """
    for place, c in enumerate(candidates, start=1):
        if named in {c["uscc"], place}:
            rank = int(c["rank"])
            return Candidate(rank, c["uscc"], c["name"], c["bid"], c["price"], c["total"])
    raise Invalid(
        "award.not_a_candidate",
        _("只能在评审报告推荐的中标候选人中确定中标人。"),
        field="supplier",
    )


def require_none_awarded(states: Iterable[str]) -> None:
    """Refuse what would undo the awards that stand in other lots."""
    if {"awarded", "contracted", "accepted", "ended"} & set(states):
        raise Conflict(
            "award.others_stand",
            _(
                "已有标段（包）发出中标通知书，不能终止整个项目，也不能整体重新评标；"
                "请取消该标段（包）候选人的中标资格，或者只对它重新招标（采购）。"
            ),
        )


def require_rank_order(reason: str, *, is_first: bool, most: int = 300) -> str:
    """Take the first candidate, or a later one with the lawful reason (GPR 43, M87 68)."""
    clean = reason.strip()
    if len(clean) > most:
        raise Invalid("text.required", _("请填写内容，不超过 %(most)s 字。"), most=most)
    if not is_first and not clean:
        raise Invalid(
            "award.out_of_order",
            _("应按排名顺序确定中标人；不选排名第一的，须写明法定理由。"),
            field="reason",
        )
    return clean


GROUNDS: Final = {
    "gave_up": _("排名在前的中标候选人放弃中标"),
    "force_majeure": _("因不可抗力不能履行合同"),
    "no_security": _("未按招标文件要求提交履约保证金"),
    "unlawful": _("被查实存在影响中标结果的违法行为"),
}
"""For which a later candidate may be taken where the first has to be (BLR 55)."""


def require_publicised(until: date | None, on: date) -> None:
    """Refuse to confirm a winner before the candidates' publicity is over (BLR 54)."""
    if until is None or on <= until:
        raise Conflict(
            "award.publicity",
            _("中标候选人公示至 %(until)s 期满，期满后才能确定中标人。"),
            until=str(until or ""),
        )


def require_lawful_ground(ground: str, reason: str, *, is_first: bool, state_funded: bool) -> str:
    """Take the first candidate; where state money leads, a later one for the four grounds only
    (BLR 55), elsewhere with a reason.
    """
    if is_first:
        return ""
    if ground and ground not in GROUNDS:
        raise Invalid("award.ground", _("请选择依法可以依次确定的情形。"), field="ground")
    if state_funded and not ground:
        raise Invalid(
            "award.rank_one_only",
            _(
                "国有资金占控股或者主导地位的项目，应当确定排名第一的中标候选人；依次确定其他候选人"
                "须符合法定情形（招标投标法实施条例第五十五条）。"
            ),
            field="ground",
        )
    why = require_rank_order(reason, is_first=False)
    return f"{GROUNDS[ground]}：{why}" if ground else why


def require_no_suspension(reasons: Sequence[str]) -> None:
    """Refuse what may not be done while the procurement stands still (GPR 54)."""
    if reasons:
        raise Conflict(
            "tender.suspended",
            _("采购活动暂停中，不能办理：%(reasons)s"),
            reasons="；".join(reasons),
        )
