"""A price that is bid down (反向竞价, rulebook 5.5): decided, told and shown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from bidding import gate
from bidding.queries.auctions import standing_of
from bidding.queries.offers import log_of
from bidding.services import auction as services
from bidding.services.auction import Answer
from tests.auctions import SETTLED, Sale, sale
from tests.world import AT, World

DAY = AT + timedelta(days=1)
TERMS: dict[str, Any] = {
    "kind": "reverse",
    "direction": "low",
    "start_price": "500000.00",
    "increment": "5000.00",
    "multiples_only": False,
    "opens_at": (DAY - timedelta(minutes=30)).isoformat(),
    "closes_at": DAY.isoformat(),
    "extension": {"window_s": 180, "add_s": 180, "from": "bid", "most": 10},
    "self_outbid": False,
}


def after(minutes: int, seconds: int = 0) -> datetime:
    """Give an instant by its distance from the end that was printed."""
    return DAY + timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def room(world: World) -> Sale:
    """Give a room in which a price is bid down, open."""
    held = sale(world, only=TERMS)
    held.at(after(-30))
    return held


@pytest.fixture(autouse=True)
def _no_thread_stays(world: World) -> Iterator[None]:
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def offer(room: Sale, name: str, price: str, at: datetime, **more: Any) -> Answer:
    """Decide one act, the clock having run until then."""
    room.at(at)
    return room.act(name, price, at, **more)


def page(room: Sale, who: str) -> str:
    return str(
        room.world.client(who).get(reverse("auction", args=[room.auction.code])).content.decode()
    )


def test_ex_24_is_decided_offer_by_offer(room: Sale) -> None:
    said = [
        offer(room, name, price, at).reason or "taken"
        for name, price, at in (
            ("chen", "500001", after(-28)),
            ("chen", "498000", after(-27)),
            ("zhao", "490000", after(-10)),
            ("hu", "484000", after(-1, -30)),
            ("zhao", "480000", after(1)),
            ("zhao", "479000", after(1, 10)),
            ("chen", "473000", after(3, 30)),
            ("hu", "468000", after(6, 30)),
        )
    ]
    assert said == [
        "above_start", "taken", "taken", "taken", "not_lower", "taken", "taken", "closed",
    ]  # fmt: skip
    ended = room.at(after(6, 30) + SETTLED)
    held = standing_of(ended)
    assert (ended.phase, held.outcome, held.price) == ("ended", "sold", Decimal(473_000))
    assert (held.leader, held.saving) == (room.code_of("chen"), Decimal("5.40"))
    ranked = ended.lot.tender.lots.get().candidates
    assert [(one["rank"], one["uscc"], one["price"]) for one in ranked] == [
        (1, room.uscc("chen"), "473000.00"),
        (2, room.uscc("zhao"), "479000.00"),
        (3, room.uscc("hu"), "484000.00"),
    ]
    assert [one["by"] for one in held.ranking] == [
        room.code_of(name) for name in ("chen", "zhao", "hu")
    ]
    assert log_of(ended)["direction"] == "low"


def test_the_room_speaks_of_a_price_that_falls(room: Sale) -> None:
    offer(room, "chen", "498000", after(-27))
    offer(room, "zhao", "490000", after(-20))
    watched, own = page(room, "public"), page(room, "chen")
    assert "当前最低报价" in watched
    assert "比起始价节约 2.00%" in watched
    assert "降价竞价" in watched
    assert "当前最高报价" not in watched
    assert "自由报价" not in watched
    assert "至多可报" in own
    assert "设定最低限额" in own
    assert 'data-direction="low"' in own
    assert 'data-put="rank">\n        2' in own
    assert "降价幅度" in own


def test_a_least_limit_answers_for_its_holder_and_never_goes_below(room: Sale) -> None:
    offer(room, "chen", "480000", after(-27), kind="maximum")
    offer(room, "zhao", "490000", after(-20))
    assert standing_of(room.at(after(-19))).leader == room.code_of("chen")
    offer(room, "zhao", "478000", after(-18))
    held = standing_of(room.at(after(-17)))
    assert (held.leader, held.price) == (room.code_of("zhao"), Decimal(478_000))


def test_a_pause_keeps_what_was_left_and_gives_one_extension_at_least(room: Sale) -> None:
    world = room.world
    offer(room, "chen", "498000", after(-27))
    given = {"code": room.auction.code, "reason": "线路故障"}
    room.at(after(0, -20))
    services.pause_auction(actor=world.actor("qian", after(0, -20)), at=after(0, -20), **given)
    assert offer(room, "zhao", "490000", after(5)).reason == "paused"
    room.at(after(10))
    services.resume_auction(actor=world.actor("qian", after(10)), at=after(10), **given)
    assert standing_of(room.at(after(10, 1))).closes_at == after(13)
