"""Read the ranked candidates of lots as far as a reader may know them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from accounts.domain import AGENCY, AUDITOR, PURCHASER, REGULATOR, Actor
from trading.domain import ties
from trading.domain.market import Method
from trading.markets import method_of, passing_of
from trading.models import Award, Lot, PriceQuestion, Tender
from trading.queries.awards import promises_of, told_awards
from trading.queries.publicity import decision_told, recommended, without_order
from trading.queries.reserves import told_reserves
from trading.queries.tenders import may_read_of


def lots_with_candidates(actor: Actor, tender: Tender) -> list[Lot]:
    """List the lots with their ranked candidates, prices as amounts; of an auction only those whose
    sale it is, and oversight, learn who else bid, and of talks what else was quoted.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    method, close = method_of(tender), side or actor.has(REGULATOR, AUDITOR)
    # A winner who takes the place of another is nobody's news before its own result.
    made = Award.objects.all() if close else told_awards(tender)
    lots = list(tender.lots.prefetch_related(Prefetch("awards", made)))
    floors = told_reserves(tender) if method.keeps_reserve else {}
    for lot in lots:
        law = passing_of(tender)
        lot.passed_over = [{**one, "said": law.ground(one["ground"])} for one in lot.passed_over]
        lot.floor_told = floors.get(lot.number)  # type: ignore[attr-defined]
        won = lot.award.bid if lot.award else ""
        shortlisted = set(lot.agreements.values_list("bid", flat=True))
        drawn = lot.decision if lot.decision.get("way") == ties.DRAW and close else {}
        lot.drawn_by_lot = decision_told(lot) if drawn else {}  # type: ignore[attr-defined]
        lot.ranked = [  # type: ignore[attr-defined]
            {
                **c,
                **({"is_chosen": c["uscc"] == drawn["chosen"]} if "chosen" in drawn else {}),
                "price": Decimal(c["price"]),
                "promises": promises_of(lot, c["uscc"]),
                "shortlisted": c["bid"] in shortlisted,
            }
            if close or _is_told(method, c, won)
            else {**c, "price": None}
            for c in _told(lot, is_side=close)
        ]
    return lots


def _told(lot: Lot, *, is_side: bool) -> list[dict[str, Any]]:
    """Give the ranking as far as a reader may know it: all to those whose tender it is and to
    oversight; else the candidates, and of an auction the best alone.
    """
    ranked: list[dict[str, Any]] = lot.candidates
    if lot.tender.award_way and ranked:
        shown = without_order(lot)
        if is_side or lot.tender.state != "evaluated":
            return shown
        return [{**c, "is_chosen": False} for c in sorted(shown, key=lambda c: str(c["uscc"]))]
    if is_side:
        return ranked
    if not method_of(lot.tender).is_sealed and not _was_named(lot):
        return []
    return recommended(lot) if method_of(lot.tender).is_sealed else ranked[:1]


def _was_named(lot: Lot) -> bool:
    """Tell whether a lot that failed, or whose contract ended, had its taker published before: else
    nobody names it.
    """
    if lot.state not in {"failed", "ended"}:
        return True
    return Award.every.filter(lot=lot, notified_at__isnull=False).exists()


def _is_told(method: Method, candidate: Mapping[str, Any], won: str) -> bool:
    """Tell whether everybody may read what a candidate offered."""
    return method.reads_out or candidate["bid"] == won


def questions_for(actor: Actor, tender: Tender) -> list[PriceQuestion]:
    """List the low offers an actor may know were asked about: its own; all to the purchasing side
    and oversight.
    """
    rows = PriceQuestion.objects.filter(lot__tender=tender).select_related("supplier", "lot")
    return [one for one in rows if may_read_of(actor, tender, one.supplier.uscc)]
