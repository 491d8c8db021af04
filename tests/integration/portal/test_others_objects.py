"""At every address there is, what belongs to others answers as what does not exist.

The addresses are read from the URLconf, so that a new one is asked without anybody adding it here.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Role, User
from kernel.errors import Missing
from ledger.models import Entry
from tests import tenders
from tests.opened import opened
from tests.routes import at, routes_with
from tests.world import World, cast
from trading import queries
from trading.models import Tender

EARLIER = timezone.now().replace(microsecond=0) - timedelta(days=40)
NOTHING = "ZC-1999-9999"
ASKING = {"HTTP_ACCEPT": "application/json"}
pytestmark = [pytest.mark.django_db, pytest.mark.once]  # every address: on one database


@pytest.fixture
def world() -> World:
    return cast(EARLIER)


def told(answer: HttpResponse, value: str) -> tuple[int, str, str]:
    """Give what an answer tells: its status, where it leads, and the code of a refusal."""
    where = answer.headers.get("Location", "").replace(f"/{value}", "/…")
    try:
        code = str(json.loads(answer.content).get("code", ""))
    except (ValueError, AttributeError):
        code = ""
    return answer.status_code, where, code


def ask(client: Client, method: str, address: str, value: str) -> tuple[int, str, str]:
    """Ask once, with a body every door can read."""
    if method == "get":
        return told(client.get(address, **ASKING), value)
    sent = {"reason": "x", "username": "he", "role": "bidder"}
    if address.startswith("/api/"):
        return told(client.post(address, sent, "application/json", **ASKING), value)
    return told(client.post(address, sent, **ASKING), value)


def snapshot() -> tuple[Any, ...]:
    tender = Tender.objects.order_by("pk").values_list("pk", "state", "version")
    counts = [table.objects.count() for table in (Organisation, Role, User)]
    return list(tender), counts, Entry.objects.exclude(stream="access").count()


def differences(client: Client, routes: list[str], real: str, none: str) -> dict[str, Any]:
    """Give the addresses whose answer tells that the object is there."""
    found = {}
    for route in routes:
        for method in ("get", "post"):
            here, there = (ask(client, method, at(route, name), name) for name in (real, none))
            if here != there or here[0] < 300 or here[0] >= 500:
                found[f"{method} {route}"] = (here, there)
    return found


def sees(world: World, name: str, code: str) -> bool:
    try:
        queries.tender_for(world.actor(name, EARLIER), code, EARLIER)
    except Missing:
        return False
    return True


@pytest.mark.parametrize("name", ["public", "he", "wu", "mei", "zhao"])
@pytest.mark.timeout(500)
def test_a_draft_of_others_is_not_there_at_any_address(world: World, name: str) -> None:
    code = tenders.draft(world).code
    assert not sees(world, name, code)
    routes = routes_with("code")
    assert len(routes) > 100
    before = snapshot()
    assert differences(world.client(name), routes, code, NOTHING) == {}
    assert snapshot() == before


@pytest.mark.parametrize("name", ["public", "he", "wu", "mei", "zhao", "sun"])
def test_an_organisation_of_others_is_not_there_at_any_address(world: World, name: str) -> None:
    other = world.organisation_of("chen").uscc
    none = Organisation(uscc="91410902MA9K2T7D2G").uscc
    before = snapshot()
    found = differences(world.client(name), routes_with("uscc"), other, none)
    assert found == {}
    assert snapshot() == before


@pytest.mark.parametrize("name", ["public", "he", "wu", "mei", "zhao", "sun"])
def test_a_person_of_others_is_not_there_at_any_address(world: World, name: str) -> None:
    before = snapshot()
    found = differences(world.client(name), routes_with("username"), "chen", "nobody.at.all")
    assert found == {}
    assert snapshot() == before


@pytest.mark.parametrize("name", ["public", "he", "mei", "zhao", "hu", "lin"])
def test_files_of_a_bid_are_not_there_for_who_does_not_judge_it(world: World, name: str) -> None:
    case = opened(world)
    routes = [route for route in routes_with("bid") if "/evaluation" in route]
    assert routes
    real = str(case.evaluation.tender.bids.order_by("pk").first().pk)
    code = case.code
    routes = [route.replace("/x/", f"/{code}/", 1) for route in routes]
    assert differences(world.client(name), routes, real, "99999999") == {}
