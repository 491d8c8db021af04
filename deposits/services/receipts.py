"""Take the bank's word that money came in: withheld until closing, in the journal after it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from deposits import domain, policy, queries
from deposits.domain.receipts import Notice, checked
from deposits.models import Deposit
from deposits.services import numbers, securities, settling
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import record
from trading import queries as trading
from trading.models import Tender


@dataclass(frozen=True)
class Answer:
    """What the bank is told: that we have its notice, and whether it is to send the money back."""

    number: str
    code: str
    taken: bool


@transaction.atomic
def note_receipt(  # noqa: PLR0913 - the fields of a bank's notice
    *,
    actor: Actor,
    number: str,
    account: str,
    amount: str,
    payer: str,
    payer_uscc: str,
    credited_at: datetime,
    at: datetime,
) -> Answer:
    """Note one payment by the bank's own number; told again, it counts once and answers the same.

    The bank learns nothing of the tender: neither whose the account is nor what the sum is worth.
    """
    policy.require(actor, "receipt.note")
    notice = checked(
        number=number,
        account=account,
        amount=amount,
        payer=payer,
        payer_uscc=payer_uscc,
        credited_at=credited_at,
        at=at,
    )
    opened = queries.owner_of_account(account)
    code = str(opened.content["of"]) if opened else ""
    # The lock that closing takes first: a notice is wholly before closing or wholly after it.
    tender = trading.lock_tender(code) if opened else None
    if known := queries.noted(number):
        return _repeated(known, notice)
    numbers.require_unused(number)
    _withhold(actor, notice, queries.BANK_TREE, notice.payer_uscc, "receipt.noted", at)
    if opened is None or tender is None:
        return Answer(number, "receipt.unknown_account", taken=False)
    owner, lot = str(opened.content["owner"]), int(opened.content["lot"])
    if opened.kind == "security.account_opened":
        securities.take_in(tender, int(opened.content["contract"]), notice, actor=actor, at=at)
    elif queries.is_settled(tender):
        _post(tender, owner, lot, notice, actor, at)
    elif tender.bids_close_at is not None and at < tender.bids_close_at:
        _withhold(actor, notice, code, owner, "deposit.received", at, lot=lot)
    else:
        raise Conflict("receipt.closing", _("本项目正在截止，请稍后重发这条通知。"))
    return Answer(number, "receipt.noted", taken=True)


def _withhold(
    actor: Actor, notice: Notice, tree: str, owner: str, kind: str, at: datetime, **more: object
) -> None:
    private.withhold(
        tender=tree,
        owner=owner,
        kind=kind,
        actor=actor.ref,
        at=at,
        once=queries.notice_once(notice.number),
        **queries.plain(notice),
        **more,
    )


def _repeated(known: private.Event, notice: Notice) -> Answer:
    """Answer a notice that came before as it was answered then; another one is refused."""
    if known.kind != "receipt.noted" or queries.notice_from(known) != notice:
        raise Conflict("receipt.differs", _("同一银行流水号的内容与此前通知不一致。"))
    taken = queries.owner_of_account(notice.account) is not None
    return Answer(
        notice.number, "receipt.noted" if taken else "receipt.unknown_account", taken=taken
    )


def _post(
    tender: Tender, owner: str, number: int, notice: Notice, actor: Actor, at: datetime
) -> None:
    """Post money told after closing: what had come in time counts, the rest goes back."""
    lot = trading.lot_of(tender, number)
    bidder = accounts.organisation(owner)
    deposit, _made = Deposit.objects.select_for_update(of=("self",)).get_or_create(
        lot=lot,
        bidder=bidder,
        defaults={
            "tender": tender,
            "account": notice.account,
            "asked": queries.asked_of(tender, number),
            "has_bid": queries.has_bid(tender, number, owner),
        },
    )
    settling.take_in(deposit, notice, actor=actor.ref, at=at)
    record(
        stream=domain.STREAM,
        kind="receipt.posted",
        actor=actor.ref,
        at=at,
        of=tender.code,
        lot=number,
        bidder=owner,
        receipt=notice.number,
        amount=f"{notice.amount:.2f}",
    )
