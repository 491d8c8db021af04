"""Where too few are shortlisted to compete, a framework that names a competition is still used."""

import pytest
import time_machine

from kernel.errors import Conflict
from tests import competing, frameworks
from tests.world import AT, cast, fourth_bidder

pytestmark = pytest.mark.django_db
TWO = frameworks.OFFERS[:2]


@pytest.fixture
def world():
    return cast(AT)


def shown(story, name, path):
    with time_machine.travel(story.at, tick=True):
        answer = story.world.client(name).get(f"/tenders/{story.code}/{path}")
    assert answer.status_code == 200, (name, path, answer.status_code)
    return answer.content.decode()


def test_of_two_qualified_one_is_left_and_is_chosen_at_its_price_or_below(world):
    story = competing.signed(world, offers=TWO)
    with pytest.raises(Conflict) as refusal:
        competing.opened(story)
    assert refusal.value.code == "competition.too_few"
    made = frameworks.call(story, place=1)
    assert (made.way, made.state, f"{made.price}") == ("direct", "asked", "4600.00")
    assert frameworks.answer(story, "chen").state == "accepted"


def test_where_enough_are_left_nobody_is_chosen(world):
    story = competing.signed(world)
    with pytest.raises(Conflict) as refusal:
        frameworks.call(story, place=1)
    assert refusal.value.code == "call_off.competes"


def test_when_the_others_lose_their_places_the_last_one_is_chosen(world):
    story = competing.signed(world)
    lin = world.actor("lin", story.at)
    for place in (2, 3):
        frameworks.services.terminate_framework(
            actor=lin,
            code=story.code,
            number=1,
            place=place,
            ground="breach",
            reason="逾期不交货。",
            at=story.at,
        )
    assert frameworks.call(story, place=1).way == "direct"


def test_the_pages_say_it_before_the_shortlist_is_confirmed_and_after(world):
    fourth_bidder(world)
    draft = frameworks.draft(world, terms={"way": "competition", "most": 1})
    assert "二次竞价至少要有 2 家入围供应商" in shown(draft, "sun", "draft/framework/")
    with competing.unwatched():
        story = frameworks.evaluated(world, offers=TWO, terms={"way": "competition"})
    assert "入围供应商不足二次竞价的最少家数" in shown(story, "lin", "award/")
    with time_machine.travel(story.at, tick=True):
        text = world.client("public").get(f"/notices/{story.code}/1/").content.decode()
    assert "协议有效的入围供应商不足 2 家的" in text


def test_the_page_of_the_competition_leads_to_the_choice(world):
    story = competing.signed(world, offers=TWO)
    page = shown(story, "lin", "lots/1/compete/")
    assert "由采购人直接选定" in page
    assert f"/tenders/{story.code}/frameworks/1/call/" in page
    assert "id_quantity" not in page
    called = shown(story, "lin", "frameworks/1/call/")
    assert "供应商须在 2 个工作日内答复" in called


def test_the_page_of_a_choice_leads_to_the_competition(world):
    story = competing.signed(world)
    page = shown(story, "lin", "frameworks/1/call/")
    assert f"/tenders/{story.code}/lots/1/compete/" in page
    assert "id_quantity" not in page
