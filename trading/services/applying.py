"""Hand something in at the gate before a call, and take it back: withheld from everybody until the
gate closes, and from all but the side that reads it after that (BL 22).
"""

import hashlib
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date, start_of_day
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import store_document
from trading import policy, queries
from trading.domain import consortia, files, gates
from trading.domain.gates import Application
from trading.models import Attachment, Tender
from trading.queries import JOINED, LEFT, NAMED

SMALLEST: Final = 1 << 16
"""A locked file has one of few sizes, which tell little of what is in it."""


@transaction.atomic
def download_prequal_document(*, actor: Actor, code: str, number: int, at: datetime) -> Attachment:
    """Hand a prequalification document to a bidder, and note the first time it was taken."""
    tender = queries.prequalified_for(actor, code, at)
    policy.require(actor, "prequal.take", tender)
    return _handed_out(actor, tender, number, at)


@transaction.atomic
def download_first_document(*, actor: Actor, code: str, number: int, at: datetime) -> Attachment:
    """Hand a document of the first stage to a bidder, and note the first time it was taken."""
    tender = queries.first_stage_for(actor, code, at)
    policy.require(actor, "proposal.take", tender)
    return _handed_out(actor, tender, number, at)


def _handed_out(actor: Actor, tender: Tender, number: int, at: datetime) -> Attachment:
    """Hand a document of a gate out. Whoever took one in the days of the offer keeps access while
    the gate is open, and a file that an amendment added later is for everybody.
    """
    gate, kept = queries.gate_of(tender), queries.gate_document(tender, number)
    gates.require_open(gate, tender.state, queries.gate_closes_at(tender), at)
    owner, taken = queries.bidder_in(actor, tender), f"{gate.prefix}.taken"
    has_one = bool(private.events_of_owner(tender.code, owner.uscc, only=(taken,)))
    if not (_is_later(getattr(tender, gate.last), kept) or has_one):
        gates.require_offered(gate, queries.facts(tender, at), local_date(at))
    once = f"{taken}.{owner.uscc}.{kept.pk}"
    if private.happened(tender.code, once) is None:
        private.withhold(
            tender=tender.code,
            owner=owner.uscc,
            kind=taken,
            actor=actor.ref,
            at=at,
            once=once,
            attachment=kept.pk,
            sha256=kept.document_id,
        )
    return kept


def _is_later(last: date | None, kept: Attachment) -> bool:
    return last is not None and local_date(kept.added_at) > last


@transaction.atomic
def submit_prequal(*, actor: Actor, code: str, application: Application, at: datetime) -> str:
    """Apply, or replace one's application while applications are open: the last one counts. Gives
    the digest of the file that was handed in.
    """
    tender = queries.prequalified_for(actor, code, at)
    policy.require(actor, "prequal.submit", tender)
    return _hand_in(actor, tender, application, at)


@transaction.atomic
def submit_proposal(*, actor: Actor, code: str, application: Application, at: datetime) -> str:
    """Propose without a price how to do it, or replace one's proposal while proposals are open: the
    last one counts (BLR 30). Gives the digest of the file that was handed in.
    """
    tender = queries.first_stage_for(actor, code, at)
    policy.require(actor, "proposal.submit", tender)
    return _hand_in(actor, tender, application, at)


def _hand_in(actor: Actor, tender: Tender, application: Application, at: datetime) -> str:
    gate = queries.gate_of(tender)
    gates.require_open(gate, tender.state, queries.gate_closes_at(tender), at)
    given = gates.read_application(application)
    owner = queries.bidder_in(actor, tender)
    _own, turns = queries.own_filed(actor, tender)
    partners = _partners(tender, owner.uscc, given, at)
    kept = _locked(tender, given.file, at)
    joint: dict[str, object] = {}
    if given.agreement is not None:
        joint = {"partners": list(partners), "agreement": _locked(tender, given.agreement, at)}
    private.withhold(
        tender=tender.code,
        owner=owner.uscc,
        kind=f"{gate.prefix}.submitted",
        actor=actor.ref,
        at=at,
        once=f"{gate.prefix}.{owner.uscc}.{turns}",
        turn=turns,
        statement=given.statement,
        contact=given.contact,
        phone=given.phone,
        **joint,
        **kept,
    )
    for partner in partners:
        private.withhold(
            tender=tender.code,
            owner=partner,
            kind=NAMED,
            actor=actor.ref,
            at=at,
            once=f"prequal.named.{partner}.{owner.uscc}.{turns}",
            lead=owner.uscc,
        )
    return str(kept["sha256"])


def _partners(tender: Tender, lead: str, given: Application, at: datetime) -> tuple[str, ...]:
    """Take whom a lead names beside itself, by code or by name: bidders here that can be asked."""
    codes = queries.codes_of(given.partners)
    partners = consortia.read_partners(
        codes, lead=lead, most=tender.most_partners, has_agreement=given.agreement is not None
    )
    consortia.require_known(queries.strangers_among(tender, partners, at))
    return partners


@transaction.atomic
def join_prequal(*, actor: Actor, code: str, application: UUID, at: datetime) -> None:
    """Say that one takes part in the consortium of an application as it stands: a lead that hands
    in another asks again.
    """
    _answer_lead(actor, code, application, JOINED, at)


@transaction.atomic
def leave_prequal(*, actor: Actor, code: str, application: UUID, at: datetime) -> None:
    """Take that back while applications are open; afterwards no consortium changes (BLR 37)."""
    _answer_lead(actor, code, application, LEFT, at)


def _answer_lead(actor: Actor, code: str, application: UUID, kind: str, at: datetime) -> None:
    tender = queries.prequalified_for(actor, code, at)
    policy.require(actor, "prequal.join" if kind == JOINED else "prequal.leave", tender)
    closes = tender.prequalification_close_at
    gates.require_open(gates.PREQUALIFICATION, tender.state, closes, at)
    asked = queries.asking(actor, tender, application)
    consortia.require_turn(joined=asked.joined, wanted=kind == JOINED)
    private.withhold(
        tender=code,
        owner=asked.partner,
        kind=kind,
        actor=actor.ref,
        at=at,
        once=f"prequal.joining.{asked.partner}.{asked.turns}",
        turn=asked.turns,
        application=str(application),
    )


@transaction.atomic
def withdraw_prequal(*, actor: Actor, code: str, at: datetime) -> None:
    """Take one's application back while applications are open."""
    tender = queries.prequalified_for(actor, code, at)
    policy.require(actor, "prequal.withdraw", tender)
    _take_back(actor, tender, at)


@transaction.atomic
def withdraw_proposal(*, actor: Actor, code: str, at: datetime) -> None:
    """Take one's proposal back while proposals are open."""
    tender = queries.first_stage_for(actor, code, at)
    policy.require(actor, "proposal.withdraw", tender)
    _take_back(actor, tender, at)


def _take_back(actor: Actor, tender: Tender, at: datetime) -> None:
    gate = queries.gate_of(tender)
    gates.require_open(gate, tender.state, queries.gate_closes_at(tender), at)
    own, turns = queries.own_filed(actor, tender)
    if own is None:
        raise Conflict("gate.none", _("贵单位没有提交，或已经撤回。"))
    private.withhold(
        tender=tender.code,
        owner=own.owner,
        kind=f"{gate.prefix}.withdrawn",
        actor=actor.ref,
        at=at,
        once=f"{gate.prefix}.{own.owner}.{turns}",
        turn=turns,
    )


def _locked(tender: Tender, upload: files.Upload, at: datetime) -> dict[str, object]:
    """Keep a file so that neither it nor its row tells of which tender it is, or when in the day
    it came.
    """
    content = upload.content
    sha256 = hashlib.sha256(content).hexdigest()
    size = max(SMALLEST, 1 << (len(content) - 1).bit_length())
    locked = private.lock(content.ljust(size, b"\0"), queries.about_file(tender, sha256))
    kept = store_document(
        content=locked, media_type="application/octet-stream", at=start_of_day(local_date(at))
    )
    return {"name": upload.name, "size": len(content), "sha256": sha256, "document": kept.digest}
