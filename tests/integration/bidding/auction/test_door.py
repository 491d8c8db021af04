"""The hot door through real ASGI: tokens, strict bodies, one answer for one act."""

import asyncio
import json
import threading
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from bidding import gate
from bidding.intake.line import LIMIT
from bidding.outcry.application import Outcry
from bidding.outcry.sequencer import Sequencer
from ledger.models import Entry
from tests import sealed
from tests.auctions import OPENS_AT, sale
from tests.integration.bidding.intake.conftest import seen
from tests.world import AT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
NOW = OPENS_AT + timedelta(minutes=1)


class Client:
    """A bidder's client of a door whose clock stands."""

    def __init__(self, door, token):
        self.door, self.token = door, token

    async def post(self, body, path="/outcry/acts", method="POST"):
        """Send one request, and give its status and answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [(b"authorization", f"Bearer {self.token}".encode())]
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        sent = []

        async def receive():
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message):
            sent.append(message)

        await asyncio.wait_for(self.door(scope, receive, send), 25)
        return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def room(world):
    """An open auction and a door to it; `room(name)` is a bidder's client."""
    held = sale(world)
    held.at(OPENS_AT)
    sequencer = Sequencer(lambda: NOW)
    door = Outcry(sequencer, lambda: NOW)

    def client(name):
        return Client(door, sealed.token(world, name, AT))

    client.held, client.door = held, door
    yield client
    door.stop()
    gate.KEEPER.stop()


async def opened(room, name):
    """Give a client; its token is made where the database may be asked."""

    def make():
        try:
            return room(name)
        finally:
            connections.close_all()

    return await sync_to_async(make)()


def act(room, price="2600000", **changes):
    return {
        "auction": room.held.auction.code,
        "kind": "bid",
        "price": price,
        "key": "k1",
        **changes,
    }


async def test_a_bid_is_decided_and_answered_with_how_things_stand(room):
    chen = await opened(room, "chen")
    status, answer = await chen.post(act(room))
    assert (status, answer["accepted"], answer["reason"]) == (200, True, "")
    assert answer["shown"]["leader"] == answer["you"]
    again = await chen.post(act(room))
    assert (again[0], again[1]["accepted"]) == (200, True)


async def test_bids_of_many_at_one_instant_are_decided_in_one_order(room):
    clients = [await opened(room, name) for name in ("chen", "zhao", "hu")]
    prices = ("2600000", "2620000", "2640000")
    wishes = [
        client.post(act(room, price, key=f"k{price}"))
        for price, client in zip(prices, clients, strict=True)
    ]
    answers = [answer for _status, answer in await asyncio.gather(*wishes)]
    taken = [answer["shown"]["price"] for answer in answers if answer["accepted"]]
    assert taken == sorted(taken)
    assert taken
    assert max(answer["shown"]["price"] for answer in answers) == max(taken)


async def test_a_bid_finds_room_however_many_acts_of_others_wait(room, monkeypatch):
    chen = await opened(room, "chen")
    others = await sync_to_async(newcomers)(room, LIMIT // 16 + 1)
    go_on, real = threading.Event(), Sequencer._decided

    def waits(sequencer, jobs):
        go_on.wait(25)
        return real(sequencer, jobs)

    monkeypatch.setattr(Sequencer, "_decided", waits)
    crowd = [
        asyncio.ensure_future(other.post(act(room, key=f"k{number}")))
        for other in others
        for number in range(16)
    ]
    await seen(lambda: chen.door.places.number == len(crowd))
    last = asyncio.ensure_future(chen.post(act(room)))
    await seen(lambda: chen.door.places.number == len(crowd) + 1)
    go_on.set()
    status, answer = await last
    assert (status, answer["accepted"]) == (200, True)
    told = {(status, body["code"]) for status, body in await asyncio.gather(*crowd)}
    assert told == {(403, "auction.not_entrant")}
    assert chen.door.places.number == 0


def newcomers(room, number):
    """Give the clients of organisations that may not bid here, but have passes."""
    try:
        people = [sealed.newcomer(AT) for _ in range(number)]
        return [Client(room.door, sealed.token_of(*one, AT)) for one in people]
    finally:
        connections.close_all()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"price": "1e9"}, 422, "money.malformed"),
        ({"price": "-1"}, 422, "money.malformed"),
        ({"price": "2600000.001"}, 422, "money.malformed"),
        ({"kind": "pause"}, 409, "auction.unknown_act"),
        ({"kind": "credit"}, 409, "auction.unknown_act"),
        ({"auction": "CQ-2026-9999.1"}, 404, "auction.missing"),
        ({"more": "1"}, 422, "input.unknown_key"),
        ({"key": ""}, 422, "input.not_text"),
        ({"auction": "CQ-2026-0001.1\0"}, 422, "input.not_text"),
    ],
)
async def test_a_malformed_act_is_refused_by_code(room, changes, status, code):
    chen = await opened(room, "chen")
    answered, answer = await chen.post(act(room, **changes))
    assert (answered, answer["code"]) == (status, code)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b'{"a":1,"a":2}', b"\xff", b"1" * 5000]
)
async def test_what_is_no_act_is_refused(room, body):
    chen = await opened(room, "chen")
    status, answer = await chen.post(body)
    assert status in {413, 422}
    assert answer["code"]


async def test_a_forged_token_opens_nothing(room):
    chen = await opened(room, "chen")
    chen.token = chen.token[:-2] + "xx"
    status, answer = await chen.post(act(room))
    assert (status, answer["code"]) == (403, "intake.token")


async def test_there_is_no_other_address(room):
    chen = await opened(room, "chen")
    assert (await chen.post(act(room), "/outcry/other"))[0] == 404
    assert (await chen.post(act(room), method="GET"))[0] == 404


@pytest.mark.parametrize(
    ("sent_at", "noted"),
    [
        ("2026-11-24T10:01:00.250+08:00", "2026-11-24T02:01:00.250000Z"),
        ("让到三百万为止", None),
        ("2026-11-24T10:01:00", None),
        ("9999-12-31T23:59:59+00:00", None),
    ],
)
async def test_a_devices_clock_is_noted_and_nothing_else(room, sent_at, noted):
    chen = await opened(room, "chen")
    assert (await chen.post(act(room, sent_at=sent_at)))[1]["accepted"]
    data = await sync_to_async(last_act)(room.held)
    assert data.get("sent_at") == noted


def last_act(held):
    try:
        entry = Entry.objects.filter(stream=held.auction.stream, kind="auction.offers").last()
        return entry.data["acts"][-1]["data"]
    finally:
        connections.close_all()


async def test_a_weighted_quote_names_its_items_and_anything_else_is_malformed(world):
    terms = {
        "kind": "weighted",
        "start_price": "2600000",
        "opens_at": OPENS_AT.isoformat(),
        "closes_at": (OPENS_AT + timedelta(hours=1)).isoformat(),
        "weights": {
            "price": "0.6",
            "items": [{"code": "期限", "weight": "0.4", "worst": "60", "best": "0"}],
        },
    }
    room = await sync_to_async(weighted_room)(world, terms)
    try:
        chen = await opened(room, "chen")
        status, answer = await chen.post(act(room, kind="quote", items={"期限": 5}))
        assert (status, answer["code"]) == (422, "input.not_text")
        given = {"kind": "quote", "items": {"期限": "5"}}
        assert (await chen.post(act(room, **given)))[1]["accepted"]
    finally:
        await sync_to_async(room.door.stop)()
        gate.KEEPER.stop()


def weighted_room(world, terms):
    """Give a door to an open auction by weighted quotes, as the fixture does to a dynamic one."""
    held = sale(world, only=terms)
    held.at(OPENS_AT)
    door = Outcry(Sequencer(lambda: NOW), lambda: NOW)

    def client(name):
        return Client(door, sealed.token(world, name, AT))

    client.held, client.door = held, door
    return client
