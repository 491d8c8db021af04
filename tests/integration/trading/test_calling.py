"""Calling off from framework agreements: direct choice, and rotation in the order of the list."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.domain import SYSTEM
from kernel.calendar import end_of_day
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger import queries as record
from tests import frameworks
from tests.frameworks import answer, call
from tests.world import AT, cast
from trading import queries, services
from trading.models import CallOff, FrameworkAgreement
from trading.services import calling, suspensions
from trading.services import frameworks as agreements

pytestmark = pytest.mark.django_db
ROTATION = {"way": "rotation"}


@pytest.fixture
def world():
    return cast(AT)


def turns(serial=1):
    rows = CallOff.objects.get(number=serial).turns.order_by("pk")
    return [(turn.agreement.place, turn.answer) for turn in rows]


def act(story, service, name="lin", serial=1, **more):
    actor = story.world.actor(name, story.at)
    given = {"code": story.code, "number": 1, "serial": serial, "at": story.at}
    return service(actor=actor, **given, **more)


def refused(kind, code, doing):
    with pytest.raises(kind) as refusal:
        doing()
    assert refusal.value.code == code


def test_the_purchaser_chooses_and_the_supplier_takes_it_on_at_the_agreed_price(world):
    story = frameworks.signed(world)
    made = call(story, place=2)
    assert (made.state, made.price, turns()) == ("asked", Decimal("4700.00"), [(2, "")])
    made = answer(story, "zhao")
    assert (made.state, made.amount) == ("accepted", Decimal("47000.00"))
    notice = act(story, services.publish_call_off)
    told = notice.fields
    assert (told["supplier"]["name"], told["price"], told["amount"], told["unit"]) == (
        "朝阳信息技术有限公司",
        "4700.00",
        "47000.00",
        "台",
    )
    signed = act(story, services.sign_call_off, document=frameworks.CONTRACT)
    assert (signed.state, bool(signed.document)) == ("contracted", True)
    kinds = [e.kind for e in record.facts_of(story.code) if e.kind.startswith("call_off.")]
    assert kinds == [
        f"call_off.{k}" for k in ("placed", "asked", "accepted", "published", "signed")
    ]


def test_a_price_is_never_above_the_agreed_one_and_may_be_below_it(world):
    story = frameworks.signed(world)
    given = {"place": 1, "price": Decimal("4600.01")}
    refused(Invalid, "call_off.above_agreed", lambda: call(story, **given))
    refused(Invalid, "call_off.price", lambda: call(story, place=1, price=Decimal(0)))
    given["price"] = Decimal("1E+30")
    refused(Invalid, "call_off.above_agreed", lambda: call(story, **given))
    refused(Invalid, "call_off.price", lambda: call(story, place=1, price=Decimal("0.001")))
    assert CallOff.objects.count() == 0
    assert call(story, place=1, price=Decimal("4500.00")).price == Decimal("4500.00")


@pytest.mark.parametrize("quantity", ["0", "-1", "0.001", "NaN", "Infinity", "1e12"])
def test_a_quantity_is_more_than_nothing(world, quantity):
    story = frameworks.signed(world)
    refused(
        Invalid,
        "call_off.quantity",
        lambda: call(story, place=1, quantity=Decimal(quantity)),
    )


def test_only_the_purchaser_calls_and_only_who_is_asked_answers(world):
    story = frameworks.signed(world)
    for name in ("sun", "chen", "qian", "wang"):
        with pytest.raises(Denied):
            call(story, place=1, by=name)
    call(story, place=1)
    for name in ("zhao", "he"):
        with pytest.raises(Missing):
            answer(story, name)
    for name in ("lin", "sun", "wang"):
        with pytest.raises(Denied):
            answer(story, name)
    answer(story, "chen")
    for service in (services.publish_call_off,):
        for name in ("sun", "chen", "wang"):
            with pytest.raises(Denied):
                act(story, service, name)
    with pytest.raises(Denied):
        act(story, services.sign_call_off, "sun", document=frameworks.CONTRACT)


def test_nothing_is_called_before_all_have_signed_or_without_a_choice(world):
    story = frameworks.told(world)
    frameworks.sign(story, 1)
    refused(Conflict, "call_off.not_now", lambda: call(story, place=1))
    for place in (2, 3):
        frameworks.sign(story, place)
    refused(Invalid, "call_off.supplier", lambda: call(story))
    refused(Missing, "framework.missing", lambda: call(story, place=4))
    refused(Invalid, "text.required", lambda: call(story, place=1, content=" "))


def test_who_lost_its_place_or_whose_term_is_over_is_not_called(world):
    story = frameworks.signed(world)
    lin = world.actor("lin", story.at)
    given = {"code": story.code, "number": 1, "ground": "breach", "reason": "逾期不交货。"}
    services.terminate_framework(actor=lin, place=1, at=story.at, **given)
    refused(Conflict, "call_off.not_in_force", lambda: call(story, place=1))
    last = FrameworkAgreement.objects.get(place=2).ends_on
    story.at = end_of_day(last)
    refused(Conflict, "call_off.not_in_force", lambda: call(story, place=2))


def test_a_direct_choice_that_is_turned_down_ends(world):
    story = frameworks.signed(world)
    call(story, place=1)
    made = answer(story, "chen", accepts=False)
    assert (made.state, made.failure, turns()) == (
        "failed",
        "供应商未接受。",
        [(1, "refused")],
    )
    refused(Conflict, "call_off.wrong_state", lambda: answer(story, "chen"))
    refused(Conflict, "call_off.wrong_state", lambda: act(story, services.publish_call_off))


def test_in_rotation_each_has_its_turn_in_order_and_the_list_begins_anew(world):
    story = frameworks.signed(world, terms=ROTATION)
    for serial, name in enumerate(("chen", "zhao", "hu", "chen"), start=1):
        made = call(story)
        assert made.agreement.supplier == world.organisation_of(name)
        answer(story, name, serial=serial)
    refused(Invalid, "call_off.no_choice", lambda: call(story, place=2))
    refused(Invalid, "call_off.no_choice", lambda: call(story, price=Decimal(1)))


def test_who_turns_a_turn_down_is_skipped_and_on_record(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    made = answer(story, "chen", accepts=False)
    assert (made.state, made.price, turns()) == (
        "asked",
        Decimal("4700.00"),
        [(1, "refused"), (2, "")],
    )
    answer(story, "zhao")
    fact = record.first_fact(story.code, "call_off.skipped").data
    assert (fact["place"], fact["answer"], fact["reason"]) == (
        1,
        "refused",
        "本月产能不足，无法按期供货。",
    )
    assert call(story).agreement.place == 3


def test_who_does_not_answer_in_two_working_days_is_skipped(world):
    story = frameworks.signed(world, terms=ROTATION)
    made = call(story)
    assert calling.due(made.answer_due_at - timedelta(seconds=1)) == 0
    early = {"code": story.code, "number": 1, "serial": 1, "at": story.at}
    refused(Conflict, "call_off.not_due", lambda: services.expire_call_off(**early))
    assert calling.due(made.answer_due_at) == 1
    assert turns() == [(1, "silent"), (2, "")]
    story.at = made.answer_due_at
    with pytest.raises(Denied):
        answer(story, "chen")
    story.at = CallOff.objects.get().answer_due_at
    refused(Conflict, "call_off.too_late", lambda: answer(story, "zhao"))


def test_who_accepts_and_does_not_sign_is_skipped_by_the_purchaser(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    skip = {"reason": "接受后拒不签订合同。"}
    refused(Conflict, "call_off.not_accepted", lambda: act(story, services.skip_call_off, **skip))
    answer(story, "chen")
    with pytest.raises(Denied):
        act(story, services.skip_call_off, "chen", **skip)
    refused(
        Conflict, "call_off.not_due_to_sign", lambda: act(story, services.skip_call_off, **skip)
    )
    act(story, services.publish_call_off)
    story.at = end_of_day(queries.signing_due(CallOff.objects.get()))
    wang, order = world.actor("wang", story.at), {"cause": "order", "ref": "authority"}
    begun = story.at - timedelta(days=9)
    held = {"actor": wang, "tender": story.tender, **order}
    suspensions.suspend(**held, reason="核查。", at=begun)
    refused(Conflict, "tender.suspended", lambda: act(story, services.skip_call_off, **skip))
    suspensions.resume(**held, at=story.at)
    refused(
        Conflict, "call_off.not_due_to_sign", lambda: act(story, services.skip_call_off, **skip)
    )
    story.at += timedelta(days=9)
    act(story, services.skip_call_off, **skip)
    assert turns() == [(1, "unsigned"), (2, "")]
    notice = story.tender.notices.latest("number")
    assert (notice.kind, notice.fields["supplier"]) == ("passed_over", "晨光医疗科技有限公司")
    assert not queries.call_offs_for(world.actor("public", story.at), story.tender).exists()
    answer(story, "zhao")
    told = act(story, services.publish_call_off).fields
    assert told["supplier"]["name"] == "朝阳信息技术有限公司"


def test_who_says_after_accepting_that_it_will_not_sign_is_passed_over_at_once(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    answer(story, "chen")
    answer(story, "chen", accepts=False)
    assert turns() == [(1, "unsigned"), (2, "")]


def test_who_was_asked_in_another_call_off_has_its_turn_in_this_one_too(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    call(story)
    answer(story, "chen", accepts=False)
    answer(story, "hu", accepts=False)
    assert turns() == [(1, "refused"), (3, "refused"), (2, "")]


def test_a_published_result_falls_away_with_the_agreement(world):
    story = frameworks.signed(world)
    call(story, place=1)
    answer(story, "chen")
    act(story, services.publish_call_off)
    given = {"code": story.code, "number": 1, "ground": "banned", "reason": "列入失信名单。"}
    services.terminate_framework(actor=world.actor("lin", story.at), place=1, at=story.at, **given)
    made, notice = CallOff.objects.get(), story.tender.notices.latest("number")
    assert (made.state, made.published_at) == ("failed", None)
    assert (notice.kind, notice.body) == ("passed_over", "列入失信名单。")


def test_nobody_loses_its_turn_while_the_tender_stands_still(world):
    story = frameworks.signed(world, terms=ROTATION)
    due = call(story).answer_due_at
    given = {"actor": SYSTEM, "tender": story.tender, "cause": "regulator", "ref": "1"}
    suspensions.suspend(**given, reason="查处投诉期间暂停。", at=story.at)
    refused(Conflict, "tender.suspended", lambda: answer(story, "chen"))
    assert calling.due(due) == 0
    suspensions.resume(**given, at=due + timedelta(days=1))
    assert CallOff.objects.get().answer_due_at == due + (due + timedelta(days=1) - story.at)


def test_a_rotation_fails_when_everybody_was_asked_once(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    for name in ("chen", "zhao", "hu"):
        made = answer(story, name, accepts=False)
    assert (made.state, [answered for _place, answered in turns()]) == ("failed", ["refused"] * 3)
    assert call(story).agreement.place == 1


def test_who_loses_its_place_while_asked_is_passed_over(world):
    story = frameworks.signed(world, terms=ROTATION)
    call(story)
    answer(story, "chen")
    given = {"code": story.code, "number": 1, "ground": "banned", "reason": "列入失信名单。"}
    services.terminate_framework(actor=world.actor("lin", story.at), place=1, at=story.at, **given)
    assert turns() == [(1, "closed"), (2, "")]


def test_what_was_accepted_in_time_is_kept_when_the_term_ends(world):
    story = frameworks.signed(world)
    story.at = end_of_day(FrameworkAgreement.objects.get(place=1).ends_on) - timedelta(hours=9)
    call(story, place=1)
    call(story, place=2)
    answer(story, "chen")
    agreements.due(story.at + timedelta(days=1))
    states = dict(CallOff.objects.values_list("number", "state"))
    assert states == {1: "accepted", 2: "failed"}


def test_the_public_knows_of_a_call_off_when_its_result_is_published(world):
    story = frameworks.signed(world)
    call(story, place=1)

    def knows(name):
        return queries.call_offs_for(world.actor(name, story.at), story.tender).count()

    before = {n: knows(n) for n in ("public", "zhao", "chen", "lin", "sun", "wang", "qian")}
    assert before == {
        "public": 0,
        "zhao": 0,
        "chen": 1,
        "lin": 1,
        "sun": 1,
        "wang": 1,
        "qian": 0,
    }
    answer(story, "chen")
    act(story, services.publish_call_off)
    assert (knows("public"), knows("zhao")) == (1, 1)
    refused(
        Conflict,
        "call_off.published_already",
        lambda: act(story, services.publish_call_off),
    )
    made = CallOff.objects.get()
    assert [len(queries.turns_for(world.actor(n, story.at), made)) for n in ("public", "lin")] == [
        0,
        1,
    ]


def test_nothing_is_archived_before_what_was_called_off_is_signed_and_published(world):
    story = frameworks.signed(world)
    call(story, place=1)
    answer(story, "chen")
    story.at = end_of_day(FrameworkAgreement.objects.latest("ends_on").ends_on) + timedelta(days=1)
    agreements.due(story.at)
    lin = {"actor": world.actor("lin", story.at), "code": story.code, "at": story.at}
    refused(Conflict, "framework.open", lambda: services.archive_tender(**lin))
    act(story, services.sign_call_off, document=frameworks.CONTRACT)
    refused(Conflict, "framework.open", lambda: services.archive_tender(**lin))
    act(story, services.publish_call_off)
    assert services.archive_tender(**lin).state == "archived"
    refused(Conflict, "call_off.not_now", lambda: call(story, place=1))
