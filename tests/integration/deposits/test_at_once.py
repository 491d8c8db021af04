"""Two at once: a notice counts once, a refund is paid once, a deposit is kept or paid, not both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposits import queries
from deposits.models import Forfeit, JournalEntry, Receipt, Refund
from deposits.services import forfeits, holds, receipts, refunds, settling
from kernel.calendar import local_date
from kernel.errors import DomainError
from tests import tenders
from tests.deposited import ASKED, Till, bank
from tests.world import AT, cast
from trading import services as trading

transactional = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    def run(call):
        try:
            call()
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def open_till():
    return Till(tenders.announced(cast(AT), bid_security=ASKED))


@transactional
def test_the_same_notice_twice_at_once_counts_once():
    till = open_till()
    account, actor = till.open("chen"), bank(till.world)

    def told():
        receipts.note_receipt(
            actor=actor,
            number="BANK-SAME",
            account=account,
            amount=ASKED,
            payer="晨光医疗科技有限公司",
            payer_uscc="",
            credited_at=till.story.at,
            at=till.story.at,
        )

    assert at_once(told, told, told) == ["done"] * 3
    shown = queries.own_deposits(till.world.actor("chen"), till.story.tender)[0]
    assert len(shown.receipts) == 1


@transactional
def test_a_refund_confirmed_twice_at_once_is_paid_once():
    till = open_till()
    till.pay("chen")
    till.close()
    row, actor, at = Refund.objects.get(), till.world.actor("qian"), till.story.at

    def paid(number):
        return lambda: refunds.confirm_refunds(
            actor=actor, payments={row.pk: number}, paid_on=local_date(at), at=at
        )

    assert at_once(paid("OUT-000001"), paid("OUT-000002")) == ["done", "refund.wrong_state"]
    assert queries.trial_balance()["bank"] == 0


@transactional
def test_kept_or_paid_at_once_is_one_of_the_two():
    till = open_till()
    till.pay("chen")
    till.close()
    row, at = Refund.objects.get(), till.story.at
    qian, wang = till.world.actor("qian"), till.world.actor("wang")
    uscc = till.world.organisation_of("chen").uscc

    def pay():
        refunds.confirm_refunds(
            actor=qian, payments={row.pk: "OUT-000001"}, paid_on=local_date(at), at=at
        )

    def keep():
        forfeits.forfeit(
            actor=wang,
            code=till.story.code,
            number=1,
            uscc=uscc,
            ground="fraud",
            article="某条",
            reason="某事",
            at=at,
        )

    answers = at_once(pay, keep)
    assert answers in (["done", "forfeit.nothing_held"], ["done", "refund.wrong_state"])
    sums = queries.trial_balance()
    assert sum(sums.values()) == 0
    assert {sums["bank"], sums["treasury"]} in ({Decimal(0)}, {Decimal(ASKED), -Decimal(ASKED)})


@transactional
def test_a_closing_that_breaks_off_leaves_nothing_and_can_be_done_again(monkeypatch):
    till = open_till()
    till.pay("chen")
    closes = till.story.tender.bids_close_at + timedelta(seconds=1)

    def killed(*_given, **_more):
        raise DatabaseError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(settling, "record", killed)
        with pytest.raises(DatabaseError):
            closed(till, closes)
    assert (Receipt.objects.count(), JournalEntry.objects.count()) == (0, 0)
    assert till.story.tender.state == "announced"
    till.close()
    assert Receipt.objects.count() == 1


@transaction.atomic
def closed(till, at):
    trading.close_tender(code=till.story.code, at=at)
    settling.settle(code=till.story.code, bidders={}, at=at)


steps = st.lists(
    st.tuples(
        st.sampled_from(["late", "pay", "keep", "undo", "fail", "other", "double"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(wishes=steps)
def test_whatever_is_done_in_whatever_order_the_books_add_up(wishes):
    with transaction.atomic():
        _play(wishes)
        transaction.set_rollback(True)


def _play(wishes):
    till = open_till()
    accounts = {name: till.open(name) for name in ("chen", "zhao", "hu")}
    till.pay("chen")
    till.pay("zhao", "30000.00")
    till.close("chen", "hu")
    names = ("chen", "zhao", "hu", "chen")
    for step, place in wishes:
        name = names[place]
        try:
            with transaction.atomic():
                _step(till, step, name, accounts[name])
        except DomainError:
            pass
        _check()
    _check()


def _step(till, step, name, account):
    at = till.story.at
    closes = till.story.tender.bids_close_at
    if step == "late":
        till.pay(name, "100.00", account=account, credited_at=closes + timedelta(milliseconds=1))
    elif step == "other":
        till.pay(name, account=account, credited_at=closes - timedelta(days=1))
    elif step == "double":
        till.pay(name, account=account, number="BANK-DOUBLE")
    elif step == "pay":
        row = Refund.objects.filter(deposit__bidder=till.world.organisation_of(name)).first()
        payments = {row.pk if row else 0: f"OUT-{name}-{row.pk if row else 0}"}
        refunds.confirm_refunds(
            actor=till.world.actor("qian"), payments=payments, paid_on=local_date(at), at=at
        )
    elif step == "keep":
        forfeits.forfeit(
            actor=till.world.actor("wang"),
            code=till.story.code,
            number=1,
            uscc=till.world.organisation_of(name).uscc,
            ground="fraud",
            article="某条",
            reason="某事",
            at=at,
        )
    elif step == "undo":
        body = till.world.organisation_of(name)
        kept = Forfeit.objects.filter(deposit__bidder=body, undone_at=None)
        forfeits.undo_forfeit(
            actor=till.world.actor("wang"),
            code=till.story.code,
            key=kept.values_list("pk", flat=True).first() or 0,
            reason="某事",
            at=at,
        )
    else:
        trading.fail_tender(
            actor=till.world.actor("qian"), code=till.story.code, reason="不足三家", at=at
        )


def _check():
    sums = queries.trial_balance()
    assert sum(sums.values()) == 0
    for one in queries.sums_of(Receipt.objects.values_list("deposit", flat=True)).values():
        assert sum(one.values()) == 0
        assert all(one[account] <= 0 for account in ("held", "payable", "treasury", "price"))
    received = sum(Receipt.objects.values_list("amount", flat=True), Decimal(0))
    paid_out = received - sums["bank"]
    assert paid_out <= received + sums["interest"]


@transactional
def test_a_held_deposit_is_given_back_or_kept_never_both():
    till = open_till()
    till.pay("chen")
    till.close("chen")
    story, uscc = till.story, till.world.organisation_of("chen").uscc
    holds.hold(code=story.code, number=1, owners=[uscc], cause="passed_over", at=story.at)
    of = {"code": story.code, "number": 1, "uscc": uscc, "at": story.at}
    lin, wang = till.world.actor("lin", story.at), till.world.actor("wang", story.at)
    told = {"ground": "fraud", "article": "第七十七条", "reason": "查实串通。"}
    ends = at_once(
        lambda: holds.lift_hold(actor=lin, reason="查无实据。", **of),
        lambda: holds.lift_hold(actor=wang, reason="查无实据。", **of),
        lambda: forfeits.forfeit(actor=wang, **told, **of),
    )
    assert ends.count("hold.none") >= 1
    assert Forfeit.objects.count() == 1
    balance = queries.trial_balance()
    assert (sum(balance.values()), balance["treasury"]) == (0, -Decimal(ASKED))
