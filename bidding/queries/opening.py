"""Find opening sessions, and say what the hall shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from accounts.domain import (
    AGENCY,
    AUDITOR,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    NOTARY,
    PURCHASER,
    REGULATOR,
    SOCIAL_SUPERVISOR,
    Actor,
)
from accounts.models import Organisation
from bidding.domain import FIELD_TITLES, OPENING, OVER
from bidding.models import Attendance, Bid, Envelope, Objection, OpeningSession, ReleasedKey
from bidding.sealing import Policy, parse_policy
from bidding.sealing.format import PRICED
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from ledger import canonical, private
from ledger import queries as ledger
from ledger.services import Entry
from trading.models import Custodian, Lot, Tender

LIVE = tuple(state for state in OPENING.states if state not in OVER)
MARKS = ("bid_id", "share_at", "read_at")
IN_ORDER = ("bid__lot__number", "bid__sequence")
SEALED_PARTS = ("core", "wraps", "bid__commit", "bid__signature")
"""What is only needed to open a bid, and large."""
SHOWN_FROM = frozenset(OPENING.states) - {"waiting", "counted", "announced"}
PRICE_FIELDS = ("price", "currency", "price_in_words")
OUT = ("revoked", "withdrawn", "returned")
OFFICIALS = (
    CENTRE_OPS,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    NOTARY,
    REGULATOR,
    AUDITOR,
    SOCIAL_SUPERVISOR,
)
"""Who attends any opening by office; experts never do (M87 art. 40)."""


def session_for(code: str, stage: str) -> OpeningSession:
    """Give a session; openings are public, so whoever asks may know of it."""
    found = (
        OpeningSession.objects.select_related("tender__purchaser", "tender__agency", "host")
        .filter(tender__code=code, stage=stage)
        .first()
    )
    if found is None:
        raise _missing()
    return found


def lock_session(code: str, stage: str) -> OpeningSession:
    """Give a session with its row locked, after its tender's row."""
    tender = Tender.objects.select_for_update(of=("self",)).filter(code=code).first()
    found = OpeningSession.objects.select_for_update().filter(tender=tender, stage=stage).first()
    if tender is None or found is None:
        raise _missing()
    found.tender = tender
    return found


def _missing() -> Missing:
    return Missing("opening.missing", _("没有这场开标。请核对项目编号。"))


def stages_called(code: str) -> list[str]:
    """Give the stages of a tender whose hall is open to visitors, in the order of opening."""
    found = OpeningSession.objects.filter(tender__code=code).order_by("opens_at", "pk")
    return list(found.values_list("stage", flat=True))


def bids_of(session: OpeningSession) -> QuerySet[Bid]:
    """Give the bids a session is about, by lot and order of submission; none before closing."""
    bids = Bid.objects.filter(tender=session.tender, envelopes__stage=session.stage)
    if session.stage == "price":
        bids = bids.filter(pk__in=admitted_bids(session))
    return bids.select_related("bidder", "lot").order_by("lot__number", "sequence")


def admitted_bids(session: OpeningSession) -> list[int]:
    """Give the bids admitted to the price stage: named in the fact that scheduled it."""
    return list(session.admitted)


def kept_sealed(session: OpeningSession) -> QuerySet[Bid]:
    """Give the bids whose price stays sealed for good: opened before, not admitted to the price
    (rulebook 3.3).
    """
    bids = Bid.objects.filter(tender=session.tender, envelopes__stage=session.stage, state="read")
    if session.stage != "price":
        return bids.none()
    out = bids.exclude(pk__in=admitted_bids(session))
    return out.select_related("bidder", "lot").order_by("lot__number", "sequence")


def envelope_of(bid: Bid, stage: str) -> Envelope:
    """Give the envelope of a bid for one stage."""
    return Envelope.objects.get(bid=bid, stage=stage)


def envelopes_of(session: OpeningSession) -> QuerySet[Envelope]:
    """Give the envelopes of a session whose bids are still in, in the order of the list."""
    found = Envelope.objects.filter(
        bid__tender=session.tender_id, bid__lot__state="open", stage=session.stage
    ).exclude(bid__state__in=OUT)
    if session.stage == "price":
        found = found.filter(bid__in=admitted_bids(session))
    return found.select_related("bid__lot", "bid__bidder").order_by(*IN_ORDER)


def locked_envelopes(session: OpeningSession) -> QuerySet[Envelope]:
    """Give the envelopes whose share has not been handed in."""
    return envelopes_of(session).filter(share_at=None)


def unlocked_envelopes(session: OpeningSession) -> QuerySet[Envelope]:
    """Give the envelopes whose share was handed in."""
    return envelopes_of(session).filter(share_at__isnull=False)


def damaged_envelopes(session: OpeningSession) -> list[Envelope]:
    """Give the envelopes whose stored copy is not what was committed, until they are mended."""
    return list(envelopes_of(session).filter(resupply_due_at__isnull=False, opened_at=None))


def unopened_envelopes(session: OpeningSession) -> QuerySet[Envelope]:
    """Give the unlocked envelopes that nobody has tried to open yet."""
    return unlocked_envelopes(session).filter(opened_at=None, failure="")


def left_to_read(session: OpeningSession) -> QuerySet[Envelope]:
    """Give the opened envelopes that were not read out yet, in the order of reading."""
    opened = envelopes_of(session).filter(opened_at__isnull=False, read_at=None)
    return opened.defer(*SEALED_PARTS)


def left_count(session: OpeningSession) -> int:
    """Count the bids still to be read out, those that wait for the same bytes among them."""
    return unlocked_envelopes(session).filter(read_at=None).count()


def read_count(session: OpeningSession) -> int:
    """Count the bids read out in this session."""
    return Envelope.objects.filter(
        bid__tender=session.tender, stage=session.stage, read_at__isnull=False
    ).count()


def has_enough_keys(session: OpeningSession) -> bool:
    """Tell whether k custodians have published their stage keys."""
    return ReleasedKey.objects.filter(session=session).count() >= session.tender.threshold


def waits_for(session: OpeningSession, at: datetime) -> str:
    """Say what the host's next act still waits for; "" when nothing does."""
    open_until = session.step_due_at is not None and at < session.step_due_at
    if session.state == "unlocking" and open_until and locked_envelopes(session).exists():
        return _("仍有投标人未解密；全部解密或时间到后方可关闭。")
    if session.state in {"releasing", "postponed"} and not has_enough_keys(session):
        return _("有效的阶段密钥不足，等待托管人公布。")
    ends_at = resupply_ends_at(session)
    if session.state == "reading" and ends_at is not None and at < ends_at:
        return _("平台保存的一份密文受损，正等待投标人补交同一份密文，届时再继续。")
    if session.state == "objecting" and has_open_objections(session):
        return _("还有异议未答复，请先书面答复。")
    return ""


def resupply_ends_at(session: OpeningSession) -> datetime | None:
    """Say until when the read-out waits for the same bytes, once all other bids are read."""
    left = unlocked_envelopes(session).filter(read_at=None)
    if left.filter(failure="").exists():
        return None
    ends_at: datetime | None = left.aggregate(last=Max("resupply_due_at"))["last"]
    return ends_at


def stream_of(code: str, stage: str) -> str:
    """Name the stream of a session."""
    return f"opening.{code}.{stage}"


def fact_of(code: str, stage: str, kind: str) -> Entry | None:
    """Give the newest fact of a kind in a session's stream, or None."""
    facts = ledger.facts_of(code, only=[kind]).filter(stream=stream_of(code, stage))
    return facts.order_by("-number").first()


def has_open_objections(session: OpeningSession) -> bool:
    """Tell whether an objection waits for its answer."""
    return objections_of(session).filter(answered_at=None).exists()


def policy_of(session: OpeningSession) -> Policy:
    """Give the custodian policy that was frozen at publication."""
    return parse_policy(canonical.encode(session.tender.policy))


def custodians_of(session: OpeningSession) -> list[dict[str, Any]]:
    """Give each custodian with whether the stage key is out."""
    released = {key.index: key for key in ReleasedKey.objects.filter(session=session)}
    seats = Custodian.objects.filter(tender=session.tender, circle="opening")
    return [
        {
            "index": seat.index,
            "name": seat.person.name,
            "username": seat.person.username,
            "office": seat.get_office_display(),
            "released_at": released[seat.index].released_at if seat.index in released else None,
        }
        for seat in seats.select_related("person")
    ]


def released_keys(session: OpeningSession) -> dict[int, bytes]:
    """Give the published stage keys by the custodian's place."""
    keys = ReleasedKey.objects.filter(session=session)
    return {key.index: bytes(key.private_key) for key in keys}


def own_bids(actor: Actor, session: OpeningSession) -> list[Bid]:
    """Give the actor's own bids in a session once closing made them known."""
    return list(bids_of(session).filter(bidder_id__in=actor.organisations(BIDDER)))


def is_bidder_in(actor: Actor, session: OpeningSession) -> bool:
    """Tell whether the actor acts for a bidder of this session."""
    return bids_of(session).filter(bidder_id__in=actor.organisations(BIDDER)).exists()


def hides_bidders(session: OpeningSession) -> bool:
    """Tell whether nobody may know yet who bids: until the count, but not before a price stage."""
    return session.state == "waiting" and session.stage != "price"


def role_in(actor: Actor, session: OpeningSession) -> str:
    """Say as what the actor attends; "" for one who only watches.

    Before the count every bidder may sign in: who has bid is not known then.
    """
    if actor.has(BIDDER) and (hides_bidders(session) or is_bidder_in(actor, session)):
        return "bidder"
    if Custodian.objects.filter(tender=session.tender, person_id=actor.person_id).exists():
        return "custodian"
    for organisation, role in (
        (session.tender.agency_id, AGENCY),
        (session.tender.purchaser_id, PURCHASER),
    ):
        if actor.has_for(organisation, role):
            return role
    return next((role for role in OFFICIALS if actor.has(role)), "")


def own_code(actor: Actor) -> str:
    """Give the credit code of the organisation the actor bids for."""
    own = Organisation.objects.filter(pk__in=actor.organisations(BIDDER))
    return own.order_by("pk").values_list("uscc", flat=True)[0]


def sign_in_once(actor: Actor, session: OpeningSession) -> str:
    """Name a person's withheld sign-in to a session, which happens once."""
    return f"signed-in.{session.stage}.{actor.ref}"


def is_signed_in(actor: Actor, session: OpeningSession) -> bool:
    """Tell the actor, and nobody else, whether it has signed in."""
    if attendance_of(actor, session) is not None:
        return True
    if not hides_bidders(session) or not actor.has(BIDDER):
        return False
    return private.happened(session.tender.code, sign_in_once(actor, session)) is not None


def custodian_of(actor: Actor, session: OpeningSession) -> Custodian | None:
    """Give the actor's seat among those who open this tender, or None."""
    seats = Custodian.objects.filter(tender=session.tender, circle="opening")
    return seats.filter(person_id=actor.person_id).first()


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

    def as_plain(self) -> dict[str, Any]:
        """Give the line as the API does."""
        return {name: value for name, value in vars(self).items() if name != "is_read"} | {
            "read": self.is_read,
            "amount": None if self.amount is None else str(self.amount),
        }

    @property
    def shown_state(self) -> str:
        """Give the state as the hall tells it: an opened bid stays closed to it until read."""
        if self.is_read or not self.is_in:
            return self.state
        return "unlocked" if self.unlocked else "sealed"

    @property
    def differs(self) -> bool:
        """Tell whether the bidder's own words give another amount than its figures."""
        stated = self.fields.get("price_in_words", "")
        return self.amount is not None and bool(stated) and stated != in_capitals(self.amount)

    @property
    def is_in(self) -> bool:
        """Tell whether the bid still takes part."""
        return self.state not in OUT

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Give what is read out besides the price, with titles."""
        titles = FIELD_TITLES.items()
        return [(title, self.fields[key]) for key, title in titles if self.fields.get(key)]


def hall_bids(session: OpeningSession) -> list[HallBid]:
    """Give the lines of the list from the moment the list is public; nothing before.

    Who is admitted to a price stage was told when it was called.
    """
    is_listed = session.stage == "price" or session.state in SHOWN_FROM
    if not is_listed or session.state in {"failed", "cancelled"}:
        return []
    bids = list(bids_of(session).defer("commit", "signature"))
    marks = marks_of(session, bids)
    return [_hall_bid(bid, session.stage, *marks[bid.pk]) for bid in bids]


def marks_of(
    session: OpeningSession, bids: Iterable[Bid]
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Give for each bid when its share was handed in and when it was read out."""
    found = Envelope.objects.filter(bid__in=bids, stage=session.stage)
    return {pk: (share, read) for pk, share, read in found.values_list(*MARKS)}


def current_bid(session: OpeningSession) -> HallBid | None:
    """Give the bid that is being read out."""
    if session.state != "reading":
        return None
    found = envelopes_of(session).filter(read_at__isnull=False).defer(*SEALED_PARTS)
    read = found.order_by("-read_at", *(f"-{name}" for name in IN_ORDER)).first()
    if read is None:
        return None
    return _hall_bid(read.bid, session.stage, read.share_at, read.read_at)


def said_in(bid: Bid, stage: str) -> dict[str, str]:
    """Give what a bid says in a stage: a stage without a price never tells what another opened."""
    if stage in PRICED:
        return dict(bid.fields)
    return {
        name: text
        for name, text in bid.fields.items()
        if name not in PRICE_FIELDS and not name.startswith("x-item-")
    }


def _hall_bid(bid: Bid, stage: str, share_at: datetime | None, read_at: datetime | None) -> HallBid:
    is_read = read_at is not None
    return HallBid(
        lot=bid.lot.number,
        sequence=bid.sequence,
        bidder=bid.bidder.name,
        uscc=bid.bidder.uscc,
        commit=bid.commit_hash,
        accepted_at=bid.accepted_at,
        state=bid.state,
        unlocked=share_at is not None,
        is_read=is_read,
        amount=bid.price if is_read and stage in PRICED else None,
        fields=said_in(bid, stage) if is_read else {},
        note=bid.note if is_read or bid.state in OUT else "",
    )


def counts_of(session: OpeningSession) -> dict[int, int]:
    """Count the live bids of each lot that is still open."""
    lots = Lot.objects.filter(tender=session.tender, state="open").values_list("number", flat=True)
    counted = dict.fromkeys(lots, 0)
    for number in bids_of(session).values_list("lot__number", flat=True):
        if number in counted:
            counted[number] += 1
    return counted


def due_sessions(at: datetime) -> Iterable[tuple[str, str]]:
    """Give code and stage of the sessions whose timer has run out."""
    due = OpeningSession.objects.filter(next_due_at__lte=at).order_by("next_due_at")
    return list(due.values_list("tender__code", "stage")[:50])
