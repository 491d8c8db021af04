"""A purchaser tells what it means to buy, and a draft that rests on it is warned, not refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.domain import PURCHASER
from accounts.models import Role
from ledger import queries as record
from tests import tenders
from tests.openings import refused
from trading import services
from trading.domain.intentions import Intended
from trading.models import Intention, Tender
from trading.queries import intentions
from trading.services import intending

pytestmark = pytest.mark.django_db
SAID = {
    "title": "病房监护设备采购项目",
    "needs": "病房监护仪四十台，含三年维保。",
    "budget": "980000.00",
    "expected_on": "2026-12",
    "note": "",
}
NONE, LATE = "没有写明已公开的采购意向", "才公开，公告原则上不早于"


def test_an_intention_is_drafted_by_its_purchaser_published_once_and_named_by_the_draft(world):
    lin, sun, chen = (world.client(name) for name in ("lin", "sun", "chen"))
    assert "采购意向" in lin.get("/desk/").content.decode()
    assert sun.post(reverse("draft_intention"), SAID).status_code == 403
    assert lin.post(reverse("draft_intention"), SAID | {"budget": "0"}).status_code == 422
    assert lin.post(reverse("draft_intention"), SAID).status_code == 302
    made = Intention.objects.get()
    here = reverse("intention", args=[made.code])
    assert chen.get(here).status_code == 404
    assert made.title not in chen.get(reverse("intentions")).content.decode()
    change = reverse("change_intention", args=[made.code])
    assert lin.post(change, SAID | {"note": "面向中小企业。"}).status_code == 302
    publish = reverse("publish_intention", args=[made.code])
    assert chen.post(publish).status_code == 404
    assert lin.post(publish).status_code == 302
    assert "面向中小企业。" in chen.get(here).content.decode()
    assert made.title in chen.get(reverse("intentions")).content.decode()
    assert chen.get(f"/api/v1/intentions/{made.code}").json()["budget"] == "980000.00"
    again = {"actor": world.actor("lin"), "code": made.code, "at": world.at}
    assert refused(lambda: intending.publish_intention(**again)) == "intention.published"
    kinds = [fact.kind for fact in record.entries_since(made.stream, 0)]
    assert kinds == ["intention.drafted", "intention.changed", "intention.published"]


def test_who_acts_for_two_purchasers_says_for_which(world):
    lin, (first,) = world.client("lin"), intentions.own_purchasers(world.actor("lin"))
    assert 'name="purchaser"' not in lin.get(reverse("draft_intention")).content.decode()
    other = world.organisation_of("chen")
    held = {"starts_at": world.at - timedelta(days=1), "granted_by": "test"}
    Role.objects.create(person=world.person("lin"), organisation=other, role=PURCHASER, **held)
    assert lin.post(reverse("draft_intention"), SAID).status_code == 422
    sent = {"title": "设备", "needs": "设备", "budget": "1.00", "expected_on": "2026-12-01"}
    api = "/api/v1/intentions"
    assert lin.post(api, sent, "application/json").json()["code"] == "intention.purchaser"
    assert lin.post(reverse("draft_intention"), SAID | {"purchaser": other.uscc}).status_code == 302
    assert Intention.objects.get().purchaser_id == other.pk != first.pk


def test_a_draft_with_no_intention_or_a_late_one_is_warned_and_published_all_the_same(world):
    said = told(world)
    story = tenders.draft(world)
    basic = reverse("draft_basic", args=[story.code])
    sun = world.client("sun")
    shown = sun.get(basic).content.decode()
    assert NONE in shown
    assert "（待核实）" in shown  # the rule says where it stands, and that it is not confirmed
    place = {"actor": world.actor("sun"), "code": story.code, "at": story.at}
    assert refused(lambda: services.change_tender(**place, changes={"intention": "YX-1"})) == (
        "intention.named"
    )
    services.change_tender(**place, changes={"intention": said.code})
    assert LATE in sun.get(basic).content.decode()
    tender = Tender.objects.get(code=story.code)
    assert intentions.intention_advice(tender, world.at + timedelta(days=30)) == []
    published = tenders.announced(world, intention=said.code)
    shown = world.client("chen").get(reverse("tender", args=[published.code])).content.decode()
    assert said.code in shown
    listed = world.client("chen").get(reverse("intention", args=[said.code])).content.decode()
    assert published.code in listed
    assert story.code not in listed  # a draft is its own side's


def told(world):
    """Let the purchaser publish an intention now."""
    intended = Intended(SAID["title"], SAID["needs"], Decimal(980000), date(2026, 12, 1))
    given = {"actor": world.actor("lin"), "at": world.at}
    made = intending.draft_intention(intended=intended, **given)
    return intending.publish_intention(code=made.code, **given)
