"""An agreement is objected to from its notice on, by any organisation concerned (rulebook 7)."""

from datetime import datetime, timedelta

import pytest
import time_machine

from kernel.calendar import SHANGHAI, end_of_day
from tests import agreements
from tests.openings import refused
from tests.world import cast
from trading import services

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 14, 9, tzinfo=SHANGHAI)
TEXT = {
    "matters": "公告的受让方与转让方不属于同一国家出资企业，不符合协议转让的情形。",
    "claim": "请改为公开转让。",
    "law": "《企业国有资产交易监督管理办法》第三十一条",
}


@pytest.fixture
def story():
    return agreements.published(cast(NOW), NOW)


def object_to(story, who="zhao", about="document"):
    actor = story.world.actor(who, story.at)
    return services.file_challenge(actor=actor, code=story.code, about=about, **TEXT, at=story.at)


def accept(story, filed):
    sun = story.world.actor("sun", story.at)
    services.accept_challenge(actor=sun, code=story.code, number=filed.code, at=story.at)


def confirm(story):
    lin = story.world.actor("lin", story.at)
    return services.confirm_winner(actor=lin, code=story.code, choices={1: (1, "")}, at=story.at)


def test_whoever_is_concerned_objects_within_the_days_of_a_row(story):
    filed = object_to(story)
    # Five working days to answer, after Monday 14 December.
    assert str(filed.answer_due) == "2026-12-21"
    assert refused(lambda: object_to(story)) == "challenge.once"
    assert refused(lambda: object_to(story, "he")) == "challenge.file.denied"
    story.at = end_of_day(filed.answer_due) - timedelta(hours=1)
    assert object_to(story, "hu").state == "filed"
    story.at += timedelta(hours=2)
    assert refused(lambda: object_to(story, "chen")) == "challenge.too_late"


def test_the_taker_is_confirmed_once_the_days_are_over_and_every_objection_is_answered(story):
    assert refused(lambda: confirm(story)) == "agreement.objection_running"
    story.at += timedelta(days=3)
    object_to(story)
    page = story.world.client("lin").get(f"/tenders/{story.code}/award/").text
    assert 'name="lot1-supplier"' not in page
    agreements.heard(story)
    assert refused(lambda: confirm(story)) == "agreement.unanswered"


def test_nothing_is_confirmed_while_an_objection_taken_up_is_not_answered(story):
    filed = object_to(story)
    accept(story, filed)
    assert refused(lambda: confirm(story)) == "tender.suspended"
    given = {"code": story.code, "number": filed.code, "at": story.at}
    sun = story.world.actor("sun", story.at)
    services.answer_challenge(actor=sun, **given, outcome="dismissed", answer="经核对，属于。")
    agreements.heard(story)
    assert confirm(story).state == "winner_confirmed"


def test_the_result_is_objected_to_while_it_stays_before_the_public_and_complained_of_after(story):
    assert refused(lambda: object_to(story, about="result")) == "challenge.too_early"
    confirm(agreements.heard(story))
    agreements.sales.concluded(story)
    filed = object_to(story, about="result")
    accept(story, filed)
    given = {"code": story.code, "number": filed.code, "at": story.at}
    sun = story.world.actor("sun", story.at)
    services.answer_challenge(actor=sun, **given, outcome="dismissed", answer="经核对，属实。")
    zhao = story.world.actor("zhao", story.at)
    found = services.file_complaint(
        actor=zhao, code=story.code, ground=filed.code, **TEXT, at=story.at
    )
    assert found.state == "received"


def test_pages_say_until_when_and_take_it(story):
    with time_machine.travel(story.at, tick=True):
        zhao, url = story.world.client("zhao"), f"/tenders/{story.code}/challenges/"
        shown = zhao.get(url).content.decode()
        assert "协议转让公告" in shown
        assert "2026-12-21" in shown or "12月21日" in shown
        assert zhao.post(url, TEXT | {"about": "document"}).status_code == 302
        assert story.world.client("sun").get(url).status_code == 200
