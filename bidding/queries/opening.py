"""Find opening sessions, and say what the hall shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.domain import BIDDER, Actor
from bidding.domain import FIELD_TITLES, OPENING
from bidding.models import Attendance, Bid, Envelope, Objection, OpeningSession, ReleasedKey
from bidding.sealing import Policy, parse_policy
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import canonical
from ledger import queries as ledger
from trading.models import Custodian, Lot

LIVE = tuple(state for state in OPENING.states if state not in {"ended", "failed"})
SHOWN_FROM = frozenset(OPENING.states) - {"waiting", "counted", "announced"}
OUT = ("revoked", "withdrawn", "returned")


def session_for(code: str, stage: str) -> OpeningSession:
    """Give a session; openings are public, so whoever asks may know of it."""
    found = (
        OpeningSession.objects.select_related("tender__purchaser", "tender__agency", "host")
        .filter(tender__code=code, stage=stage)
        .first()
    )
    if found is None:
        raise Missing("opening.missing", _("没有这场开标。请核对项目编号。"))
    return found


def lock_session(code: str, stage: str) -> OpeningSession:
    """Give a session with its row locked, after its tender's row."""
    session = session_for(code, stage)
    type(session.tender).objects.select_for_update().get(pk=session.tender_id)
    locked = OpeningSession.objects.select_for_update().get(pk=session.pk)
    locked.tender = type(session.tender).objects.get(pk=session.tender_id)
    return locked


def live_halls(at: datetime, limit: int = 12) -> list[OpeningSession]:
    """Give the halls that are open now: from an hour before the deadline to the end."""
    halls = OpeningSession.objects.select_related("tender__purchaser").exclude(
        state__in=("ended", "failed", "waiting")
    )
    return list(halls.filter(opens_at__lte=at).order_by("-opens_at")[:limit])


def coming_halls(at: datetime, limit: int = 12) -> list[OpeningSession]:
    """Give the halls that open next, soonest first."""
    waiting = OpeningSession.objects.select_related("tender__purchaser").filter(state="waiting")
    return list(waiting.filter(opens_at__gt=at).order_by("opens_at")[:limit])


def past_halls(limit: int = 20) -> list[OpeningSession]:
    """Give the openings that ended last."""
    ended = OpeningSession.objects.select_related("tender__purchaser").filter(
        state__in=("ended", "failed")
    )
    return list(ended.order_by("-opens_at")[:limit])


def bids_of(session: OpeningSession) -> QuerySet[Bid]:
    """Give the bids a session is about, by lot and order of submission; none before closing."""
    bids = Bid.objects.filter(tender=session.tender, envelopes__stage=session.stage)
    if session.stage == "price":
        bids = bids.filter(pk__in=admitted_bids(session))
    return bids.select_related("bidder", "lot").order_by("lot__number", "sequence")


def admitted_bids(session: OpeningSession) -> list[int]:
    """Give the bids admitted to the price stage: named in the fact that scheduled it."""
    return list(session.admitted)


def envelope_of(bid: Bid, stage: str) -> Envelope:
    """Give the envelope of a bid for one stage."""
    return Envelope.objects.get(bid=bid, stage=stage)


def policy_of(session: OpeningSession) -> Policy:
    """Give the custodian policy that was frozen at publication."""
    return parse_policy(canonical.encode(session.tender.policy))


def custodians_of(session: OpeningSession) -> list[dict[str, Any]]:
    """Give each custodian with whether the stage key is out."""
    released = {key.index: key for key in ReleasedKey.objects.filter(session=session)}
    seats = Custodian.objects.filter(tender=session.tender).select_related("person")
    return [
        {
            "index": seat.index,
            "name": seat.person.name,
            "username": seat.person.username,
            "office": seat.get_office_display(),
            "released_at": released[seat.index].released_at if seat.index in released else None,
        }
        for seat in seats
    ]


def released_keys(session: OpeningSession) -> dict[int, bytes]:
    """Give the published stage keys by the custodian's place."""
    keys = ReleasedKey.objects.filter(session=session)
    return {key.index: bytes(key.private_key) for key in keys}


def own_bids(actor: Actor, session: OpeningSession) -> list[Bid]:
    """Give the actor's own bids in a session once closing made them known."""
    own = actor.organisations(BIDDER)
    return [bid for bid in bids_of(session) if bid.bidder_id in own]


def is_bidder_in(actor: Actor, session: OpeningSession) -> bool:
    """Tell whether the actor acts for a bidder of this session."""
    return bids_of(session).filter(bidder_id__in=actor.organisations(BIDDER)).exists()


def custodian_of(actor: Actor, session: OpeningSession) -> Custodian | None:
    """Give the custodian's seat of the actor in this tender, or None."""
    return Custodian.objects.filter(tender=session.tender, person_id=actor.person_id).first()


def attendance_of(actor: Actor, session: OpeningSession) -> Attendance | None:
    """Give the actor's attendance, or None."""
    return Attendance.objects.filter(session=session, person_id=actor.person_id).first()


def attendances_of(session: OpeningSession) -> QuerySet[Attendance]:
    """Give who attended, in order of signing in."""
    return (
        Attendance.objects.filter(session=session)
        .select_related("person", "organisation")
        .order_by("signed_in_at", "id")
    )


def objections_of(session: OpeningSession) -> QuerySet[Objection]:
    """Give the objections raised, in order."""
    return Objection.objects.filter(session=session).select_related("bidder").order_by("id")


@dataclass(frozen=True)
class HallBid:
    """One line of the hall's list, holding only what the step has made public."""

    id: int
    lot: int
    sequence: int
    bidder: str
    uscc: str
    commit: str
    accepted_at: datetime
    state: str
    unlocked: bool
    is_read: bool
    amount: Decimal | None
    fields: dict[str, str]
    note: str

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Give what is read out besides the price, with titles."""
        titles = FIELD_TITLES.items()
        return [(title, self.fields[key]) for key, title in titles if self.fields.get(key)]


def hall_bids(session: OpeningSession) -> list[HallBid]:
    """Give the lines of the list from the moment the list is public; nothing before."""
    if session.state not in SHOWN_FROM:
        return []
    bids = list(bids_of(session))
    shares = dict(
        Envelope.objects.filter(bid__in=bids, stage=session.stage).values_list("bid_id", "share_at")
    )
    read = read_in(session)
    return [_hall_bid(bid, read, shares.get(bid.pk)) for bid in bids]


def read_in(session: OpeningSession) -> set[int]:
    """Give the bids that the session's facts say were read out."""
    told = ledger.entries_since(session.stream, 0)
    return {fact.data["bid"] for fact in told if fact.kind == "bid.read"}


def _hall_bid(bid: Bid, read: set[int], share_at: datetime | None) -> HallBid:
    is_read = bid.pk in read
    return HallBid(
        id=bid.pk,
        lot=bid.lot.number,
        sequence=bid.sequence,
        bidder=bid.bidder.name,
        uscc=bid.bidder.uscc,
        commit=bid.commit_hash,
        accepted_at=bid.accepted_at,
        state=bid.state,
        unlocked=share_at is not None,
        is_read=is_read,
        amount=bid.price if is_read else None,
        fields=bid.fields if is_read else {},
        note=bid.note if is_read or bid.state in OUT else "",
    )


def counts_of(session: OpeningSession) -> dict[int, int]:
    """Count the live bids of each lot that is still open."""
    lots = Lot.objects.filter(tender=session.tender, state="open").values_list("number", flat=True)
    counted = dict.fromkeys(lots, 0)
    for bid in bids_of(session):
        if bid.lot.number in counted:
            counted[bid.lot.number] += 1
    return counted


def due_sessions(at: datetime) -> Iterable[tuple[str, str]]:
    """Give code and stage of the sessions whose timer has run out."""
    due = OpeningSession.objects.filter(next_due_at__lte=at).order_by("next_due_at")
    return list(due.values_list("tender__code", "stage")[:50])
