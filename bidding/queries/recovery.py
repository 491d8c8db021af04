"""The recovery set of a session: who sits in it, who asked for a share, which parts are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.domain import Actor
from bidding.models import Envelope, OpeningSession, RecoveryRequest
from bidding.queries import opening
from bidding.sealing import commit_hash, parse_core, strict
from kernel.desk import DeskItem
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from ledger.services import Entry
from trading.models import Custodian


def has_set(session: OpeningSession) -> bool:
    """Tell whether the policy that was frozen names a recovery set; most name none."""
    return bool(session.tender.policy.get("recovery"))


def seat_of(actor: Actor, session: OpeningSession) -> Custodian | None:
    """Give the actor's seat in the recovery set of this tender, or None."""
    if not has_set(session):
        return None
    seats = Custodian.objects.filter(tender=session.tender, circle="recovery")
    return seats.filter(person_id=actor.person_id).select_related("person").first()


def seats_of(session: OpeningSession) -> list[Custodian]:
    """List the recovery set, by place."""
    if not has_set(session):
        return []
    seats = Custodian.objects.filter(tender=session.tender, circle="recovery")
    return list(seats.select_related("person", "tender"))


def is_escrowed(envelope: Envelope) -> bool:
    """Tell whether the bidder sealed its share to the recovery set too."""
    return parse_core(bytes(envelope.core)).escrow is not None


def requests_of(session: OpeningSession) -> QuerySet[RecoveryRequest]:
    """Give the requests of a session, in the order they were made."""
    found = RecoveryRequest.objects.filter(session=session)
    return found.select_related("envelope__bid__lot", "envelope__bid__bidder").order_by("pk")


def request_for(session: OpeningSession, commit: str) -> RecoveryRequest:
    """Give the request for an envelope, known by the commit that binds it; without one nothing is
    ever released.
    """
    found = next((r for r in requests_of(session) if name_of(r.envelope) == commit), None)
    if found is None:
        raise Conflict(
            "recovery.not_requested",
            _("该投标的投标人没有申请恢复份额。没有申请，不得释放。"),
        )
    return found


def request_of(envelope: Envelope) -> RecoveryRequest | None:
    """Give the request for an envelope, or None."""
    return RecoveryRequest.objects.filter(envelope=envelope).first()


def parts_of(request: RecoveryRequest) -> dict[int, bytes]:
    """Give the parts released so far, by the custodian's place."""
    return {index: bytes(part) for index, part in request.parts.values_list("index", "part")}


def needed(request: RecoveryRequest) -> int:
    """Say how many parts give the share back, as the bidder sealed it."""
    escrow = parse_core(bytes(request.envelope.core)).escrow
    if escrow is None:
        raise LookupError(request.pk)
    return escrow.k


@dataclass(frozen=True)
class Recovery:
    """One request as everybody sees it."""

    lot: int
    sequence: int
    bidder: str
    commit: str
    requested_at: datetime
    needed: int
    released: tuple[dict[str, Any], ...]
    recovered_at: datetime | None
    by_bidder: bool

    @property
    def came(self) -> int:
        """Count the parts that are there."""
        return len(self.released)

    def as_plain(self) -> dict[str, Any]:
        """Give the request as the API does."""
        return dict(vars(self)) | {"released": list(self.released)}


def recoveries_of(session: OpeningSession) -> list[Recovery]:
    """List the requests of a session with the parts that came, but never the parts themselves."""
    seats = {seat.index: seat.person.name for seat in seats_of(session)}
    if not seats:
        return []
    return [_recovery(request, seats) for request in requests_of(session).prefetch_related("parts")]


def _recovery(request: RecoveryRequest, seats: dict[int, str]) -> Recovery:
    envelope, bid = request.envelope, request.envelope.bid
    released = sorted((part.index, part.released_at) for part in request.parts.all())
    return Recovery(
        lot=bid.lot.number,
        sequence=bid.sequence,
        bidder=bid.bidder.name,
        commit=bid.commit_hash,
        requested_at=request.requested_at,
        needed=needed(request),
        released=tuple({"index": i, "name": seats.get(i, ""), "at": at} for i, at in released),
        recovered_at=request.recovered_at,
        by_bidder=request.recovered_at is None and envelope.share_at is not None,
    )


def open_requests(session: OpeningSession, seat: Custodian) -> list[dict[str, Any]]:
    """Give what one recovery custodian's client needs for each request that waits for its part."""
    if session.state != "unlocking":
        return []
    waiting = requests_of(session).filter(envelope__share_at=None)
    return [_task(request) for request in waiting.exclude(parts__index=seat.index)]


def name_of(envelope: Envelope) -> str:
    """Give the hash of the commit that binds an envelope: a last quote has one of its own."""
    return commit_hash(envelope.binding).hex()


def _task(request: RecoveryRequest) -> dict[str, Any]:
    envelope, bid = request.envelope, request.envelope.bid
    return {
        "lot": bid.lot.number,
        "sequence": bid.sequence,
        "bidder": bid.bidder.name,
        "commit": name_of(envelope),
        "record": strict.base64url(envelope.binding),
        "core": strict.base64url(bytes(envelope.core)),
        "wraps": strict.base64url(bytes(envelope.wraps)),
    }


def requested_fact(code: str, stage: str, commit: str) -> Entry | None:
    """Give the fact that a bidder asked for recovery, or None."""
    facts = ledger.facts_of(code, only=["opening.recovery_requested"])
    in_session = facts.filter(stream=opening.stream_of(code, stage)).order_by("number")
    return next((fact for fact in in_session if fact.data["commit"] == commit), None)


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """List the requests that wait for the actor's part, by the end of their window."""
    seats = Custodian.objects.filter(person_id=actor.person_id, circle="recovery")
    sessions = OpeningSession.objects.filter(
        state="unlocking", step_due_at__gt=at, tender__in=seats.values("tender")
    )
    found = sessions.select_related("tender").order_by("step_due_at", "pk")
    return [item for session in found for item in _session_items(actor, session)]


def _session_items(actor: Actor, session: OpeningSession) -> Iterable[DeskItem]:
    seat = seat_of(actor, session)
    for task in open_requests(session, seat) if seat else ():
        yield DeskItem(
            title=_("核对并释放恢复份额"),
            subject=f"{session.tender.code} {session.tender.title} · {task['bidder']}",
            url=f"/halls/{session.tender.code}/{session.stage}/",
            due_at=session.step_due_at,
            waiting=False,
        )
