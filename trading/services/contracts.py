"""Sign, publish and file the contracts, then archive (GPL 42, 46, 47; GPR 50)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import store_document
from trading import policy, queries
from trading.domain import LOT, award, files
from trading.markets import lifecycle_of
from trading.models import Contract, Notice, Tender
from trading.services.notices import publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell


@transaction.atomic
def sign_contract(
    *, actor: Actor, code: str, number: int, document: files.Upload, at: datetime
) -> Contract:
    """Record the signed contract of a lot, its text kept by digest; never while it stands still."""
    tender, contract = _lock(actor, code, number, "contract.sign", at)
    award.require_no_suspension(open_reasons(tender))
    if tender.state != "award_notified":
        lifecycle_of(tender).after(tender.state, "sign_contracts")
    lot = contract.lot
    lot.state = LOT.after(lot.state, "sign")
    lot.save(update_fields=["state"])
    name = files.checked(document, files.CONTRACT_KINDS)
    contract.document = store_document(
        content=document.content, media_type=files.media_type(name), at=at
    )
    contract.signed_at = at
    contract.save(update_fields=["document", "signed_at"])
    tell(
        tender,
        "contract.signed",
        actor,
        at,
        lot=lot.number,
        supplier=contract.supplier.uscc,
        amount=f"{contract.amount:.2f}",
        sha256=contract.document.digest,
        due=contract.due_on,
    )
    _sign_tender(tender, actor, at)
    return contract


def _sign_tender(tender: Tender, actor: Actor, at: datetime) -> None:
    """Move the tender on when its last awarded lot is signed."""
    if tender.lots.filter(state="awarded").exists():
        return
    tender.state = lifecycle_of(tender).after(tender.state, "sign_contracts")
    tender.save(update_fields=["state"])
    tell(tender, "tender.contracts_signed", actor, at)


@transaction.atomic
def publish_contract(*, actor: Actor, code: str, number: int, at: datetime) -> Notice:
    """Publish a signed contract: due within two working days (GPR 50)."""
    tender, contract = _lock(actor, code, number, "contract.publish", at)
    _require_signed(contract)
    if contract.published_at is not None:
        raise Conflict("contract.published_already", _("该合同已经公告。"))
    contract.published_at = at
    contract.save(update_fields=["published_at"])
    lot = contract.lot
    notice = publish_notice(
        tender=tender,
        kind="contract",
        title=f"{tender.title}（第 {lot.number} 包）合同公告",
        fields=queries.contract_fields(contract),
        at=at,
    )
    tell(
        tender,
        "contract.published",
        actor,
        at,
        lot=lot.number,
        supplier=contract.supplier.name,
        amount=f"{contract.amount:.2f}",
        notice=notice.number,
    )
    return notice


@transaction.atomic
def file_contract(*, actor: Actor, code: str, number: int, at: datetime) -> Contract:
    """File a copy with the finance department: due within seven working days (GPL 47)."""
    tender, contract = _lock(actor, code, number, "contract.file", at)
    _require_signed(contract)
    if contract.filed_at is not None:
        raise Conflict("contract.filed_already", _("该合同已经备案。"))
    contract.filed_at = at
    contract.save(update_fields=["filed_at"])
    tell(tender, "contract.filed", actor, at, lot=contract.lot.number)
    return contract


@transaction.atomic
def archive_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Close the file once every contract is published and filed; kept fifteen years (GPL 42)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.archive", tender)
    after = lifecycle_of(tender).after(tender.state, "archive")
    contracts = Contract.objects.filter(lot__tender=tender)
    if contracts.filter(published_at=None).exists() or contracts.filter(filed_at=None).exists():
        raise Conflict("tender.contracts_open", _("还有合同未公告或未备案，不能归档。"))
    tender.state = after
    tender.save(update_fields=["state"])
    tell(tender, "tender.archived", actor, at)
    return tender


def _lock(
    actor: Actor, code: str, number: int, permission: str, at: datetime
) -> tuple[Tender, Contract]:
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    contract = queries.contract_of(tender, number)
    policy.require(actor, permission, contract)
    return tender, contract


def _require_signed(contract: Contract) -> None:
    if contract.signed_at is None:
        raise Conflict("contract.unsigned", _("合同尚未签订。"))
