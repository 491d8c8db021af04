"""The host's own steps: announce, list the bidders, start the seal check."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from bidding import domain
from bidding.models import Bid, OpeningSession
from bidding.queries import attending
from bidding.queries import opening as queries
from bidding.services.opening.session import lead, line_of, move, tell
from trading.services import procedure as trading


@transaction.atomic
def announce(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Begin: the host announces the opening and its discipline."""
    session = lead(actor, code, stage)
    move(session, "announce", at)
    session.host_id, session.started_at = actor.person_id, at
    session.save(update_fields=["host", "started_at"])
    if stage != "price":
        trading.open_tender(actor=actor, code=code, at=at)
    tell(session, "opening.announced", actor, at, host=actor.name, discipline=domain.DISCIPLINE)
    return session


@transaction.atomic
def list_bidders(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Make the list of bidders public: names, order, receipts' hashes, who is present (EB20 art.
    32).
    """
    session = lead(actor, code, stage)
    move(session, "list", at)
    listed = [_listed(bid) for bid in queries.bids_of(session)]
    present = [
        {"bidder": a.organisation.name, "name": a.person.name, "signed_in_at": a.signed_in_at}
        for a in attending.attendances_of(session)
        if a.organisation
    ]
    kept = {"kept_sealed": [line_of(bid) for bid in queries.kept_sealed(session)]}
    tell(
        session,
        "opening.listed",
        actor,
        at,
        bids=listed,
        present=present,
        **(kept if stage == "price" else {}),
    )
    return session


def _listed(bid: Bid) -> dict[str, object]:
    return line_of(bid) | {"uscc": bid.bidder.uscc, "accepted_at": bid.accepted_at}


@transaction.atomic
def start_seal_check(*, actor: Actor, code: str, stage: str, at: datetime) -> OpeningSession:
    """Let every bidder's own client compare the stored objects with its receipt (BL art. 36)."""
    session = lead(actor, code, stage)
    move(session, "check_seals", at)
    tell(session, "opening.seal_check_started", actor, at, due_at=session.step_due_at)
    return session
