"""Presence in a hall: only who signed in connects, and the host alone hears how many."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from bidding.consumers import HERE, Presence
from tests import openings
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


def socket(user: Any, code: str, stage: str = "whole") -> WebsocketCommunicator:
    communicator = WebsocketCommunicator(Presence.as_asgi(), "/presence/")
    place = {"code": code, "stage": stage}
    communicator.scope |= {"user": user, "url_route": {"kwargs": place}}
    return communicator


async def connected(communicator: WebsocketCommunicator) -> bool:
    accepted, _code = await communicator.connect()
    return accepted


async def test_host_hears_a_number_and_nobody_else_hears_anything() -> None:
    world = await sync_to_async(worlds.cast)(timezone.now())
    hall = await sync_to_async(openings.sealed_bids)(world, ())
    code = hall.tender.code
    host, chen, again = (socket(world.people[name], code) for name in ("qian", "chen", "chen"))
    assert [await connected(each) for each in (host, chen, again)] == [True, True, True]
    told = [await host.receive_json_from() for _each in range(4)]
    assert told[-1] == {"connected": 2}
    assert await chen.receive_nothing()
    await chen.disconnect()
    await again.disconnect()
    assert [await host.receive_json_from() for _each in range(2)][-1] == {"connected": 1}
    await host.disconnect()
    assert not HERE[f"hall.{code}.whole"]


async def test_strangers_and_missing_halls_are_turned_away() -> None:
    world = await sync_to_async(worlds.cast)(timezone.now())
    hall = await sync_to_async(openings.sealed_bids)(world, ())
    for user, code in ((AnonymousUser(), hall.tender.code), (world.people["chen"], "XA-GP-2026-9")):
        stranger = socket(user, code)
        assert await stranger.connect() == (False, 4401)


async def test_socket_takes_nothing_but_presence() -> None:
    world = await sync_to_async(worlds.cast)(timezone.now())
    hall = await sync_to_async(openings.sealed_bids)(world, ())
    chen = socket(world.people["chen"], hall.tender.code)
    assert await connected(chen)
    await chen.send_json_to({"act": "announce"})
    closed = await chen.receive_output()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4400)
    await chen.disconnect()
