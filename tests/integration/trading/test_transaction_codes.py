"""Unified transaction codes: given when a tender is published, shown, searched, never twice."""

from datetime import timedelta
from functools import partial

import pytest

from accounts.models import Role
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.transaction_code import TransactionCode, read
from ledger import queries as record
from tests import tenders, works
from tests.openings import at_once
from tests.world import AT, cast
from trading import queries, services
from trading.models import Lot, SerialDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cast(AT)


def codes():
    return [lot.transaction_code for lot in Lot.objects.order_by("tender__pk", "number")]


def test_publish_tender_gives_every_lot_the_next_code_of_the_day(world):
    story = works.announced(world)
    tenders.announced(world)
    centre = world.organisation_of("zhou").uscc
    today = local_date(AT)
    assert [read(code) for code in codes()] == [
        TransactionCode("A02", centre, today, 1),
        TransactionCode("A02", centre, today, 2),
        TransactionCode("D01", centre, today, 3),
    ]
    told = record.first_fact(story.code, "tender.published").data["codes"]
    assert told == {"1": codes()[0], "2": codes()[1]}
    assert story.tender.notices.get().fields["codes"] == told


def test_a_draft_has_no_code_yet_and_a_publication_that_fails_uses_none(world):
    story = tenders.approved(world)
    later = AT + timedelta(days=3)
    with pytest.raises(Conflict):
        services.publish_tender(actor=world.actor("sun", later), code=story.code, at=later)
    assert (codes(), SerialDay.objects.count()) == ([""], 0)


@pytest.mark.django_db(transaction=True)
def test_two_tenders_published_at_one_instant_take_turns(world):
    stories = [tenders.approved(world), tenders.approved(world, title="办公家具采购")]
    sun = world.actor("sun")
    acts = [partial(services.publish_tender, actor=sun, code=s.code, at=AT) for s in stories]
    assert at_once(*acts) == ["done", "done"]
    assert sorted(read(code).serial for code in codes()) == [1, 2]
    assert SerialDay.objects.get().last == len(stories)


def test_each_day_begins_anew(world):
    tenders.announced(world)
    tenders.announced(world, AT + timedelta(days=1))
    assert [read(code).serial for code in codes()] == [1, 1]


def test_without_a_centre_nothing_is_published(world):
    story = tenders.approved(world)
    Role.objects.filter(role="centre_admin").delete()
    with pytest.raises(Conflict) as refusal:
        services.publish_tender(actor=world.actor("sun"), code=story.code, at=AT)
    assert refusal.value.code == "centre.missing"


def test_a_draft_chooses_only_a_class_of_its_market(world):
    story = tenders.draft(world)
    with pytest.raises(Invalid) as refusal:
        services.change_tender(
            actor=world.actor("sun"), code=story.code, changes={"trade_class": "A01"}, at=AT
        )
    assert refusal.value.code == "tender.choice"


def test_a_class_does_not_outlive_the_category_it_belongs_to(world):
    story, sun = tenders.draft(world), world.actor("sun")
    given = {"actor": sun, "code": story.code, "at": AT}
    services.change_tender(**given, changes={"category": "goods", "trade_class": "D01"})
    assert (story.tender.category, story.tender.trade_class) == ("goods", "D01")
    with pytest.raises(Invalid) as refusal:
        services.change_tender(**given, changes={"category": "services", "trade_class": "D01"})
    assert refusal.value.code == "tender.choice"
    services.change_tender(**given, changes={"category": "services"})
    assert (story.tender.category, story.tender.trade_class) == ("services", "")


def test_the_code_names_the_centre_that_runs_the_platform_now_not_one_that_did(world):
    before = world.organisation_of("chen")
    person = Role.objects.get(role="centre_admin", ends_at=None).person
    long_ago = AT - timedelta(days=900)
    Role.objects.create(
        person=person,
        role="centre_admin",
        organisation=before,
        starts_at=long_ago,
        ends_at=long_ago + timedelta(days=30),
        granted_by="system",
    )
    tenders.announced(world)
    assert read(codes()[0]).operator == world.organisation_of("zhou").uscc


def test_the_dossier_the_notice_and_the_api_show_the_code(world, client):
    story = works.announced(world)
    for code in codes():
        assert code in client.get(f"/tenders/{story.code}/").content.decode()
        assert code in client.get(f"/notices/{story.code}/1/").content.decode()
    told = client.get(f"/api/v1/tenders/{story.code}").json()
    assert [lot["transaction_code"] for lot in told["lots"]] == codes()
    assert told["trade_class"] == "A02"
    assert "市政" in client.get(f"/notices/{story.code}/1/").content.decode()


@pytest.mark.parametrize("shape", [str, lambda code: code.replace("-", ""), str.lower])
def test_a_lot_is_found_by_its_code(world, shape):
    story = tenders.announced(world)
    tenders.announced(world)
    page = queries.notices_page(queries.Filters(query=shape(codes()[0])))
    assert [notice.tender.code for notice in page.items] == [story.code]
