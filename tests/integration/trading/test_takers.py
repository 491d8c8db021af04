"""Who took the documents: nobody before closing, officials after it, each look on record."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kernel.errors import Missing
from ledger import private
from ledger import queries as record
from tests import tenders
from trading import services
from trading.services.takers import read_takers


@pytest.fixture
def story(world):
    story = tenders.announced(world)
    for second, name in enumerate(("zhao", "chen")):
        at = story.at + timedelta(seconds=second)
        given = {"contact": "联系人", "phone": "13900000000", "at": at}
        services.register_for_lot(actor=world.actor(name), code=story.code, number=1, **given)
    return story


def closed(story):
    private.publish_tree(tender=story.code, reveal=[], at=story.at)
    return story


def looks():
    return [entry.kind for entry in record.entries_since("access", 0)]


@pytest.mark.parametrize("who", ["sun", "lin", "qian", "wang"])
def test_before_closing_nobody_learns_who_took_the_documents(world, story, who):
    with pytest.raises(Missing) as refusal:
        read_takers(actor=world.actor(who), code=story.code, address="", at=story.at)
    assert (refusal.value.code, looks()) == ("takers.missing", [])


@pytest.mark.parametrize("who", ["sun", "lin", "qian", "wang", "tang"])
def test_after_closing_officials_read_it_and_the_look_is_recorded(world, story, who):
    found = read_takers(actor=world.actor(who), code=closed(story).code, address="", at=story.at)
    assert [(t.name, t.lots, t.taken_at) for t in found] == [
        ("朝阳信息技术有限公司", [1], None),
        ("晨光医疗科技有限公司", [1], None),
    ]
    assert looks() == ["access.read"]


@pytest.mark.parametrize("who", ["chen", "hu", "wu", "mei", "he"])
def test_bidders_experts_supervisors_and_others_never_do(world, story, who):
    with pytest.raises(Missing):
        read_takers(actor=world.actor(who), code=closed(story).code, address="", at=story.at)
    later = story.at + timedelta(days=60)
    with pytest.raises(Missing):
        read_takers(actor=world.actor(who), code=story.code, address="", at=later)


def test_the_page_and_the_api_show_the_same(world, story):
    place = reverse("document_takers", args=[closed(story).code])
    assert "朝阳信息技术有限公司" in world.client("sun").get(place).content.decode()
    assert world.client("chen").get(place).status_code == 404
    told = world.client("wang").get(f"/api/v1/tenders/{story.code}/takers").json()
    assert [taker["name"] for taker in told] == ["朝阳信息技术有限公司", "晨光医疗科技有限公司"]
    assert world.client("hu").get(f"/api/v1/tenders/{story.code}/takers").status_code == 404
