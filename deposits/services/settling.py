"""At closing the withheld receipts become rows of the journal, in the transaction of closing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM
from accounts.models import Organisation
from deposits import domain, queries
from deposits.domain import journal
from deposits.domain.receipts import Judged, Notice, Owner
from deposits.models import Deposit, Guarantee, Receipt, Settlement
from deposits.queries.standing import with_all
from deposits.services import books, refunds
from deposits.services.books import Wish
from ledger import private
from ledger.services import record
from trading import queries as trading
from trading.models import Tender


@dataclass
class Laid:
    """What one bidder handed in for one lot before the deadline."""

    notices: list[Notice] = field(default_factory=list)
    letter: private.Event | None = None


@transaction.atomic
def settle(*, code: str, bidders: Mapping[int, Collection[str]] | None, at: datetime) -> None:
    """Turn a tender's withheld receipts and letters into rows, once.

    `bidders` says who bid for which lot; whoever paid and did not bid has its money due at once.
    None: the tender ended before anybody could bid, and its end says what becomes of the money.
    """
    tender = trading.lock_tender(code)
    if not trading.asks_deposit(tender) or queries.is_settled(tender):
        return
    known = {str(lot): sorted(codes) for lot, codes in (bidders or {}).items()}
    Settlement.objects.create(tender=tender, bidders=known, at=at)
    laid = _laid(code)
    deposits = _keep(tender, laid, known)
    _take_all(deposits, laid, at)
    idle = [deposit for deposit in deposits if bidders is not None and not deposit.has_bid]
    refunds.release(idle, "not_bid", at=at, is_told=False)
    record(
        stream=domain.STREAM,
        kind="deposits.settled",
        actor=SYSTEM.ref,
        at=at,
        of=code,
        deposits=[_told(deposit) for deposit in with_all(tender.deposits.all())],
    )


@transaction.atomic
def let_go(*, code: str, owners: Collection[str], at: datetime) -> None:
    """Let the money of these go back that was settled as that of bidders: they are not let in."""
    rows = Deposit.objects.filter(tender__code=code, bidder__uscc__in=owners, has_bid=True)
    found = list(rows.order_by("pk"))
    Deposit.objects.filter(pk__in=[deposit.pk for deposit in found]).update(has_bid=False)
    refunds.release(found, "not_bid", at=at)


def laid_in_full(tender: Tender) -> dict[int, set[str]]:
    """Give by lot who has laid down all that is asked, or handed in a letter for it, as closing
    finds it and before rows are made of it.
    """
    if tender.bids_close_at is None:
        raise ValueError(f"{tender.code} never had a deadline")
    laid = _laid(tender.code)
    bodies = accounts.organisations_by_code({uscc for _lot, uscc in laid})
    found: dict[int, set[str]] = {}
    for (number, uscc), mine in laid.items():
        asked = queries.asked_of(tender, number)
        owner = Owner(uscc, bodies[uscc].name, asked, tender.bids_close_at)
        counted = sum((each.counts for each in queries.judged(mine.notices, owner)), Decimal(0))
        if mine.letter is not None or counted >= asked:
            found.setdefault(number, set()).add(uscc)
    return found


def _laid(code: str) -> dict[tuple[int, str], Laid]:
    found: dict[tuple[int, str], Laid] = {}
    for event in private.events_in_tree(code):
        if event.kind not in {"deposit.received", "guarantee.handed_in"}:
            continue
        key = int(event.content["lot"]), str(event.content["owner"])
        laid = found.setdefault(key, Laid())
        if event.kind == "deposit.received":
            laid.notices.append(queries.notice_from(event))
        else:
            laid.letter = event
    return found


def _keep(
    tender: Tender, laid: Iterable[tuple[int, str]], bidders: Mapping[str, Collection[str]]
) -> list[Deposit]:
    lots = {lot.number: lot for lot in tender.lots.all()}
    bodies: dict[str, Organisation] = accounts.organisations_by_code({uscc for _lot, uscc in laid})
    made = Deposit.objects.bulk_create(
        Deposit(
            tender=tender,
            lot=lots[number],
            bidder=bodies[uscc],
            account=queries.account_of(tender.code, number, uscc),
            asked=queries.asked_of(tender, number),
            has_bid=uscc in bidders.get(str(number), ()),
        )
        for number, uscc in sorted(laid)
    )
    return list(made)


def _take_all(
    deposits: Iterable[Deposit], laid: Mapping[tuple[int, str], Laid], at: datetime
) -> None:
    worth, letters = [], []
    for deposit in deposits:
        mine = laid[deposit.lot.number, deposit.bidder.uscc]
        worth.append((deposit, queries.judged(mine.notices, queries.owner_for(deposit))))
        if mine.letter is not None:
            letter = queries.letter_from(mine.letter, deposit.tender)
            letters.append(Guarantee(deposit=deposit, handed_in_at=mine.letter.at, **vars(letter)))
    _book(worth, SYSTEM.ref, at)
    Guarantee.objects.bulk_create(letters)


def take_in(deposit: Deposit, notice: Notice, *, actor: str, at: datetime) -> None:
    """Book one more payment after all that came before; where the lot has gone on meanwhile, what
    it brings goes the way of the deposit.
    """
    _book([(deposit, queries.judged([notice], queries.owner_for(deposit)))], actor, at)
    fate = queries.fate_of(deposit)
    if fate is not None:
        refunds.release([deposit], fate, at=at)


def _book(worth: Iterable[tuple[Deposit, Iterable[Judged]]], actor: str, at: datetime) -> None:
    """Write payments and their entries together: closing does so for everybody at once."""
    booked = [(each, _receipt(deposit, each, at)) for deposit, judged in worth for each in judged]
    Receipt.objects.bulk_create(receipt for _each, receipt in booked)
    books.post([wish for pair in booked for wish in _wishes(*pair)], actor=actor, at=at)
    for each, receipt in booked:
        if each.back > 0:
            refunds.owe(receipt.deposit, "not_counted", each.back, at=at, receipt=receipt)


def _receipt(deposit: Deposit, each: Judged, at: datetime) -> Receipt:
    notice = each.notice
    return Receipt(
        deposit=deposit,
        number=notice.number,
        payer=notice.payer,
        payer_uscc=notice.payer_uscc,
        amount=notice.amount,
        counts=each.counts,
        code=each.code,
        credited_at=notice.credited_at,
        noted_at=at,
    )


def _wishes(each: Judged, receipt: Receipt) -> Iterator[Wish]:
    deposit, number = receipt.deposit, receipt.number
    if each.counts > 0:
        yield Wish(deposit, journal.received(each.counts), f"receipt.{number}", number)
    if each.back > 0:
        yield Wish(deposit, journal.returned(each.back), f"back.{number}", number)


def _told(deposit: Deposit) -> dict[str, object]:
    return {
        "lot": deposit.lot.number,
        "bidder": deposit.bidder.uscc,
        "receipts": [
            {"number": r.number, "amount": f"{r.amount:.2f}", "code": r.code}
            for r in deposit.receipts.all()
        ],
        "refunds": [f"{r.outcome} {r.amount:.2f}" for r in deposit.refunds.all()],
        "letter": hasattr(deposit, "guarantee"),
    }
