"""Refunds are due rows: started by what happens to the tender, paid on the bank's word."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from deposits import queries
from deposits.domain import outcomes, rates
from deposits.models import Deposit, JournalEntry, Refund
from deposits.services import forfeits, holds, refunds
from kernel.calendar import local_date
from kernel.errors import DomainError
from ledger.models import Entry
from tests import frameworks, tenders
from tests.deposited import ASKED, Till
from tests.unit.trading.test_packs import period
from tests.world import fourth_bidder
from trading import services as trading
from trading.domain.files import Upload
from trading.models import Lot, Tender
from trading.queries import work_calendar
from trading.services import suspensions

PDF = Upload("contract", "合同.pdf", b"%PDF-1.7\n%%EOF\n")
ALL = ("chen", "zhao", "hu")


def code_of(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@pytest.fixture
def closed(till):
    for name in ALL:
        till.pay(name)
    till.close(*ALL)
    return till


@pytest.fixture
def evaluated(closed):
    story = closed.story
    qian = closed.world.actor("qian", story.at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=story.code, at=story.at)
    ranked = [(1, "chen", "980000.00", "91.20"), (2, "zhao", "1020000.00", "86.75")]
    trading.receive_report(
        code=story.code,
        candidates=[tenders._candidate(closed.world, 1, *row) for row in ranked],
        at=story.at,
    )
    return closed


def award(till):
    story = till.story
    lin, sun = till.world.actor("lin"), till.world.actor("sun")
    trading.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)
    trading.publish_result(actor=sun, code=story.code, at=story.at)


def sign(till):
    lin = till.world.actor("lin")
    trading.sign_contract(actor=lin, code=till.story.code, number=1, document=PDF, at=till.story.at)


def states(till):
    return {row.bidder[:2]: row.state for row in queries.deposits_of(till.story.tender)}


def terms(till):
    return queries.terms_kept(till.story.tender, local_date(till.story.at))


def pay(till, *rows, who="qian", on=None, numbers=None):
    named = numbers or [f"OUT-{row.pk:06d}" for row in rows]
    return refunds.confirm_refunds(
        actor=till.world.actor(who),
        payments={row.pk: number for row, number in zip(rows, named, strict=True)},
        paid_on=on or local_date(till.story.at),
        at=till.story.at,
    )


def treated_as(monkeypatch, market):
    """Treat the deposits of a procurement as another market does, which is not traded yet."""
    monkeypatch.setitem(outcomes.TREATMENTS, "procurement", outcomes.TREATMENTS[market])


def test_the_award_notice_starts_the_losers_term(evaluated):
    award(evaluated)
    assert states(evaluated) == {"晨光": "full", "朝阳": "due", "琥珀": "due"}
    day = local_date(evaluated.story.at)
    row = outcomes.treatment("procurement", "not_awarded")
    expected = row.last_day(work_calendar(), day)
    for refund in Refund.objects.all():
        assert (refund.outcome, refund.starts_on, refund.due_on) == ("not_awarded", day, expected)
        assert refund.amount == Decimal(ASKED)
    assert sum(queries.trial_balance().values()) == 0


def test_a_file_is_closed_only_when_all_money_has_gone_back(evaluated):
    award(evaluated)
    sign(evaluated)
    story, lin = evaluated.story, evaluated.world.actor("lin", evaluated.story.at)
    place = {"actor": lin, "code": story.code, "at": story.at}
    trading.publish_contract(**place, number=1)
    trading.file_contract(**place, number=1)
    tenders.accept(evaluated.world, story.code, story.at)
    assert code_of(lambda: trading.archive_tender(**place)) == "tender.deposits_open"
    first, *others = Refund.objects.order_by("pk")
    pay(evaluated, *others)
    assert code_of(lambda: trading.archive_tender(**place)) == "tender.deposits_open"
    pay(evaluated, first)
    assert trading.archive_tender(**place).state == "archived"


def test_the_rules_of_the_city_may_make_a_term_shorter(evaluated, tmp_path, settings):
    (tmp_path / "q.toml").write_text(
        period('code = "loser_deposits"\nvalue = 2\nmarket = "procurement"'), encoding="utf-8"
    )
    settings.RULE_PACKS = str(tmp_path)
    award(evaluated)
    day = local_date(evaluated.story.at)
    expected = work_calendar().add(day, 2, "WD").due
    assert set(Refund.objects.values_list("due_on", flat=True)) == {expected}


def test_the_contract_starts_the_winners_term(evaluated):
    award(evaluated)
    sign(evaluated)
    assert states(evaluated)["晨光"] == "due"
    assert Refund.objects.filter(outcome="contracted").count() == 1


def test_a_lot_that_fails_frees_everybody(closed):
    trading.fail_tender(
        actor=closed.world.actor("qian"),
        code=closed.story.code,
        reason="不足三家",
        at=closed.story.at,
    )
    assert set(states(closed).values()) == {"due"}
    assert set(Refund.objects.values_list("outcome", flat=True)) == {"failed"}


def test_a_termination_before_closing_frees_what_was_withheld(till):
    till.pay("chen")
    trading.terminate_tender(
        actor=till.world.actor("lin"), code=till.story.code, reason="任务取消", at=till.story.at
    )
    refund = Refund.objects.get()
    assert (refund.outcome, refund.article[-5:]) == ("terminated", "第二十九条")
    assert queries.trial_balance()["payable"] == -Decimal(ASKED)
    # what the bank tells afterwards goes the same way
    till.pay("zhao", account=queries.account_of(till.story.code, 1, "x"))
    till.pay(
        "chen",
        "1.00",
        account=queries.own_deposits(till.world.actor("chen"), till.story.tender)[0].account,
    )
    assert sorted(Refund.objects.values_list("outcome", flat=True)) == ["not_counted", "terminated"]


def test_a_market_that_waits_for_the_contract_pays_all_with_interest(evaluated, monkeypatch):
    treated_as(monkeypatch, "construction")
    award(evaluated)
    assert Refund.objects.count() == 0
    sign(evaluated)
    assert Refund.objects.filter(with_interest=True).count() == 3
    evaluated.story.at += timedelta(days=1)
    paid = pay(evaluated, Refund.objects.get(outcome="contracted"))[0]
    days = (paid.paid_on - local_date(paid.deposit.receipts.get().credited_at)).days
    assert days > 0
    assert paid.interest == rates.interest(paid.amount, Decimal("0.0035"), days)


def test_a_market_that_turns_a_deposit_into_price(evaluated, monkeypatch):
    treated_as(monkeypatch, "property")
    award(evaluated)
    sign(evaluated)
    assert states(evaluated) == {"晨光": "converted", "朝阳": "due", "琥珀": "due"}
    assert queries.trial_balance()["price"] == -Decimal(ASKED)


def test_the_centre_confirms_one_or_many(evaluated):
    award(evaluated)
    rows = list(Refund.objects.all())
    pay(evaluated, *rows)
    assert states(evaluated) == {"晨光": "full", "朝阳": "paid", "琥珀": "paid"}
    assert queries.trial_balance()["bank"] == Decimal(ASKED)
    assert [e.kind for e in Entry.objects.filter(stream="deposits").order_by("number")][
        -1
    ] == "refunds.paid"
    assert terms(evaluated) == {"kept": 2, "late": 0, "running": 0, "overdue": 0}


@pytest.mark.parametrize("who", ["public", "chen", "sun", "lin", "zhou", "zheng", "wang", "tang"])
def test_nobody_else_confirms(evaluated, who):
    award(evaluated)
    row = Refund.objects.first()
    assert code_of(lambda: pay(evaluated, row, who=who)) == "refund.confirm.denied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"numbers": ["x"]}, "refund.bad_number"),
        ({"numbers": ["'; DROP TABLE--"]}, "refund.bad_number"),
        ({"on": date(2099, 1, 1)}, "refund.future"),
        ({"on": date(2001, 1, 1)}, "refund.early"),
    ],
)
def test_an_absurd_payment_is_refused_whole(evaluated, changes, code):
    award(evaluated)
    row = Refund.objects.first()
    assert code_of(lambda: pay(evaluated, row, **changes)) == code
    assert not Refund.objects.filter(state="paid").exists()


def test_many_at_once_are_all_or_none(evaluated):
    award(evaluated)
    first, second = Refund.objects.all()
    same = ["OUT-000001", "OUT-000001"]
    assert code_of(lambda: pay(evaluated, first, second, numbers=same)) == "refund.same_number"
    pay(evaluated, first, numbers=["OUT-000001"])
    assert code_of(lambda: pay(evaluated, first, second)) == "refund.wrong_state"
    taken = lambda: pay(evaluated, second, numbers=["OUT-000001"])  # noqa: E731
    assert code_of(taken) == "deposit.number_used"
    assert Refund.objects.get(pk=second.pk).state == "due"
    assert code_of(lambda: pay(evaluated)) == "refund.none_chosen"
    gone = {99999: "OUT-000009"}
    assert (
        code_of(
            lambda: refunds.confirm_refunds(
                actor=evaluated.world.actor("qian"),
                payments=gone,
                paid_on=local_date(evaluated.story.at),
                at=evaluated.story.at,
            )
        )
        == "refund.missing"
    )


def test_what_is_late_bears_interest_and_is_told_once(evaluated):
    award(evaluated)
    refund = Refund.objects.first()
    evaluated.story.at += timedelta(days=40)
    assert refunds.due(evaluated.story.at) == 2
    assert refunds.due(evaluated.story.at) == 0
    paid = pay(evaluated, refund)[0]
    late = (paid.paid_on - refund.due_on).days
    assert paid.interest == rates.late_interest(refund.amount, refund.due_on, paid.paid_on) > 0
    assert late > 20
    assert sum(queries.trial_balance().values()) == 0
    assert queries.trial_balance()["payable"] == -Decimal(ASKED)
    assert terms(evaluated) == {"kept": 0, "late": 1, "running": 0, "overdue": 1}


def test_a_bank_payment_in_time_confirmed_late_bears_none(evaluated):
    award(evaluated)
    refund = Refund.objects.first()
    evaluated.story.at += timedelta(days=40)
    assert pay(evaluated, refund, on=refund.due_on)[0].interest == 0


def test_a_suspension_shifts_the_terms_that_ran(evaluated):
    award(evaluated)
    tender = Tender.objects.get(code=evaluated.story.code)
    before = Refund.objects.first().due_on
    sun, at = evaluated.world.actor("sun"), evaluated.story.at
    suspensions.suspend(actor=sun, tender=tender, cause="challenge", ref="1", reason="质疑", at=at)
    later = at + timedelta(days=3)
    suspensions.resume(actor=sun, tender=tender, cause="challenge", ref="1", at=later)
    assert set(Refund.objects.values_list("due_on", flat=True)) == {before + timedelta(days=3)}


# --- forfeits ---


def decide(till, who="lin", name="chen", **changes):
    given = {
        "ground": "refused_contract",
        "article": "《招标投标法实施条例》第七十四条",
        "reason": "中标后无正当理由拒不签订合同。",
    }
    return forfeits.forfeit(
        actor=till.world.actor(who),
        code=till.story.code,
        number=1,
        uscc=till.world.organisation_of(name).uscc,
        at=till.story.at,
        **(given | changes),
    )


def undo(till, key, who="lin", reason="复核后认定理由成立。"):
    return forfeits.undo_forfeit(
        actor=till.world.actor(who), code=till.story.code, key=key, reason=reason, at=till.story.at
    )


@pytest.mark.parametrize("who", ["lin", "wang"])
def test_purchaser_or_regulator_decides_and_the_books_show_it(evaluated, who):
    award(evaluated)
    made = decide(evaluated, who)
    assert made.amount == Decimal(ASKED)
    assert states(evaluated)["晨光"] == "forfeited"
    assert queries.trial_balance()["treasury"] == -Decimal(ASKED)
    shown = queries.own_deposits(evaluated.world.actor("chen"), evaluated.story.tender)[0]
    assert [f.reason for f in shown.forfeits] == [made.reason]


@pytest.mark.parametrize("who", ["public", "chen", "zhao", "sun", "qian", "zhou", "tang", "wu"])
def test_nobody_else_decides(evaluated, who):
    assert code_of(lambda: decide(evaluated, who)) == "deposit.forfeit.denied"


def test_a_forfeit_needs_ground_article_reason_and_money(evaluated):
    assert code_of(lambda: decide(evaluated, ground="not_awarded")) == "forfeit.ground"
    assert code_of(lambda: decide(evaluated, article=" ")) == "text.missing"
    assert code_of(lambda: decide(evaluated, reason="")) == "text.missing"
    decide(evaluated)
    assert code_of(lambda: decide(evaluated)) == "forfeit.nothing_held"
    assert code_of(lambda: decide(evaluated, name="qian")) == "deposit.missing"


def test_a_refund_still_due_is_stopped_and_one_paid_is_not_undone(evaluated):
    award(evaluated)
    decide(evaluated, name="zhao", ground="fraud")
    assert states(evaluated)["朝阳"] == "forfeited"
    row = Refund.objects.get(state="stopped")
    assert code_of(lambda: pay(evaluated, row)) == "refund.wrong_state"
    pay(evaluated, Refund.objects.get(state="due"))
    assert code_of(lambda: decide(evaluated, name="hu")) == "forfeit.nothing_held"


def test_undoing_posts_the_mirror_and_what_is_due_by_now_is_due(evaluated):
    award(evaluated)
    made = decide(evaluated, name="zhao", ground="fraud")
    undone = undo(evaluated, made.pk)
    assert undone.undone_at == evaluated.story.at
    assert states(evaluated)["朝阳"] == "due"
    assert queries.trial_balance()["treasury"] == 0
    assert JournalEntry.objects.get(kind="reversed").reverses == made.entry
    assert code_of(lambda: undo(evaluated, made.pk)) == "forfeit.undone_already"
    assert code_of(lambda: undo(evaluated, 999)) == "forfeit.missing"
    again = decide(evaluated, name="zhao", ground="fraud")
    assert again.pk != made.pk


def test_undoing_the_winners_leaves_it_held_until_the_contract(evaluated):
    award(evaluated)
    undo(evaluated, decide(evaluated).pk)
    assert states(evaluated)["晨光"] == "full"
    sign(evaluated)
    assert states(evaluated)["晨光"] == "due"


def test_a_contract_signed_while_it_was_kept_frees_it_when_undone(evaluated):
    award(evaluated)
    made = decide(evaluated)
    sign(evaluated)
    undo(evaluated, made.pk)
    assert Refund.objects.get(deposit=made.deposit).outcome == "contracted"


def test_a_decision_of_another_tender_is_not_found(evaluated):
    made = decide(evaluated)
    other = Till(tenders.announced(evaluated.world, title="另一个项目"))
    act = lambda: forfeits.undo_forfeit(  # noqa: E731
        actor=evaluated.world.actor("lin"),
        code=other.story.code,
        key=made.pk,
        reason="x",
        at=other.story.at,
    )
    assert code_of(act) == "forfeit.missing"
    assert Lot.objects.count() == 2


def test_of_a_shortlist_each_has_its_deposit_back_when_it_signed_and_the_others_at_once(world):
    fourth_bidder(world)
    till = Till(frameworks.announced(world, bid_security="20000.00"))
    names = ("chen", "zhao", "hu", "qiu")
    for name in names:
        till.pay(name, "20000.00")
    till.close(*names)
    story, at = till.story, till.story.at
    qian = world.actor("qian", at)
    for step in (trading.open_tender, trading.confirm_record, trading.seat_committee):
        step(actor=qian, code=story.code, at=at)
    offers = enumerate(frameworks.OFFERS, start=1)
    ranked = [frameworks.ranked(world, rank, offer) for rank, offer in offers]
    trading.receive_report(code=story.code, candidates=ranked, at=at)
    award(till)
    assert states(till) == {"晨光": "full", "朝阳": "full", "琥珀": "full", "秋实": "due"}
    frameworks.sign(story, 2)
    assert states(till) == {"晨光": "full", "朝阳": "due", "琥珀": "full", "秋实": "due"}
    outcomes_of = set(Refund.objects.values_list("deposit__bidder__name", "outcome"))
    assert outcomes_of == {
        ("秋实数字科技有限公司", "not_awarded"),
        ("朝阳信息技术有限公司", "contracted"),
    }
    lin = {"actor": world.actor("lin", story.at), "code": story.code, "number": 1, "at": story.at}
    why = {"ground": "refusal", "reason": "经催告拒不签订框架协议。"}
    trading.terminate_framework(**lin, place=1, **why)
    trading.terminate_framework(**lin, place=2, **why)
    chen = world.organisation_of("chen").uscc
    held = Deposit.objects.exclude(hold="").values_list("bidder__uscc", "hold")
    assert list(held) == [(chen, "passed_over")]
    holds.lift_hold(**lin, uscc=chen, reason="查明无过错。")
    assert states(till)["晨光"] == "due"
