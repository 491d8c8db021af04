"""A supplier asks to get out of its framework agreement; its purchaser answers."""

import pytest
import time_machine

from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from tests import frameworks
from tests.world import AT, cast
from trading import queries, services
from trading.domain import framework
from trading.models import FrameworkAgreement

pytestmark = pytest.mark.django_db
WHY = "主要原材料停产，无法按约定的型号供货。"


@pytest.fixture
def story():
    return frameworks.signed(cast(AT))


def given(story, name, place=1):
    actor = story.world.actor(name, story.at)
    return {"actor": actor, "code": story.code, "number": 1, "place": place, "at": story.at}


def asked(story, name="chen", reason=WHY):
    return services.ask_withdrawal(**given(story, name), reason=reason)


def refused(call, *args, **more):
    with pytest.raises((Conflict, Denied, Invalid)) as refusal:
        call(*args, **more)
    return refusal.value.code


def test_whoever_is_let_out_is_not_called_any_more_and_signs_what_it_accepted(story):
    first = frameworks.call(story, place=1)
    frameworks.answer(story, "chen")
    second = frameworks.call(story, place=1)
    asked(story)
    assert FrameworkAgreement.objects.get(place=1).state == "in_force"
    made = services.accept_withdrawal(**given(story, "lin"))
    assert (made.state, made.closed_at) == ("withdrawn", story.at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "failed")
    assert refused(frameworks.call, story, place=1) == "call_off.not_in_force"
    told = record.first_fact(story.code, "framework.withdrawal_accepted")
    assert told.data == {"lot": 1, "place": 1, "supplier": "晨光医疗科技有限公司"}


def test_nobody_has_to_answer_whoever_lost_its_place_meanwhile(story):
    asked(story)
    assert "答复退出框架协议的申请" in desk(story)
    lost = {"ground": next(iter(framework.GROUNDS)), "reason": "多次拒绝承接。"}
    made = services.terminate_framework(**given(story, "lin"), **lost)
    assert (made.state, made.withdrawal_asked_at) == ("terminated", None)
    assert "答复退出框架协议的申请" not in desk(story)


def desk(story):
    """Tell what the purchaser has to do."""
    return {line.title for line in queries.desk_items(story.world.actor("lin", story.at), story.at)}


def test_whoever_is_refused_stays_and_may_ask_again(story):
    asked(story)
    assert refused(asked, story) == "framework.withdrawal_asked_already"
    made = services.refuse_withdrawal(**given(story, "lin"), reason="同类产品可以替代。")
    assert (made.state, made.withdrawal_asked_at) == ("in_force", None)
    assert refused(services.accept_withdrawal, **given(story, "lin")) == "framework.no_withdrawal"
    assert asked(story, reason="停产已经公告。").withdrawal_refusal == ""


def test_only_the_supplier_asks_and_only_the_purchaser_answers(story):
    for stranger in ("zhao", "lin", "sun", "he"):
        assert refused(asked, story, stranger) == "framework.ask_withdrawal.denied"
    assert refused(asked, story, reason=" ") == "text.required"
    asked(story)
    for stranger in ("chen", "sun", "zhao"):
        answer = refused(services.accept_withdrawal, **given(story, stranger))
        assert answer == "framework.accept_withdrawal.denied"
    assert record.first_fact(story.code, "framework.withdrawal_accepted") is None


def test_nobody_asks_before_all_have_signed_or_after_the_end():
    story = frameworks.told(cast(AT))
    assert refused(asked, story) == "framework.wrong_state"
    frameworks.sign(story, 1)
    assert refused(asked, story) == "framework.not_all_signed"


def test_in_rotation_its_turn_goes_to_the_next():
    story = frameworks.signed(cast(AT), terms={"way": "rotation"})
    made = frameworks.call(story)
    asked(story)
    services.accept_withdrawal(**given(story, "lin"))
    made.refresh_from_db()
    assert (made.state, made.agreement.place) == ("asked", 2)


def test_the_pages_show_the_reason_to_both_sides_and_only_the_end_to_the_public(story):
    def page(name, path="frameworks/1/1/"):
        answer = story.world.client(name).get(f"/tenders/{story.code}/{path}")
        return answer.content.decode()

    def send(name, path, **data):
        return story.world.client(name).post(f"/tenders/{story.code}/frameworks/1/1/{path}", data)

    with time_machine.travel(story.at, tick=True):
        assert "frameworks/1/1/withdraw/" in page("chen")
        assert "frameworks/1/1/withdraw/" not in page("zhao")
        assert send("chen", "withdraw/", reason="").status_code == 422
        assert send("chen", "withdraw/", reason=WHY).status_code == 302
        assert [WHY in page(name) for name in ("lin", "chen", "zhao", "public")] == [
            True,
            True,
            False,
            False,
        ]
        assert "答复退出框架协议的申请" in story.world.client("lin").get("/desk/").content.decode()
        assert send("lin", "withdraw/refuse/", reason="可以替代。").status_code == 302
        assert "可以替代" in page("chen")
        send("chen", "withdraw/", reason=WHY)
        assert send("lin", "withdraw/accept/").status_code == 302
        assert "已退出协议" in page("public")
    kept = queries.agreement_of(story.tender, 1, 1)
    assert kept.state == "withdrawn"
