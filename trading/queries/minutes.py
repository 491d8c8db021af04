"""The minutes of an award committee, for those who may read them: what each member said (4.8)."""

from typing import Any

from accounts.domain import AGENCY, AUDITOR, PURCHASER, REGULATOR, Actor
from trading.models import Lot, Tender
from trading.queries.publicity import decision_told, names_in


def reads_minutes(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor may read what the members said: the tender's side and oversight, once
    something is recorded.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if not tender.award_way or not (side or actor.has(REGULATOR, AUDITOR)):
        return False
    return any(_decisions(lot) for lot in tender.lots.all())


def _decisions(lot: Lot) -> list[dict[str, Any]]:
    """List what was decided on a lot in turn, what fell away with its choice first."""
    earlier = [one.get("decision") for one in lot.passed_over]
    return [kept for kept in (*earlier, lot.decision) if kept]


def minutes_of(tender: Tender) -> list[dict[str, Any]]:
    """Give the minutes of each lot: what the public is told, and each member's word with it."""
    return [
        {
            "number": lot.number,
            "title": lot.title,
            "decision": decision_told(lot, kept),
            "ballots": _ballots(kept.get("ballots", []), names_in(kept, lot)),
        }
        for lot in tender.lots.order_by("number")
        for kept in _decisions(lot)
    ]


def _ballots(kept: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    return [{**one, "choices": [names[code] for code in one["choices"]]} for one in kept]
