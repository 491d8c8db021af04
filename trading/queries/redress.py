"""Read what may be undone in a tender when a challenge or a complaint was right."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet

from trading.domain import SIGNED
from trading.domain.redress import CORRECTION, GROUND, Stage, open_ways
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import Challenge, Complaint, Contract, Lot, Suspension, Tender
from trading.queries.passed import passing_event
from trading.queries.publicity import candidates_left, falling, first_of

AMENDING: Final[Mapping[str, str]] = {
    "amend": "amend/",
    "amend_prequal": "prequalification/amend/",
    "amend_first_stage": "first-stage/amend/",
}
"""The moves by which a text is corrected, of a call or of what stands before it, with the page of
each below its tender.
"""
BUSY: Final = frozenset({"opening", "bidding", "quoting"})
"""The states in which nothing is undone: bids are being opened, or offers made, this very hour."""


def stage_of(tender: Tender) -> Stage:
    """Give where a tender stands, for what may be undone."""
    life, state = lifecycle_of(tender), tender.state
    lots = list(tender.lots.order_by("number"))
    return Stage(
        takes_bids=any(life.allows(state, amending) for amending in AMENDING),
        reevaluates=life.allows(state, "reevaluate"),
        passes_over=life.allows(state, passing_event(tender)),
        fails=_may_void(tender),
        has_signed=any(lot.state in SIGNED for lot in lots),
        left={lot.number: _left(lot) for lot in lots if is_unsigned(lot)},
        signed=_signed(tender, lots),
        joint=tuple(lot.number for lot in lots if is_joint(lot)),
    )


def _may_void(tender: Tender) -> bool:
    """Tell whether what a tender has come to may be void."""
    method, state = method_of(tender), tender.state
    if state in BUSY or not lifecycle_of(tender).allows(state, "fail"):
        return False
    # While the hall is being made ready it counts first.
    return not (state == "closed" and method.is_sealed)


def is_unsigned(lot: Lot) -> bool:
    """Tell whether what a lot came to is not signed with anybody yet, and not over."""
    return lot.state in {"open", "awarded"} and not _has_framework(lot)


def _has_framework(lot: Lot) -> bool:
    return lot.agreements.filter(state="in_force").exists()


def _signed(tender: Tender, lots: list[Lot]) -> dict[int, bool]:
    """Tell of each lot with a contract or framework agreements in force, where the law has them
    undone, whether nothing of them was performed as far as the file shows.
    """
    remedy = remedy_of(tender)
    if remedy is None or not remedy.undoes_contracts:
        return {}
    live = [lot for lot in lots if lot.state != "ended" and _has_framework(lot)]
    signed = {lot.number: not _was_called(lot) for lot in live}
    contracts = Contract.objects.filter(lot__tender=tender, ended_at=None, signed_at__isnull=False)
    for contract in contracts.select_related("lot").order_by("lot__number"):
        is_begun = contract.acceptances.exists() or contract.payments.exists()
        signed[contract.lot.number] = contract.lot.state == "contracted" and not is_begun
    return signed


def _was_called(lot: Lot) -> bool:
    """Tell whether a purchase under the agreements of a lot was signed: they are performed so."""
    competed = Contract.objects.filter(lot__tender__competition__lot=lot, signed_at__isnull=False)
    return lot.call_offs.filter(state="contracted").exists() or competed.exists()


def _left(lot: Lot) -> int:
    return max(len(candidates_left(lot)) - 1, 0) if whose_turn(lot) else 0


def whose_turn(lot: Lot) -> str:
    """Give the code of whoever is to have a lot, or stands first for it; empty where an award
    committee has not chosen yet, or equals are not told apart.
    """
    return falling(lot) or ("" if lot.tender.award_way else first_of(lot))


def is_joint(lot: Lot) -> bool:
    """Tell whether several stand first in a lot, and neither lots nor the purchaser took one."""
    if lot.state != "open":
        return False
    apart = lot.tender.award_way or method_of(lot.tender).second_stage or whose_turn(lot)
    return not apart and bool(candidates_left(lot))


def redress_ways(tender: Tender) -> list[str]:
    """List what may be ordered now when somebody was right."""
    return open_ways(stage_of(tender))


def corrections_of(tenders: QuerySet[Tender]) -> list[tuple[Suspension, str]]:
    """List what has to be corrected before these tenders go on, each with the page where that is
    done.
    """
    rows = Suspension.objects.filter(tender__in=tenders, cause=CORRECTION, ended_at=None)
    return [(row, _amending_page(row.tender)) for row in rows.select_related("tender")]


def _amending_page(tender: Tender) -> str:
    allows = lifecycle_of(tender).allows
    return next((path for move, path in AMENDING.items() if allows(tender.state, move)), "")


def redress_lots(tender: Tender, *, itself: bool = False) -> list[Lot]:
    """List the lots in which something may still be undone; by those who run it `itself`, only
    where nothing is signed.
    """
    stage = stage_of(tender)
    numbers = [*stage.left] if itself else [*stage.left, *stage.signed]
    return list(tender.lots.filter(number__in=numbers).order_by("number"))


def was_upheld(lot: Lot) -> bool:
    """Tell whether a challenge or a complaint was found right that is a ground against whoever is
    to have a lot: about how it came to its result, of this lot or of all, since it was evaluated,
    and with nothing undone by it yet.
    """
    tender = lot.tender
    if tender.evaluated_at is None:
        return False
    upheld = {"tender": tender, "outcome": "upheld", "redress": ""}
    raised = Challenge.objects.filter(**upheld, answered_at__gte=tender.evaluated_at)
    decided = Complaint.objects.filter(**upheld, decided_at__gte=tender.evaluated_at)
    found = [(one.about, one.lot_id) for one in raised]
    found += [
        (one.about, one.challenge.lot_id if one.challenge else None)
        for one in decided.select_related("challenge")
    ]
    return any(_of_result(tender, about) and lot_id in {None, lot.pk} for about, lot_id in found)


def _of_result(tender: Tender, about: str) -> bool:
    """Tell whether what was raised is about the result: nothing of a text, a source or a
    prequalification follows from it.
    """
    remedy = remedy_of(tender)
    matter = remedy.matters.get(about) if remedy else None
    return matter is None or matter.upheld in {"", "reevaluate"}


def passing_grounds(lot: Lot, grounds: Mapping[str, str]) -> dict[str, str]:
    """Leave out the ground that nobody was found right by."""
    return {name: said for name, said in grounds.items() if name != GROUND or was_upheld(lot)}
