"""Those served rate once; who gave which mark is kept nowhere, and little is published of few."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts import queries as accounts
from bidding.models import OpeningSession
from kernel.calendar import local_date
from kernel.errors import Conflict, Denied, Invalid, Missing
from ledger.models import Entry
from monitoring import rated
from monitoring.models import RatingCount, RatingGiven
from monitoring.satisfaction import Count, Line, published
from monitoring.services.ratings import rate_service
from tests import factories, tenders
from tests.world import AT, cast
from trading.models import Tender

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_above(monkeypatch):
    """Make a tender without bids."""
    monkeypatch.setattr("ledger.services._reactions", dict)


@pytest.fixture
def story():
    made = tenders.evaluated(cast(AT))
    tenders.took_part(made, "chen")
    OpeningSession.objects.create(
        tender=made.tender, stage="whole", state="ended", opens_at=made.at, ended_at=made.at
    )
    return made


def rate(story, name, service, mark, at=None):
    at = at or story.at
    actor = story.world.actor(name, at)
    rate_service(actor=actor, code=story.code, service=service, mark=mark, at=at)


def counts():
    return sorted(RatingCount.objects.values_list("market", "service", "mark", "times"))


def test_those_served_rate_each_service_once_and_nobody_else_does(story):
    rate(story, "chen", "opening", 4)
    rate(story, "lin", "opening", 4)
    rate(story, "sun", "evaluation", 2)
    assert counts() == [("procurement", "evaluation", 2, 1), ("procurement", "opening", 4, 2)]
    assert RatingGiven.objects.count() == 3
    facts = Entry.objects.filter(kind="rating.given")
    assert {(one.actor, one.tender, tuple(sorted(one.data))) for one in facts} == {
        ("public", "", ("market", "service"))
    }
    for name, service, mark, refusal, code in (
        ("chen", "opening", 5, Conflict, "rating.given"),
        ("chen", "evaluation", 5, Conflict, "rating.not_served"),
        ("zhao", "opening", 5, Conflict, "rating.not_served"),
        ("lin", "contract", 5, Conflict, "rating.not_served"),
        ("mei", "opening", 5, Conflict, "rating.not_served"),
        ("lin", "evaluation", 6, Invalid, "rating.mark"),
        ("lin", "weather", 5, Conflict, "rating.not_served"),
        ("public", "opening", 5, Denied, None),
    ):
        with pytest.raises(refusal) as refused:
            rate(story, name, service, mark)
        assert code in {None, refused.value.code}
    assert RatingGiven.objects.count() == 3
    other = tenders.draft(story.world, story.at)
    with pytest.raises(Missing):
        rate(other, "chen", "opening", 5)


def test_pages_and_api_offer_what_is_left_and_tell_only_months_that_are_over(story):
    world, at = story.world, story.at
    with time_machine.travel(at, tick=True):
        for name in ("lin", "sun", "chen"):
            assert f"/tenders/{story.code}/rate/" in page(world, name, f"/tenders/{story.code}/")
        assert "/rate/" not in page(world, "zhao", f"/tenders/{story.code}/")
        lin = world.client("lin")
        sent = {"service": "opening", "mark": "5"}
        assert lin.post(f"/tenders/{story.code}/rate/", sent).status_code == 302
        assert lin.post(f"/tenders/{story.code}/rate/", sent).status_code == 422
        body = {"service": "evaluation", "mark": 5}
        address = f"/api/v1/tenders/{story.code}/ratings"
        given = {"content_type": "application/json"}
        assert lin.post(address, body, **given).status_code == 201
        assert lin.post(address, body, **given).json()["code"] == "rating.given"
        assert "没有可以评价的服务" in page(world, "lin", f"/tenders/{story.code}/rate/")
        assert "还没有可以公布的评价" in page(world, "public", "/satisfaction/")
    assert rated.told(local_date(at)) == []
    later = at + timedelta(days=40)
    with time_machine.travel(later, tick=True):
        assert "份数不足" in page(world, "public", "/satisfaction/")
        told = world.client("public").get("/api/v1/satisfaction").json()
    assert [(one["service"], one["answers"], one["mean"]) for one in told] == [
        ("evaluation", 1, None),
        ("opening", 1, None),
    ]


def page(world, name, address):
    answer = world.client(name).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_mean_is_told_from_five_answers_on():
    autumn, winter, spring = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
    four = [Count("land", "contract", 5, 3, autumn), Count("land", "contract", 2, 1, autumn)]
    assert published(four) == [Line("land", "contract", 4, None)]
    five = [*four, Count("land", "contract", 4, 1, winter)]
    [line] = published(five)
    assert (line.answers, str(line.mean)) == (5, "4.2")
    # Nor does it change by few: two looks at it would tell the mark that came between them.
    assert published([*five, Count("land", "contract", 1, 4, spring)]) == [line]
    [line] = published([*five, Count("land", "contract", 1, 5, spring)])
    assert (line.answers, str(line.mean)) == (10, "2.6")


def test_one_rates_for_whoever_took_part_and_no_evaluation_that_was_none(story):
    world = story.world
    both = factories.person("both", "双凤")
    had_no_part = factories.unsaved_organisation("新设公司", pk=-1)
    had_no_part.save(force_insert=True)
    for office in (had_no_part, world.organisations["chenguang"]):
        factories.role(both, "bidder", office, at=AT)
    rate_service(
        actor=accounts.actor(both, story.at),
        code=story.code,
        service="opening",
        mark=4,
        at=story.at,
    )
    with pytest.raises(Conflict) as refused:
        rate(story, "chen", "opening", 1)
    assert refused.value.code == "rating.given"
    Tender.objects.update(experts=[])  # as of a price that was formed by bidding
    with pytest.raises(Conflict) as refused:
        rate(story, "lin", "evaluation", 3)
    assert refused.value.code == "rating.not_served"
