"""Guarantee letters: declared and bound by digest before the deadline, shown after it.

The file itself is not kept before closing: a document in the store would tell that somebody bids.
Its digest is withheld with the declaration; after closing the bidder shows the same bytes.
"""

import hashlib
from datetime import date, datetime

from django.db import transaction

from accounts.domain import Actor
from deposits import policy, queries
from deposits.domain.guarantees import Letter, checked
from deposits.models import Guarantee
from kernel import money
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import store_document
from trading import queries as trading
from trading.domain import files


@transaction.atomic
def hand_in_guarantee(  # noqa: PLR0913 - the letter's fields
    *,
    actor: Actor,
    code: str,
    number: int,
    issuer: str,
    letter_number: str,
    amount: str,
    valid_until: date,
    beneficiary: str,
    document: files.Upload,
    at: datetime,
) -> Letter:
    """Bind a guarantee letter to a lot; withheld, and never replaced by another."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "guarantee.hand_in", tender)
    queries.require_taking_bids(tender, at)
    if number not in trading.registered_lots(actor, tender):
        raise Conflict("deposit.not_registered", _("请先报名参加第 %(lot)s 包。"), lot=number)
    files.checked(document, files.CONTRACT_KINDS)
    given = Letter(
        issuer.strip(),
        letter_number.strip(),
        money.parse(amount),
        valid_until,
        beneficiary.strip(),
        hashlib.sha256(document.content).hexdigest(),
    )
    letter = checked(given, queries.wanted_letter(tender, number))
    owner = trading.bidder_in(actor, tender)
    private.withhold(
        tender=code,
        owner=owner.uscc,
        kind="guarantee.handed_in",
        actor=actor.ref,
        at=at,
        once=f"guarantee.{owner.uscc}.{number}",
        lot=number,
        issuer=letter.issuer,
        letter=letter.number,
        amount=f"{letter.amount:.2f}",
        valid_until=letter.valid_until,
        sha256=letter.sha256,
    )
    return letter


@transaction.atomic
def show_guarantee(
    *, actor: Actor, code: str, number: int, document: files.Upload, at: datetime
) -> Guarantee:
    """Show the letter after closing: the very bytes whose digest was handed in in time."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "guarantee.show", tender)
    uscc = trading.bidder_in(actor, tender).uscc
    found = Guarantee.objects.select_for_update(of=("self",)).filter(
        deposit__tender=tender, deposit__lot__number=number, deposit__bidder__uscc=uscc
    )
    letter = found.first()
    if letter is None:
        raise Missing("guarantee.missing", _("截止前没有提交过这份保函。"))
    name = files.checked(document, files.CONTRACT_KINDS)
    if hashlib.sha256(document.content).hexdigest() != letter.sha256:
        raise Invalid(
            "guarantee.other_file",
            _("与截止前提交的保函不是同一份文件（摘要不一致）。"),
            field="document",
        )
    letter.document = store_document(
        content=document.content, media_type=files.media_type(name), at=at
    )
    letter.save(update_fields=["document"])
    return letter
