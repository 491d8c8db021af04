"""What a bidder does before the deadline, all of it withheld: who and how many stays unknown
(sealing.md 6.2, BL 22).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import start_of_day
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from trading import policy, queries
from trading.domain import attempts, reserved
from trading.models import Attachment, Clarification, Tender
from trading.services.drafting import required

LONGEST_QUESTION: Final = 2000
MOST_QUESTIONS: Final = 20


@transaction.atomic
def register_for_lot(
    *, actor: Actor, code: str, number: int, contact: str, phone: str, at: datetime
) -> None:
    """Register the actor's organisation for a lot; documents are free and need nothing else."""
    register_for_lots(
        actor=actor, code=code, numbers=(number,), contact=contact, phone=phone, at=at
    )


@transaction.atomic
def register_for_lots(
    *, actor: Actor, code: str, numbers: Sequence[int], contact: str, phone: str, at: datetime
) -> tuple[int, ...]:
    """Register the actor's organisation for several lots at once, or for none of them."""
    tender = queries.call_for(actor, code, at)
    policy.require(actor, "lot.register", tender)
    _require_announced(tender, at)
    owner = queries.bidder_in(actor, tender)
    sizes = [owner.size, *queries.sizes_of_partners(tender, owner.uscc)]
    for number in numbers:
        attempts.require_no_default(owner.uscc, queries.defaults_of(queries.lot_of(tender, number)))
        lot = queries.lot_of(tender, number)
        for size in sizes:
            reserved.require_fits(size, lot.reserved, number)
        private.withhold(
            tender=code,
            owner=owner.uscc,
            kind="bidder.registered",
            actor=actor.ref,
            at=at,
            once=f"register.{owner.uscc}.{number}",
            lot=lot.number,
            contact=required(contact, "contact", 40),
            phone=required(phone, "phone", 30),
        )
    return tuple(numbers)


@transaction.atomic
def download_document(*, actor: Actor, code: str, number: int, at: datetime) -> Attachment:
    """Hand a file of the tender to a registered bidder, and note the first time it was taken
    under each version of the text.
    """
    tender = queries.call_for(actor, code, at)
    policy.require(actor, "document.download", tender)
    kept = queries.attachment_of(tender, number)
    _require_offered(tender, at)
    owner = queries.bidder_in(actor, tender)
    once = f"download.{owner.uscc}.{kept.pk}.{tender.document_version}"
    if private.happened(code, once) is None:
        private.withhold(
            tender=code,
            owner=owner.uscc,
            kind="document.downloaded",
            actor=actor.ref,
            at=at,
            once=once,
            attachment=kept.pk,
            sha256=kept.document_id,
        )
    return kept


@transaction.atomic
def ask_question(*, actor: Actor, code: str, question: str, at: datetime) -> str:
    """Ask about the documents; the author is withheld for good, the text public with its answer."""
    tender = queries.call_for(actor, code, at)
    policy.require(actor, "question.ask", tender)
    _require_announced(tender, at)
    owner = queries.bidder_in(actor, tender)
    asked = len(private.events_of_owner(code, owner.uscc, only=("question.asked",)))
    if asked >= MOST_QUESTIONS:
        raise Conflict(
            "question.too_many", _("每个供应商最多提出 %(most)s 个疑问。"), most=MOST_QUESTIONS
        )
    text, token = required(question, "question", LONGEST_QUESTION), secrets.token_urlsafe(16)
    Clarification.objects.create(tender=tender, token=token, question=text, asked_at=at)
    private.withhold(
        tender=code,
        owner=owner.uscc,
        kind="question.asked",
        actor=actor.ref,
        at=at,
        once=f"question.{token}",
        token=token,
    )
    return token


def _require_announced(tender: Tender, at: datetime) -> None:
    if tender.state != "announced" or tender.bids_close_at is None or at >= tender.bids_close_at:
        raise Conflict("tender.not_taking_bids", _("本项目不在投标期内，不能办理。"))


def _require_offered(tender: Tender, at: datetime) -> None:
    """Hand out documents from the first day offered on; who has registered keeps access after."""
    if tender.documents_from is None or at < start_of_day(tender.documents_from):
        raise Conflict("document.not_yet", _("尚未到采购文件提供时间。"))
