"""The bank's word: withheld before closing, in the journal after it, never twice, never lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from deposits import queries
from deposits.models import Deposit, JournalEntry, Refund
from deposits.services import accounts, receipts, settling
from kernel.errors import DomainError
from ledger import private
from ledger.models import Entry, Withheld
from tests import tenders
from tests.deposited import ASKED, Till, bank


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def own(till, name):
    return queries.own_deposits(till.world.actor(name), till.story.tender)[0]


def test_each_bidder_gets_a_sub_account_of_its_own_and_the_same_again(till):
    mine, again, other = till.open("chen"), till.open("chen"), till.open("zhao")
    assert mine == again != other
    assert own(till, "chen").account == mine


def test_before_opening_an_account_none_is_shown(till):
    till.register("chen")
    assert own(till, "chen").account == ""


@pytest.mark.parametrize("name", ["public", "he", "lin", "sun", "qian", "zhao"])
def test_nobody_gets_an_account_without_registering(till, name):
    act = lambda: accounts.open_account(  # noqa: E731
        actor=till.world.actor(name), code=till.story.code, number=1, at=till.story.at
    )
    assert code_of(act) == "deposit.open_account.denied"
    assert Withheld.objects.count() == 0


def test_no_account_after_the_deadline_nor_where_nothing_is_asked(till):
    till.register("chen")
    late = till.story.tender.bids_close_at
    chen = till.world.actor("chen")

    def opened(at):
        return lambda: accounts.open_account(actor=chen, code=till.story.code, number=1, at=at)

    assert code_of(opened(late)) == "tender.not_taking_bids"
    type(till.story.tender).objects.update(bid_security=0)
    assert code_of(opened(till.story.at)) == "deposit.none_asked"


def test_a_payment_shows_to_its_bidder_alone(till):
    answer = till.pay("chen")
    assert (answer.taken, answer.code) == (True, "receipt.noted")
    shown = own(till, "chen")
    assert (shown.state, shown.counted, shown.missing) == ("full", Decimal(ASKED), 0)
    assert [line.code for line in shown.receipts] == ["receipt.in_full"]
    till.register("zhao")
    assert own(till, "zhao").receipts == []
    for name in ("qian", "sun", "lin", "wang", "tang"):
        actor = till.world.actor(name)
        assert not queries.reads_deposits(actor, till.story.tender)
        assert queries.own_deposits(actor, till.story.tender) == []


def test_nothing_but_sealed_rows_of_one_size_rests_before_closing(till):
    facts = Entry.objects.count()
    till.pay("chen")
    till.pay("zhao", "1.00", payer="某" * 100, payer_uscc="")
    till.register("hu")
    assert (Deposit.objects.count(), JournalEntry.objects.count()) == (0, 0)
    assert Entry.objects.count() == facts
    assert {len(bytes(row.ciphertext)) for row in Withheld.objects.all()} == {12 + 1024 + 16}


@pytest.mark.parametrize(
    ("changes", "code", "state"),
    [
        ({"amount": "23999.99"}, "receipt.short", "short"),
        ({"amount": "24000.01"}, "receipt.surplus", "full"),
        ({"payer": "朝阳信息技术有限公司", "payer_uscc": ""}, "receipt.wrong_payer", "none"),
    ],
)
def test_the_bidder_is_told_what_a_payment_is_worth(till, changes, code, state):
    amount = changes.pop("amount", ASKED)
    assert till.pay("chen", amount, **changes).code == "receipt.noted"
    assert [line.code for line in own(till, "chen").receipts] == [code]
    assert own(till, "chen").state == state


def test_a_number_told_twice_counts_once(till):
    first = till.pay("chen", number="BANK-SAME")
    assert till.pay("chen", number="BANK-SAME") == first
    assert len(own(till, "chen").receipts) == 1


def test_a_number_told_with_another_sum_is_refused(till):
    till.pay("chen", number="BANK-SAME")
    assert code_of(lambda: till.pay("chen", "1.00", number="BANK-SAME")) == "receipt.differs"
    assert code_of(lambda: till.pay("zhao", number="BANK-SAME")) == "receipt.differs"


def test_an_unknown_account_is_noted_and_the_bank_sends_it_back(till):
    answer = till.pay("chen", account="88430000000000000", number="BANK-LOST")
    assert (answer.taken, answer.code) == (False, "receipt.unknown_account")
    assert till.pay("chen", account="88430000000000000", number="BANK-LOST") == answer
    assert queries.noted("BANK-LOST").content["payer"] == "晨光医疗科技有限公司"


@pytest.mark.parametrize("name", ["public", "chen", "qian", "zhou", "wang", "sun", "lin"])
def test_only_the_bank_says_that_money_came(till, name):
    account = till.open("chen")
    bank(till.world)

    def told():
        receipts.note_receipt(
            actor=till.world.actor(name),
            number="BANK-000001",
            account=account,
            amount=ASKED,
            payer="晨光医疗科技有限公司",
            payer_uscc="",
            credited_at=till.story.at,
            at=till.story.at,
        )

    assert code_of(told) == "receipt.note.denied"


def test_closing_makes_rows_of_what_was_withheld(till):
    till.pay("chen")
    till.pay("zhao", "20000.00")
    till.pay("zhao", "5000.00")
    till.pay("hu", payer="琥珀办公设备有限公司工会", payer_uscc="")
    at = till.close("chen", "zhao", "hu")
    rows = {row.bidder[:2]: (row.state, row.counted, row.held) for row in deposits(till)}
    assert rows == {
        "晨光": ("full", Decimal(24000), Decimal(24000)),
        "朝阳": ("full", Decimal(24000), Decimal(24000)),
        "琥珀": ("none", Decimal(0), Decimal(0)),
    }
    back = Refund.objects.values_list("payee", "amount", "outcome")
    assert set(back) == {
        ("朝阳信息技术有限公司", Decimal("1000.00"), "not_counted"),
        ("琥珀办公设备有限公司工会", Decimal("24000.00"), "not_counted"),
    }
    assert sum(queries.trial_balance().values()) == 0
    assert queries.trial_balance()["bank"] == 24000 + 25000 + 24000
    settling.settle(code=till.story.code, bidders={}, at=at)
    assert JournalEntry.objects.filter(kind="received").count() == 3


def deposits(till):
    return queries.deposits_of(till.story.tender)


def test_who_paid_and_did_not_bid_has_it_due_at_once(till):
    till.pay("chen")
    till.pay("zhao")
    till.close("chen")
    states = {row.bidder[:2]: row.state for row in deposits(till)}
    assert states == {"晨光": "full", "朝阳": "due"}
    refund = Refund.objects.get()
    assert (refund.outcome, refund.article[-5:]) == ("not_bid", "第三十八条")
    assert refund.due_on > till.story.at.date()


def test_one_fact_at_closing_however_many_paid(till):
    for name in ("chen", "zhao", "hu"):
        till.pay(name)
    till.close("chen", "zhao", "hu")
    facts = Entry.objects.filter(stream="deposits")
    assert [fact.kind for fact in facts] == ["deposits.settled"]
    assert facts.get().tender == ""


def test_money_that_came_in_time_counts_though_told_after_closing(till):
    account = till.open("chen")
    closes = till.story.tender.bids_close_at
    till.close("chen")
    till.pay("chen", account=account, credited_at=closes - timedelta(microseconds=1))
    assert deposits(till)[0].state == "full"


def test_money_after_the_deadline_goes_back(till):
    account = till.open("chen")
    closes = till.story.tender.bids_close_at
    till.close("chen")
    till.pay("chen", account=account, credited_at=closes, at=closes + timedelta(hours=1))
    refund = Refund.objects.get()
    assert (refund.outcome, refund.amount, refund.receipt.code) == (
        "not_counted",
        Decimal(ASKED),
        "receipt.late",
    )
    assert sum(queries.trial_balance().values()) == 0


def test_a_notice_between_deadline_and_closing_is_to_come_again(till):
    account = till.open("chen")
    closes = till.story.tender.bids_close_at
    act = lambda: till.pay("chen", account=account, at=closes)  # noqa: E731
    assert code_of(act) == "receipt.closing"
    assert queries.noted("BANK-000001") is None


def test_the_tree_of_the_tender_holds_the_receipts_and_not_the_accounts(till):
    till.pay("chen")
    till.open("zhao")
    kinds = sorted(event.kind for event in private.events_of(till.story.code))
    assert kinds == ["bidder.registered", "bidder.registered", "deposit.received"]


def test_the_database_itself_refuses_to_change_the_journal(till):
    till.pay("chen")
    till.close("chen")
    for statement in (
        "UPDATE deposits_journalline SET fen = 1",
        "DELETE FROM deposits_journalentry",
        "UPDATE deposits_receipt SET code = 'x'",
    ):
        with pytest.raises(DatabaseError, match="journal is kept"):
            ordered(statement)


def ordered(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_two_lots_share_the_sum_and_have_accounts_of_their_own(world):
    till = Till(tenders.announced(world, lots=2, bid_security="48000.00"))
    till.register("chen", 1)
    till.register("chen", 2)
    first, second = till.open("chen", 1), till.open("chen", 2)
    assert first != second
    till.pay("chen", "24000.00", account=second)
    lines = queries.own_deposits(world.actor("chen"), till.story.tender)
    assert [(line.lot, line.asked, line.state) for line in lines] == [
        (1, Decimal(24000), "none"),
        (2, Decimal(24000), "full"),
    ]
