"""Find opening sessions, their bids and envelopes, and what a step still waits for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from bidding.domain import OPENING, OVER
from bidding.models import Bid, Envelope, Objection, OpeningSession, ReleasedKey
from bidding.sealing import Policy, parse_policy
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import canonical
from ledger import queries as ledger
from ledger.services import Entry
from trading import queries as trading
from trading.models import Custodian, Tender

LIVE = tuple(state for state in OPENING.states if state not in OVER)
IN_ORDER = ("bid__lot__number", "bid__sequence")
SEALED_PARTS = ("core", "wraps", "commit", "signature", "bid__commit", "bid__signature")
"""What is only needed to open a bid, and large."""
OUT = ("revoked", "withdrawn", "returned", "left")


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
    return bids.select_related("bidder", "lot", "tender").order_by("lot__number", "sequence")


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
    return found.select_related("bid__lot", "bid__bidder", "bid__tender").order_by(*IN_ORDER)


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
    return parse_policy(canonical.encode(trading.policy_for(session.tender, session.stage)))


def custodians_of(session: OpeningSession) -> list[dict[str, Any]]:
    """Give each custodian with whether the stage key is out."""
    released = {key.index: key for key in ReleasedKey.objects.filter(session=session)}
    seats = Custodian.objects.filter(tender=session.tender, circle="opening")
    return [
        {
            "index": seat.index,
            "name": seat.person.name,
            "username": seat.person.username,
            "office": seat.office_title,
            "released_at": released[seat.index].released_at if seat.index in released else None,
        }
        for seat in seats.select_related("person", "tender")
    ]


def released_keys(session: OpeningSession) -> dict[int, bytes]:
    """Give the published stage keys by the custodian's place."""
    keys = ReleasedKey.objects.filter(session=session)
    return {key.index: bytes(key.private_key) for key in keys}


def objections_of(session: OpeningSession) -> QuerySet[Objection]:
    """Give the objections raised, in order."""
    return Objection.objects.filter(session=session).select_related("bidder").order_by("id")


def due_sessions(at: datetime) -> Iterable[tuple[str, str]]:
    """Give code and stage of the sessions whose timer has run out."""
    due = OpeningSession.objects.filter(next_due_at__lte=at).order_by("next_due_at")
    return list(due.values_list("tender__code", "stage")[:50])
