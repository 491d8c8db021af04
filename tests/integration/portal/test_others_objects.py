"""At every address there is, what belongs to others answers as what does not exist.

The addresses are read from the URLconf, so that a new one is asked without anybody adding it here.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import Organisation, Role, User
from kernel.errors import Missing
from ledger.models import Entry
from tests import tenders
from tests.opened import opened
from tests.world import World, cast
from trading import queries
from trading.models import Tender

EARLIER = timezone.now().replace(microsecond=0) - timedelta(days=40)
NOTHING = "ZC-1999-9999"
SAMPLES = {
    "number": "1",
    "index": "1",
    "lot": "1",
    "bid": "1",
    "place": "0",
    "pk": "1",
    "objection": "1",
    "size": "1",
    "sequence": "1",
    "run": "1",
    "stage": "whole",
    "kind": "award_notice",
}
ASKING = {"HTTP_ACCEPT": "application/json"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast(EARLIER)


def every_route(
    patterns: Any = None, before: str = "", held: dict[str, Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each route of the URLconf with the converters of its places."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        places = {**(held or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern.url_patterns, before + str(pattern.pattern), places)
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), places


def routes_with(place: str) -> list[str]:
    """Give the routes that name an object of a kind, all other places filled."""
    found = []
    for route, places in every_route():
        if place in places:
            found.append(filled(route, {name for name in places if name != place}))
    return found


def filled(route: str, places: set[str]) -> str:
    """Put a sample into each of these places of a route."""
    for name in places:
        start = next(route.index(t) for t in (f"<{name}>", f":{name}>") if t in route)
        begin, end = route.rindex("<", 0, start + 1), route.index(">", start) + 1
        route = f"{route[:begin]}{SAMPLES.get(name, 'x')}{route[end:]}"
    return f"/{route}"


def at(route: str, value: str) -> str:
    """Put a value into the one place that is left."""
    return f"{route[: route.index('<')]}{value}{route[route.index('>') + 1 :]}"


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
