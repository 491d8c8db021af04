"""End a contract that was signed and is not performed, so that its file can close (GPL 50)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import store_document
from trading.domain import LOT, ending, files
from trading.markets import method_of
from trading.models import Contract, Lot, Tender
from trading.services import ends
from trading.services.contracts import lock_contract, require_signed
from trading.services.telling import tell


@transaction.atomic
def end_contract(
    *,
    actor: Actor,
    code: str,
    number: int,
    given: ending.Given,
    document: files.Upload | None = None,
    at: datetime,
) -> Contract:
    """Record that a contract ended without being performed: its lot is over and may be offered
    anew. Where its result was never told its award is void, so that nobody is told of it; a sale
    goes on with what is left of it, or fails.
    """
    tender, contract = lock_contract(actor, code, number, "contract.end", at)
    signed_on, lot = require_signed(contract), contract.lot
    if tender.state == "archived":
        raise Conflict("ending.archived", _("项目已经归档，不能再登记合同终止。"))
    LOT.after(lot.state, "end")
    said = ending.read(given, tender.market, signed_on=signed_on, today=local_date(at))
    ending.require_unperformed(is_paid=method_of(tender).keeps_receipts and contract.is_paid)
    if document is not None:
        name = files.checked(document, files.CONTRACT_KINDS)
        kind = files.media_type(name)
        contract.end_document = store_document(content=document.content, media_type=kind, at=at)
    if said.ground == ending.DEFAULT and method_of(tender).sells:
        _note_default(lot, contract)
    close_contract(actor=actor, tender=tender, contract=contract, said=said, at=at)
    return contract


def close_contract(
    *, actor: Actor, tender: Tender, contract: Contract, said: ending.Given, at: datetime
) -> None:
    """End a signed contract and its lot, on the word of a party or on the authority's order; the
    tender's row is locked, and the right to say so checked, by the caller.
    """
    lot = contract.lot
    lot.state = LOT.after(lot.state, "end")
    lot.save(update_fields=["state"])
    contract.ended_at, contract.ended_on = at, said.ended_on
    contract.end_ground, contract.end_reason = said.ground, said.reason
    kept = ("ended_at", "ended_on", "end_ground", "end_reason", "end_document")
    contract.save(update_fields=list(kept))
    if lot.award is not None and lot.award.notified_at is None:
        ends.void_deal(lot, contract, at)
    ground = ending.GROUNDS[said.ground]
    told = {"ground": said.ground, "article": ground.article, "ended_on": said.ended_on}
    paper = contract.end_document.digest if contract.end_document else ""
    tell(tender, "contract.ended", actor, at, lot=lot.number, **told, sha256=paper)
    ends.settle_tender(tender, actor, at)


def _note_default(lot: Lot, contract: Contract) -> None:
    """Keep who did not perform what it had bought: it makes up what a re-sale brings less."""
    for candidate in lot.candidates:
        if candidate["uscc"] == contract.supplier.uscc:
            ends.note_default(lot, candidate)
