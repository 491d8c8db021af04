"""Until the count no part of the hall tells who bid, who signed in, or how many."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bidding.services import opening
from bidding.views.hall_parts import PARTS
from ledger import queries as ledger
from tests import openings
from tests.openings import Hall
from tests.world import World

# What differs between any two requests: tokens, and the footer's clock.
TOKENS = re.compile(
    rb"""csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken":"[^"]*"|"""
    rb"""<time [^<]*</time>"""
)


@pytest.fixture
def seen(world: World) -> Callable[[Hall, str], dict[str, Any]]:
    """Everything the hall tells a member, with the tokens of the one request taken out."""

    def look(hall: Hall, who: str) -> dict[str, Any]:
        client: Client = world.client(who)
        base = f"/halls/{hall.tender.code}/{hall.stage}/"
        addresses = [base, f"{base}?board", "/halls/", *(f"{base}parts/{p}/" for p in PARTS)]
        pages = {a: TOKENS.sub(b"", client.get(a).content) for a in addresses}
        api = client.get(f"/api/v1{base[:-1]}").content
        frames = [ledger.frame(e) for e in ledger.entries_since(hall.session.stream, 0)]
        return pages | {"api": api, "frames": frames, "lines": len(frames)}

    return look


@pytest.mark.parametrize("who", ["public", "qian", "sun", "lin", "wang", "zhao"])
def test_hall_is_the_same_with_no_bid_and_with_three(
    world: World, seen: Callable[[Hall, str], dict[str, Any]], who: str
) -> None:
    hall = openings.sealed_bids(world, ())
    hall.at = openings.CLOSES_AT - timedelta(minutes=10)
    before = seen(hall, who)
    for name in ("chen", "hu"):
        openings.submit(hall, name, 1, hall.at)
        opening.sign_in(actor=hall.actor(name), **hall.place, at=hall.at)
    assert seen(hall, who) == before


def test_bidder_alone_sees_its_own_sign_in(world: World) -> None:
    hall = openings.sealed_bids(world)
    part = f"/halls/{hall.tender.code}/whole/parts/acts/"
    world.client("chen").post(f"/halls/{hall.tender.code}/whole/sign-in/")
    pages = {name: world.client(name).get(part).content.decode() for name in ("chen", "zhao")}
    assert {name: "您已签到" in page for name, page in pages.items()} == {
        "chen": True,
        "zhao": False,
    }


def test_names_come_with_the_list_and_not_with_the_count(
    world: World, seen: Callable[[Hall, str], dict[str, Any]]
) -> None:
    hall = openings.sealed_bids(world)
    bidder = world.organisation_of("chen").name
    told = []
    hall.close()
    told.append(
        bidder
        in str(
            {k: v.decode() if isinstance(v, bytes) else v for k, v in seen(hall, "qian").items()}
        )
    )
    hall.act("announce")
    told.append(
        bidder
        in str(
            {k: v.decode() if isinstance(v, bytes) else v for k, v in seen(hall, "qian").items()}
        )
    )
    hall.act("list")
    told.append(
        bidder
        in str(
            {k: v.decode() if isinstance(v, bytes) else v for k, v in seen(hall, "qian").items()}
        )
    )
    assert told == [False, False, True]


def test_price_is_told_only_when_it_is_read(
    world: World, seen: Callable[[Hall, str], dict[str, Any]]
) -> None:
    hall = openings.sealed_bids(world)
    hall.opened()
    assert "802000" not in str(seen(hall, "qian")["api"])
    assert b"802,000" not in seen(hall, "qian")[f"/halls/{hall.tender.code}/whole/parts/bids/"]
    hall.read_all()
    assert b"802,000" in seen(hall, "qian")[f"/halls/{hall.tender.code}/whole/parts/bids/"]


def test_watchers_share_one_rendering_until_a_fact_changes_it(world: World) -> None:
    hall = openings.sealed_bids(world)
    client = world.client("public")
    part = f"/halls/{hall.tender.code}/whole/parts/stage/"
    first = client.get(part)
    again = client.get(part, headers={"If-None-Match": first["ETag"]})
    hall.close()
    hall.act("announce")
    fresh = client.get(part, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, fresh.status_code) == (200, 304, 200)
    assert first.content != fresh.content
