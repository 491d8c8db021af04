"""The first stage of two: what its notice says, and who proposed."""

from datetime import datetime
from typing import Any

from accounts.domain import Actor
from trading.domain.gates import FIRST_STAGE
from trading.markets import method_of
from trading.models import Tender
from trading.queries.gates import gate_fields, gated_for
from trading.queries.prequalification import prequal_fields
from trading.queries.tenders import least_parties


def first_stage_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender that is or was open to proposals; others have no such page."""
    return gated_for(actor, code, at, FIRST_STAGE)


def least_proposals(tender: Tender) -> int:
    """Give how many must propose for the second stage to follow (BL 28)."""
    return least_parties(tender, tender.published_at or tender.drafted_at)


def first_stage_fields(tender: Tender) -> dict[str, Any]:
    """Give what the first notice says: what every gate says, and how many have to propose."""
    how = method_of(tender).first_stage
    return {
        **gate_fields(tender),
        "article": how.article if how else "",
        "least": least_proposals(tender),
    }


def gate_notice(tender: Tender) -> dict[str, Any]:
    """Give what the notice of a tender's gate says, whichever it is."""
    staged = method_of(tender).first_stage is not None
    return first_stage_fields(tender) if staged else prequal_fields(tender)
