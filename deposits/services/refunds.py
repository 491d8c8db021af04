"""Let deposits go back: due rows with a day and an article, paid on the bank's word."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count

from accounts.domain import SYSTEM, Actor
from deposits import domain, policy, queries
from deposits.domain import journal, outcomes
from deposits.domain.receipts import NUMBER
from deposits.models import Deposit, Receipt, Refund
from deposits.services import books, numbers
from deposits.services.books import Wish
from kernel.calendar import local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.services import record
from trading import queries as tenders

MOST_AT_ONCE: Final = 500


def release(
    deposits: Iterable[Deposit], outcome: str, *, at: datetime, is_told: bool = True
) -> list[Refund]:
    """Let what is still held of these deposits go, as the market says after this outcome.

    Inside the transaction of the act that settles it; a deposit of which nothing is held is passed,
    and so is one that stays until somebody has decided about it.
    `is_told` false leaves the fact to the caller: at closing there is one, whoever paid and did not
    bid.
    """
    locked = books.lock(deposit.pk for deposit in deposits)
    sums = queries.sums_of([deposit.pk for deposit in locked])
    posted = Deposit.objects.filter(pk__in=sums).annotate(count=Count("entries"))
    so_far = dict(posted.values_list("pk", "count"))
    wishes: list[Wish] = []
    made: list[Refund] = []
    turned: list[Deposit] = []
    for deposit in locked:
        held = journal.owed(sums[deposit.pk], "held")
        if held <= 0 or deposit.hold:
            continue
        once = f"{outcome}.{deposit.pk}.{so_far[deposit.pk]}"
        if outcomes.treatment(deposit.tender.market, outcome).act == "convert":
            wishes.append(Wish(deposit, journal.converted(held), once))
            turned.append(deposit)
        else:
            wishes.append(Wish(deposit, journal.released(held), once))
            made.append(_refund(deposit, outcome, held, at))
    books.post(wishes, actor=SYSTEM.ref, at=at)
    Refund.objects.bulk_create(made)
    if is_told:
        _tell_due(made, at)
    _tell_converted(turned, at)
    return made


def stop(deposit: Deposit, *, actor: str, at: datetime) -> None:
    """Hold again what of a locked deposit was to go back and has not gone."""
    for refund in deposit.refunds.select_for_update().filter(state="due"):
        if refund.outcome != "not_counted":
            refund.state = domain.REFUND.after(refund.state, "stop")
            refund.save(update_fields=["state"])
            posting = journal.stopped(refund.amount)
            books.post([Wish(deposit, posting, f"stop.{refund.pk}")], actor=actor, at=at)


def owe(
    deposit: Deposit, outcome: str, amount: Decimal, *, at: datetime, receipt: Receipt | None = None
) -> Refund:
    """Write the row that says what is due to whom by when; its posting is the caller's."""
    owed = _refund(deposit, outcome, amount, at)
    if receipt is not None:
        owed.receipt, owed.payee = receipt, receipt.payer
    owed.save()
    return owed


def _refund(deposit: Deposit, outcome: str, amount: Decimal, at: datetime) -> Refund:
    row = outcomes.treatment(deposit.tender.market, outcome)
    start = local_date(at)
    rules = tenders.rules_of(deposit.tender, at)
    due = rules.last_day_if_any(row.period, start) if row.period else None
    return Refund(
        deposit=deposit,
        outcome=outcome,
        payee=deposit.bidder.name,
        amount=amount,
        article=row.article,
        with_interest=row.with_interest,
        starts_on=start,
        due_on=due or row.last_day(rules.calendar, start),
    )


def _tell_due(refunds: Sequence[Refund], at: datetime) -> None:
    if refunds:
        rows = [_told(refund) for refund in refunds]
        record(stream=domain.STREAM, kind="refunds.due", actor=SYSTEM.ref, at=at, refunds=rows)


def _tell_converted(deposits: Sequence[Deposit], at: datetime) -> None:
    if deposits:
        rows = [{"deposit": d.pk, "of": d.tender.code, "bidder": d.bidder.uscc} for d in deposits]
        record(
            stream=domain.STREAM,
            kind="deposits.converted",
            actor=SYSTEM.ref,
            at=at,
            deposits=rows,
        )


def _told(refund: Refund) -> dict[str, object]:
    return {
        "refund": refund.pk,
        "of": refund.deposit.tender.code,
        "bidder": refund.deposit.bidder.uscc,
        "outcome": refund.outcome,
        "amount": f"{refund.amount:.2f}",
        "due": refund.due_on,
        "article": refund.article,
    }


@transaction.atomic
def confirm_refunds(
    *, actor: Actor, payments: Mapping[int, str], paid_on: date, at: datetime
) -> list[Refund]:
    """Confirm that refunds went out, each with the bank's number: all of them or none.

    What is late bears interest to the day the bank paid.
    """
    policy.require(actor, "refund.confirm")
    _check(payments, paid_on, at)
    books.lock(Refund.objects.filter(pk__in=payments).values_list("deposit_id", flat=True))
    found = Refund.objects.select_for_update(of=("self",)).filter(pk__in=payments)
    refunds = list(found.select_related("deposit__tender", "deposit__bidder").order_by("pk"))
    if len(refunds) != len(payments):
        raise Invalid("refund.missing", _("没有这笔应退款项。"), field="payments")
    for refund in refunds:
        _pay(refund, payments[refund.pk], paid_on, actor, at)
    record(
        stream=domain.STREAM,
        kind="refunds.paid",
        actor=actor.ref,
        at=at,
        refunds=[
            _told(r) | {"bank_number": r.bank_number, "interest": f"{r.interest:.2f}"}
            for r in refunds
        ],
    )
    return refunds


def _check(payments: Mapping[int, str], paid_on: date, at: datetime) -> None:
    if not payments or len(payments) > MOST_AT_ONCE:
        raise Invalid("refund.none_chosen", _("请选择要确认的退款（一次最多 500 笔）。"))
    if paid_on > local_date(at):
        raise Invalid("refund.future", _("退还日期不能晚于今天。"), field="paid_on")
    if any(not re.fullmatch(NUMBER, number) for number in payments.values()):
        raise Invalid("refund.bad_number", _("银行流水号应为 6 至 40 位字母、数字或横线。"))
    if len(set(payments.values())) != len(payments):
        raise Invalid("refund.same_number", _("同一银行流水号不能用于两笔退款。"))


def _pay(refund: Refund, number: str, paid_on: date, actor: Actor, at: datetime) -> None:
    refund.state = domain.REFUND.after(refund.state, "pay")
    if paid_on < refund.starts_on:
        raise Invalid("refund.early", _("退还日期早于应退之日，请核对。"), field="paid_on")
    numbers.require_unused(number)
    refund.interest = queries.interest_on(refund, paid_on)
    refund.paid_on, refund.bank_number, refund.confirmed_by = paid_on, number, actor.ref
    wishes = []
    if refund.interest > 0:
        posting = journal.interest(refund.interest)
        wishes.append(Wish(refund.deposit, posting, f"interest.{refund.pk}"))
    posting = journal.paid(refund.amount + refund.interest)
    wishes.append(Wish(refund.deposit, posting, f"pay.{number}", number))
    try:
        with transaction.atomic():
            refund.save(
                update_fields=[
                    "state",
                    "interest",
                    "paid_on",
                    "bank_number",
                    "confirmed_by",
                ]
            )
    except IntegrityError as taken:
        raise numbers.used(number) from taken
    books.post(wishes, actor=actor.ref, at=at)


def due(at: datetime) -> int:
    """Note once of each refund that its day has passed; it bears interest from then on."""
    late = Refund.objects.filter(state="due", due_on__lt=local_date(at), overdue_told_at=None)
    keys = list(late.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return _tell_overdue(keys, at) if keys else 0


@transaction.atomic
def _tell_overdue(keys: Sequence[int], at: datetime) -> int:
    rows = Refund.objects.select_for_update(of=("self",)).filter(
        pk__in=keys, state="due", overdue_told_at=None
    )
    refunds = list(rows.select_related("deposit__tender", "deposit__bidder").order_by("pk"))
    if not refunds:
        return 0
    Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(overdue_told_at=at)
    record(
        stream=domain.STREAM,
        kind="refunds.overdue",
        actor=SYSTEM.ref,
        at=at,
        refunds=[_told(refund) for refund in refunds],
    )
    return len(refunds)
