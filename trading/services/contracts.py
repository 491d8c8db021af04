"""Sign, publish and file the contracts, then archive (GPL 42, 46, 47; GPR 50)."""

from datetime import date, datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import store_document
from trading import policy, queries
from trading.domain import LOT, award, ending, files, performance
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Notice, Tender
from trading.services.ends import sign_tender
from trading.services.notices import publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell


@transaction.atomic
def sign_contract(
    *, actor: Actor, code: str, number: int, document: files.Upload, at: datetime
) -> Contract:
    """Record the signed contract of a lot, its text kept by digest; never while it stands still."""
    tender, contract = lock_contract(actor, code, number, "contract.sign", at)
    if contract.lot.award is None or contract.lot.award.notified_at is None:
        # Else another lot may be decided anew meanwhile: this one's days to sign run on.
        lifecycle_of(tender).after(tender.state, "sign_contracts")
    performance.require_lodged(contract.security, is_lodged=contract.secured_at is not None)
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
    sign_tender(tender, actor, at)
    return contract


def secure_contract(*, contract: Contract, at: datetime) -> None:
    """Note that the security of a contract is there: told by whoever keeps it, who holds the lock
    of the tender's row and has asked for the right.
    """
    contract.secured_at = at
    contract.save(update_fields=["secured_at"])


def unsecure_contract(*, contract: Contract) -> None:
    """Note that the security of an unsigned contract goes back: told as `secure_contract` is."""
    contract.secured_at = None
    contract.save(update_fields=["secured_at"])


@transaction.atomic
def publish_contract(*, actor: Actor, code: str, number: int, at: datetime) -> Notice:
    """Publish a signed contract: due within two working days (GPR 50)."""
    tender, contract = lock_contract(actor, code, number, "contract.publish", at)
    require_act(contract, "published_at")
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
    tender, contract = lock_contract(actor, code, number, "contract.file", at)
    require_act(contract, "filed_at")
    if contract.filed_at is not None:
        raise Conflict("contract.filed_already", _("该合同已经备案。"))
    contract.filed_at = at
    contract.save(update_fields=["filed_at"])
    tell(tender, "contract.filed", actor, at, lot=contract.lot.number)
    return contract


@transaction.atomic
def archive_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Close the file once every contract is published, filed and accepted that did not end before,
    and say until when it is kept (GPL 42, AL 54).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.archive", tender)
    after = lifecycle_of(tender).after(tender.state, "archive")
    award.require_no_suspension(open_reasons(tender))
    contracts = Contract.objects.filter(lot__tender=tender, ended_at=None)
    if any(contracts.filter(**{act: None}).exists() for act in method_of(tender).contract_acts):
        raise Conflict("tender.contracts_open", _("还有合同未公告、未备案或者未验收，不能归档。"))
    if any(queries.payment_due(one) for one in contracts.select_related("lot__tender")):
        raise Conflict(
            "tender.unpaid",
            _("还有合同的价款没有付清，不能归档：请登记其余价款，或者登记合同终止。"),
        )
    if queries.has_open_frameworks(tender, at):
        raise Conflict("framework.open", _("还有框架协议在有效期内，或者采购尚未办结，不能归档。"))
    if method_of(tender).reports_award and tender.award_reported_at is None:
        raise Conflict("award.unreported", _("还没有向监督部门提交书面报告，不能归档。"))
    tender.state = after
    tender.save(update_fields=["state"])
    tell(tender, "tender.archived", actor, at, kept_until=queries.kept_until(tender, at))
    return tender


def lock_contract(
    actor: Actor, code: str, number: int, permission: str, at: datetime
) -> tuple[Tender, Contract]:
    """Lock a tender and give a contract of it, to whoever may do so with it, never while it stands
    still.
    """
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    contract = queries.contract_of(tender, number)
    policy.require(actor, permission, contract)
    award.require_no_suspension(open_reasons(tender))
    return tender, contract


def require_act(contract: Contract, act: str) -> date:
    """Refuse what a market does not do with its contracts, or does once they are signed; give the
    day of signing.
    """
    if act not in method_of(contract.lot.tender).contract_acts:
        raise Conflict("contract.no_such_act", _("该市场的合同不办理此事项。"))
    return require_signed(contract)


def require_signed(contract: Contract) -> date:
    """Refuse what is done with a contract in force alone; give the day of signing."""
    if contract.signed_at is None:
        raise Conflict("contract.unsigned", _("合同尚未签订。"))
    ending.require_in_force(is_ended=contract.ended_at is not None)
    return local_date(contract.signed_at)
