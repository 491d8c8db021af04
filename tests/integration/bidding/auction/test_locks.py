"""Whoever moves a tender and its auction locks the tender first: nobody waits in a ring."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from bidding import gate
from bidding.services import auction as services
from bidding.services.auction import deciding
from tests.auctions import CYCLE, FREE_UNTIL, OPENS_AT, sale
from tests.integration.bidding.auction.test_priority import act, right
from trading import queries as trading
from trading.services import terminate_tender

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)
A_WHILE = 0.2
LONGEST = 30
BLOCKED = (
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
    " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)


class Flight:
    """Which statement of a connection is under way, and since when."""

    def __init__(self):
        self.began = None

    def __call__(self, execute, sql, params, many, context):
        self.began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            self.began = None

    def waits(self):
        """Tell whether it waits for the one who asks; SQLite can only show that it takes long."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(BLOCKED)
                return cursor.fetchone()[0]
        began = self.began
        return began is not None and time.monotonic() - began > A_WHILE


def is_seen(condition):
    """Wait until a condition holds; False when it does not in all that time."""
    ends = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def during(held, whole, other):
    """Begin the other act while one holds the tender, and before that one comes to the auction."""
    found, flight = {}, Flight()

    def run():
        try:
            with connection.execute_wrapper(flight):
                found["answer"] = other()
        except Exception as failure:  # noqa: BLE001 - the test looks at it
            found["failed"] = failure
        finally:
            connection.close()

    beside = threading.Thread(target=run)
    with transaction.atomic():
        trading.lock_tender(held.auction.lot.tender.code)
        beside.start()
        assert is_seen(flight.waits)
        whole()
    beside.join(LONGEST)
    assert not beside.is_alive()
    assert "failed" not in found
    held.auction.refresh_from_db()
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    return found["answer"], tender.state, held.auction.phase


def pause(held, at):
    order = {"actor": held.world.actor("qian"), "code": held.auction.code, "reason": "线路故障"}
    return lambda: services.pause_auction(**order, at=at)


def test_an_act_that_opens_an_auction_and_a_termination_at_once(world):
    held = sale(world)
    at = OPENS_AT + SECOND
    wish = held.handed("chen", "2600000", at)
    order = {"actor": world.actor("lin"), "code": held.auction.lot.tender.code, "at": at}
    [answer], tender, phase = during(
        held,
        lambda: terminate_tender(**order, reason="标的灭失。"),
        lambda: deciding.decide_all([wish], at + 2 * SECOND),
    )
    assert (answer.accepted, tender, phase) == (False, "terminated", "ended")


def test_an_act_that_ends_an_auction_and_an_order_at_once(world):
    held = sale(world, priority_right=right(world, "chen", mode="after_close_once"))
    held.at(OPENS_AT)
    act(held, "zhao", "2640000", OPENS_AT + 60 * SECOND)
    held.at(FREE_UNTIL + 2 * SECOND)
    at = FREE_UNTIL + timedelta(seconds=CYCLE + 4)
    assert held.at(at).phase == "priority"
    wish = held.handed("chen", None, at + SECOND, kind="waive")
    [answer], tender, phase = during(
        held, pause(held, at), lambda: deciding.decide_all([wish], at + 3 * SECOND)
    )
    assert (answer.reason, tender, phase) == ("paused", "bidding", "paused")


def test_the_clock_that_ends_an_auction_and_an_order_at_once(world):
    held = sale(world)
    held.at(OPENS_AT)
    act(held, "zhao", "2640000", OPENS_AT + 60 * SECOND)
    held.at(FREE_UNTIL + 2 * SECOND)
    at = FREE_UNTIL + timedelta(seconds=CYCLE + 2)
    held.auction.__class__.objects.update(seen_at=at)
    _done, tender, phase = during(
        held, pause(held, FREE_UNTIL + 60 * SECOND), lambda: services.due(at)
    )
    assert (tender, phase) == ("bidding", "paused")
