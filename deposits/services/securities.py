"""Performance securities: lodged by the winner or received by the centre before the contract is
signed, released when it was performed or will never be signed, and returned.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.domain import SYSTEM, Actor, check_text
from deposits import domain, policy, queries
from deposits.domain import journal
from deposits.domain.receipts import Notice, Owner, is_own
from deposits.domain.securities import (
    Given,
    bank_number,
    checked_letter,
    require_form,
    require_whole,
)
from deposits.models import Deposit, Receipt, Security
from deposits.services import books, numbers, refunds
from kernel import money
from kernel.errors import Conflict, Missing
from kernel.money import from_fen
from kernel.text import gettext_noop as _
from ledger.services import Entry, record, store_document
from trading import queries as trading
from trading import services as trading_services
from trading.domain import files
from trading.domain.ending import ORDERED
from trading.models import Contract, Tender


@transaction.atomic
def lodge_security(  # noqa: PLR0913 - the letter's fields
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
) -> Security:
    """Lodge a guarantee letter for a contract; it is there at once, its file kept by digest."""
    contract = _open(actor, code, number, "security.lodge")
    asked = queries.asked_for(contract)
    require_form(asked, "guarantee")
    given = Given(
        issuer.strip(),
        letter_number.strip(),
        money.parse(amount),
        valid_until,
        beneficiary.strip(),
    )
    letter = checked_letter(given, asked)
    name = files.checked(document, files.CONTRACT_KINDS)
    kept = store_document(content=document.content, media_type=files.media_type(name), at=at)
    lodged = Security.objects.create(
        contract=contract,
        form="guarantee",
        amount=letter.amount,
        issuer=letter.issuer,
        number=letter.number,
        valid_until=letter.valid_until,
        document=kept,
        lodged_at=at,
    )
    trading_services.secure_contract(contract=contract, at=at)
    _tell("security.lodged", lodged, actor, at, sha256=kept.digest)
    return lodged


@transaction.atomic
def receive_security(
    *, actor: Actor, code: str, number: int, amount: str, bank: str, at: datetime
) -> Security:
    """Book a transfer that the bank has credited, in full, on the accounts of the winner."""
    contract = _open(actor, code, number, "security.receive")
    asked = queries.asked_for(contract)
    require_form(asked, "transfer")
    paid = money.parse(amount)
    require_whole(asked, paid)
    told, deposit = bank_number(bank), _accounts_of(contract)
    numbers.claim(told, owner=contract.supplier.uscc, actor=actor, at=at)
    return _book(contract, deposit, paid, told, actor, at)


def _book(
    contract: Contract, deposit: Deposit, paid: Decimal, told: str, actor: Actor, at: datetime
) -> Security:
    wish = books.Wish(deposit, journal.secured(paid), f"secured.{told}", told)
    books.post([wish], actor=actor.ref, at=at)
    received = Security.objects.create(
        contract=contract, deposit=deposit, form="transfer", amount=paid, number=told, lodged_at=at
    )
    trading_services.secure_contract(contract=contract, at=at)
    _tell("security.received", received, actor, at)
    return received


def take_in(tender: Tender, key: int, notice: Notice, *, actor: Actor, at: datetime) -> None:
    """Take what the bank tells of a security's own sub-account, whose tender is locked: the whole
    sum from the winner itself, while the contract waits for it, is the security; all else goes
    back to whoever paid.
    """
    contract = trading.contract_by_key(tender, key)
    deposit = _accounts_of(contract)
    owner = Owner(contract.supplier.uscc, contract.supplier.name, contract.security, at)
    waits = contract.voided_at is None and contract.signed_at is None
    is_free = not Security.objects.filter(contract=contract).exists()
    if waits and is_free and is_own(notice, owner) and notice.amount == contract.security:
        _book(contract, deposit, notice.amount, notice.number, actor, at)
        return
    wish = books.Wish(
        deposit, journal.returned(notice.amount), f"back.{notice.number}", notice.number
    )
    receipt = Receipt.objects.create(
        deposit=deposit,
        number=notice.number,
        payer=notice.payer,
        payer_uscc=notice.payer_uscc,
        amount=notice.amount,
        counts=0,
        code="receipt.not_security",
        credited_at=notice.credited_at,
        noted_at=at,
    )
    books.post([wish], actor=actor.ref, at=at)
    refunds.owe(deposit, "not_counted", notice.amount, at=at, receipt=receipt)


@transaction.atomic
def release_security(*, actor: Actor, code: str, number: int, at: datetime) -> Security:
    """Say that the contract was performed: the security has to go back."""
    contract = _lock(actor, code, number, "security.release")
    held = _held(contract)
    held.state = domain.SECURITY.after(held.state, "release")
    if contract.signed_at is None:
        raise Conflict("security.unsigned", _("合同尚未签订，不能确认履约完成。"))
    held.released_at, held.return_due_on = at, trading.security_return_due(contract, at)
    held.save(update_fields=["state", "released_at", "return_due_on"])
    _tell("security.released", held, actor, at)
    return held


@transaction.atomic
def drop_security(
    *, actor: Actor, code: str, number: int, article: str, reason: str, at: datetime
) -> Security:
    """Say that the contract will not be signed, why and by which article: the security has to go
    back, and without one the contract can no longer be signed.
    """
    contract = _lock(actor, code, number, "security.drop")
    held = _held(contract)
    held.state = domain.SECURITY.after(held.state, "drop")
    if contract.signed_at is not None:
        raise Conflict("security.signed", _("合同已经签订。"))
    held.dropped_article = check_text(article, "article", 80)
    held.dropped_reason = check_text(reason, "reason", 300)
    held.released_at, held.return_due_on = at, trading.security_return_due(contract, at)
    held.save(
        update_fields=[
            "state",
            "dropped_article",
            "dropped_reason",
            "released_at",
            "return_due_on",
        ]
    )
    trading_services.unsecure_contract(contract=contract)
    told = {"article": held.dropped_article, "reason": held.dropped_reason}
    _tell("security.dropped", held, actor, at, **told)
    return held


@transaction.atomic
def forfeit_security(
    *, actor: Actor, code: str, number: int, article: str, reason: str, at: datetime
) -> Security:
    """Keep the security of a contract that was signed and is not performed (BL 60): money is booked
    for the purchaser, a letter is claimed from its issuer.
    """
    contract = _lock(actor, code, number, "security.forfeit")
    held = _held(contract)
    held.state = domain.SECURITY.after(held.state, "forfeit")
    if contract.signed_at is None:
        raise Conflict("security.unsigned_yet", _("合同尚未签订，没有不履行合同的事实。"))
    held.forfeit_article = check_text(article, "article", 80)
    held.forfeit_reason = check_text(reason, "reason", 300)
    held.forfeited_at, held.restored_reason = at, ""
    if held.deposit is not None:
        (deposit,) = books.lock([held.deposit.pk])
        once = f"damages.{held.pk}.{deposit.entries.filter(kind='damages').count()}"
        wish = books.Wish(deposit, journal.damages(held.amount), once, held.forfeit_reason)
        held.forfeit_entry = books.post([wish], actor=actor.ref, at=at)[0]
    held.save()
    told = {"article": held.forfeit_article, "reason": held.forfeit_reason}
    _tell("security.forfeited", held, actor, at, **told)
    return held


@transaction.atomic
def restore_security(
    *, actor: Actor, code: str, number: int, reason: str, at: datetime
) -> Security:
    """Take such a decision back by the mirror of its entry: the security is there as before."""
    contract = _lock(actor, code, number, "security.restore")
    held = _held(contract)
    held.state = domain.SECURITY.after(held.state, "restore")
    held.restored_reason = check_text(reason, "reason", 300)
    entry = held.forfeit_entry
    if held.deposit is not None and entry is not None:
        (deposit,) = books.lock([held.deposit.pk])
        lines = {line.account: from_fen(line.fen) for line in entry.lines.all()}
        undone = journal.reversal(lines)
        wish = books.Wish(deposit, undone, f"restore.{entry.pk}", held.restored_reason, entry)
        books.post([wish], actor=actor.ref, at=at)
    held.forfeited_at = held.forfeit_entry = None
    held.save()
    _tell("security.restored", held, actor, at, reason=held.restored_reason)
    return held


def on_contract_ended(entry: Entry) -> None:
    """Let the security of a contract go back that the authority cancelled: its supplier has not
    failed to perform. Where a party ended it, its purchaser says what becomes of it.
    """
    if entry.data["ground"] != ORDERED:
        return
    of = {"contract__lot__tender__code": entry.tender, "contract__lot__number": entry.data["lot"]}
    rows = Security.objects.select_for_update(of=("self",)).filter(**of, state="lodged")
    for held in rows.filter(contract__voided_at=None):
        held.state = domain.SECURITY.after(held.state, "release")
        held.released_at = entry.at
        held.return_due_on = trading.security_return_due(held.contract, entry.at)
        held.save(update_fields=["state", "released_at", "return_due_on"])
        _tell("security.released", held, SYSTEM, entry.at)


def require_none_open(entry: Entry, number: int, owner: str, ground: str) -> None:
    """Refuse to pass over a winner whose security lies there: it is given back first. Who lodged
    one did what was asked, though it went back since; one for a contract that was void before this
    act answers for nothing now.
    """
    rows = Security.objects.filter(
        Q(contract__voided_at=None) | Q(contract__voided_at=entry.at),
        contract__lot__tender__code=entry.tender,
        contract__lot__number=number,
        contract__supplier__uscc=owner,
    )
    if ground == "no_security" and rows.exists():
        raise Conflict("pass_over.secured", _("履约保证金已经提交，不能以此为由。"))
    if rows.filter(state__in=("lodged", "released")).exists():
        raise Conflict(
            "pass_over.security_open",
            _("中标人的履约保证金还没有处理，请先释放并退还，再取消中标资格。"),
        )


@transaction.atomic
def return_security(*, actor: Actor, code: str, number: int, bank: str, at: datetime) -> Security:
    """Give a released security back: the letter, or the money by the bank's number."""
    contract = _lock(actor, code, number, "security.return")
    held = _held(contract)
    held.state = domain.SECURITY.after(held.state, "return")
    if held.deposit is not None:
        held.return_number = bank_number(bank)
        numbers.require_unused(held.return_number, "bank_number")
        (deposit,) = books.lock([held.deposit.pk])
        out = journal.unsecured(held.amount)
        wish = books.Wish(deposit, out, f"unsecured.{held.return_number}", held.return_number)
        books.post([wish], actor=actor.ref, at=at)
    held.returned_at = at
    held.save(update_fields=["state", "returned_at", "return_number"])
    _tell("security.returned", held, actor, at)
    return held


def _lock(actor: Actor, code: str, number: int, permission: str) -> Contract:
    tender = trading.lock_tender(code)
    contract = trading.contract_of(tender, number)
    policy.require(actor, permission, contract)
    return contract


def _open(actor: Actor, code: str, number: int, permission: str) -> Contract:
    """Lock a contract that waits for its security."""
    contract = _lock(actor, code, number, permission)
    if Security.objects.filter(contract=contract).exists():
        raise Conflict("security.lodged_already", _("履约保证金已经提交。"))
    if contract.signed_at is not None:
        raise Conflict("security.signed", _("合同已经签订。"))
    return contract


def _held(contract: Contract) -> Security:
    rows = Security.objects.select_for_update(of=("self",)).filter(contract=contract)
    found = rows.select_related("deposit", "contract").first()
    if found is None:
        raise Missing("security.missing", _("没有提交过履约保证金。"))
    return found


def _accounts_of(contract: Contract) -> Deposit:
    """Lock the winner's accounts for the lot, opened now where it laid down no deposit, whether or
    not one was asked; who wins has bid.
    """
    tender, lot, winner = contract.lot.tender, contract.lot, contract.supplier
    asked = queries.asked_of(tender, lot.number)
    account = queries.account_of(tender.code, lot.number, winner.uscc) if asked > 0 else ""
    opened, _made = Deposit.objects.get_or_create(
        lot=lot,
        bidder=winner,
        defaults={"tender": tender, "account": account, "asked": asked, "has_bid": True},
    )
    (deposit,) = books.lock([opened.pk])
    return deposit


def _tell(
    kind: str, security: Security, actor: Actor, at: datetime, sha256: str = "", **told: str
) -> None:
    contract = security.contract
    record(
        stream=domain.STREAM,
        kind=kind,
        actor=actor.ref,
        at=at,
        of=contract.lot.tender.code,
        lot=contract.lot.number,
        supplier=contract.supplier.uscc,
        form=security.form,
        amount=f"{security.amount:.2f}",
        number=security.number,
        sha256=sha256,
        **told,
    )
