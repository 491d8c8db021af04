"""What may be read beside the database before closing: the log at its loudest, and the cache."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache

from tests.integration.bidding.intake.conftest import Place

PRICE = "765432.10"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that the platform's own handler writes at the level DEBUG."""
    root, written = logging.getLogger(), StringIO()
    (console,) = [each for each in root.handlers if type(each) is logging.StreamHandler]
    level, stream = root.level, console.setStream(written)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    if stream is not None:
        console.setStream(stream)


def pages_as(place: Place, name: str) -> list[int]:
    """Look at a bidder's pages and send what they refuse: the answers are what is logged."""
    client, code = place.world.client(name), place.tender.code
    asked = [
        client.get(f"/tenders/{code}/bid/"),
        client.get(f"/tenders/{code}/bid/receipts/"),
        client.get(f"/tenders/{code}/bid/receipts/{'0' * 64}/"),
        client.get(f"/tenders/{code}/中文/"),
        client.post(f"/tenders/{code}/register/", {"lot": "99"}),
        client.post(f"/tenders/{code}/questions/", {"text": ""}),
        client.get("/desk/"),
        client.get(f"/api/v1/tenders/{code}/receipts"),
        client.post(f"/api/v1/tenders/{code}/registrations", {}, "application/json"),
    ]
    return [answer.status_code for answer in asked]


async def test_neither_the_loudest_log_nor_the_cache_tells_who_bids_where(
    place: Place, log: StringIO
) -> None:
    door, offer = await place.run(place.door), place.offer()
    request = offer.seal(price=PRICE)
    status, receipt = await door.submit(offer, request)
    assert status == 201, receipt
    refused, _answer = await door.commit(request | {"commit": "AAAA"})
    assert refused >= 400
    await door.call("GET", f"/intake/receipts?tender={place.tender.code}")
    codes = await place.run(pages_as, place, "chen")
    assert [code for code in codes if code >= 400] != [], codes

    organisation = await place.run(place.world.organisation_of, "chen")
    marks = {
        "tender": place.tender.code,
        "code": organisation.uscc,
        "name": organisation.name,
        "person": "chen",
        "price": PRICE,
        "token": door.token,
        "file": "投标文件.pdf",
        "commit": receipt["commit"],
    }
    lines = log.getvalue().splitlines()
    assert lines, "the log was not listened to"
    told = {name: [line for line in lines if mark in line] for name, mark in marks.items()}
    assert {name: found for name, found in told.items() if found} == {}
    stored = repr(getattr(cache, "_cache", {}))
    assert [name for name, mark in marks.items() if mark in stored and name != "person"] == []
