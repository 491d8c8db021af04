"""The first page explains, and works for everybody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bidding.models import OpeningSession
from tests import factories
from tests import world as worlds
from trading.models import Award


@pytest.mark.parametrize("name", ["public", "chen", "he"])
def test_home_says_what_this_is(world, name):
    page = world.client(name).get("/")
    assert page.status_code == 200
    assert ("供应商注册" in page.content.decode()) == (name == "public")


@pytest.mark.parametrize("many", [1, 3])
def test_home_asks_the_database_a_fixed_number_of_times(world, django_assert_num_queries, many):
    for _ in range(many):
        published(world, state="announced")
        award(world)
    client = world.client("public")
    client.get("/")
    with django_assert_num_queries(6):  # results are of three kinds, each with its own index
        client.get("/")


def test_home_shows_halls_deadlines_and_results(world):
    closing = published(world, state="announced", title="即将截止的项目")
    budget = closing.lots.get().budget
    hall = published(world, state="opening", title="正在开标的项目")
    OpeningSession.objects.create(tender=hall, stage="whole", state="reading", opens_at=worlds.AT)
    done = award(world)
    page = world.client("public").get("/")
    assert [s.code for s in page.context["live"]] == [hall.code]
    assert [(t.code, t.budget) for t in page.context["closing"]] == [(closing.code, budget)]
    assert [a.code for a in page.context["results"]] == [done.lot.tender.code]
    text = page.content.decode()
    for words in (closing.title, hall.title, done.supplier.name, "1,100,000.00"):
        assert words in text


def published(world, **fields):
    return factories.tender(
        world.organisations["hospital"],
        world.organisations["agency"],
        world.person("sun"),
        bids_close_at=timezone.now() + timedelta(days=9),
        **fields,
    )


def award(world):
    return Award.objects.create(
        lot=published(world, state="award_notified").lots.get(),
        supplier=world.organisation_of("chen"),
        bid="0" * 64,
        rank=1,
        price=Decimal(1_100_000),
        confirmed_at=worlds.AT,
        notified_at=worlds.AT,
    )


def test_an_unknown_address_of_the_api_answers_in_its_shape(world):
    answer = world.client("public").get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json()["code"]) == (404, "request.missing")
