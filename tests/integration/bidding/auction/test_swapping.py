"""A rush on PostgreSQL: offers are decided on what a process remembers, and written only where the
auction still stands so.
"""

from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from bidding.intake.line import Busy
from bidding.outcry.sequencer import Job, Sequencer
from bidding.services import auction as services
from bidding.services.auction import deciding, swapping, table
from ledger.at_once import HAS_HEAD, Told, record_with
from ledger.models import Entry, Head
from tests import sealed
from tests.auctions import OPENS_AT, SETTLED, sale
from tests.world import AT

pytestmark = [pytest.mark.django_db(transaction=True)]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _on_postgres(world):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer and decides with the row held")


def opened(world):
    held = sale(world)
    held.at(OPENS_AT)
    held.act("chen", "2600000", OPENS_AT + SECOND)
    return held


def decide(*acts, at):
    """Decide acts together, and give what was answered and how many statements it took."""
    with CaptureQueriesContext(connection) as asked:
        answers = deciding.decide_all(acts, at + SETTLED)
    return [answer.reason or answer.accepted for answer in answers], len(asked)


def numbers(held):
    rows = Entry.objects.filter(stream=held.auction.stream).order_by("number")
    return list(rows.values_list("number", flat=True))


def test_offers_to_several_auctions_are_written_by_one_statement(world):
    first, second = opened(world), opened(world)
    at = OPENS_AT + 2 * SECOND
    acts = [
        first.handed("zhao", "2620000", at),
        second.handed("zhao", "2620000", at),
        first.handed("chen", "2620000", at + SECOND),
        second.handed("chen", "2640000", at + SECOND),
    ]
    before = [numbers(held) for held in (first, second)]
    answers, statements = decide(*acts, at=at)
    assert (answers, statements) == ([True, True, "not_higher", True], 1)
    for held, had in zip((first, second), before, strict=True):
        held.auction.refresh_from_db()
        assert numbers(held) == [*had, len(had) + 1]
        assert Head.objects.get(stream=held.auction.stream).number == len(had) + 1
    assert [held.auction.shown["price"] for held in (first, second)] == ["2620000", "2640000"]


@contextmanager
def elsewhere(monkeypatch):
    """Let another process, with a memory of its own, do something."""
    with monkeypatch.context() as other:
        other.setattr(table, "_remembered", {})
        yield


def test_what_another_process_wrote_meanwhile_decides(world, monkeypatch):
    held, other = opened(world), opened(world)
    at = OPENS_AT + 2 * SECOND
    with elsewhere(monkeypatch):
        held.act("zhao", "2700000", at)
    had = numbers(held)
    acts = [
        held.handed("hu", "2620000", at + SECOND),
        other.handed("zhao", "2620000", at + SECOND),
        held.handed("hu", "2720000", at + SECOND),
    ]
    answers, statements = decide(*acts, at=at + SECOND)
    assert answers == ["not_higher", True, True]
    assert statements > 1
    assert numbers(held) == [*had, had[-1] + 1]
    held.auction.refresh_from_db()
    assert held.auction.shown["price"] == "2720000"


def test_a_refusal_is_not_given_from_memory(world, monkeypatch):
    held = opened(world)
    at = OPENS_AT + 2 * SECOND
    with elsewhere(monkeypatch):
        held.act("zhao", "2620000", at)
    answers, _statements = decide(held.handed("chen", "2640000", at + SECOND), at=at + SECOND)
    assert answers == [True]  # chen had led when this process looked last


def test_an_order_of_another_process_is_kept(world, monkeypatch):
    held = opened(world)
    at = OPENS_AT + 2 * SECOND
    with elsewhere(monkeypatch):
        order = {"actor": world.actor("qian"), "code": held.auction.code, "reason": "线路故障"}
        services.pause_auction(**order, at=at)
    answers, _statements = decide(held.handed("zhao", "2620000", at + SECOND), at=at + SECOND)
    assert answers == ["paused"]


def test_a_secret_act_goes_the_longer_way(world):
    held = opened(world)
    at = OPENS_AT + 2 * SECOND
    acts = [
        held.handed("zhao", "2700000", at, kind="maximum"),
        held.handed("chen", "2640000", at + SECOND),
    ]
    answers, statements = decide(*acts, at=at + SECOND)
    assert (answers, statements > 1) == ([True, True], True)
    held.auction.refresh_from_db()
    assert held.auction.shown["leader"] == held.code_of("zhao")


def test_who_is_no_entrant_is_told_so_beside_those_who_are(world):
    held = opened(world)
    at = OPENS_AT + 2 * SECOND
    stranger = replace(held.handed("zhao", "2660000", at), owner=world.organisation_of("lin").uscc)
    answers = deciding.decide_all([stranger, held.handed("zhao", "2620000", at)], at + SETTLED)
    assert (answers[0].code, answers[1].accepted) == ("auction.not_entrant", True)


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_act_that_fails_leaves_those_decided_beside_it_their_answers(
    world, monkeypatch, is_gone
):
    first, second = opened(world), opened(world)
    at = OPENS_AT + 2 * SECOND
    jobs = []

    def job(handed, name):
        jobs.append(Job(handed, sealed.token(world, name, AT), Future()))

    job(first.handed("zhao", "2620000", at, key=""), "zhao")
    job(replace(first.handed("chen", "2640000", at), auction="x\0"), "chen")
    job(second.handed("zhao", "2700000", at, kind="maximum"), "zhao")

    def gone(_handed, _now):
        raise OperationalError

    if is_gone:
        monkeypatch.setattr(services, "with_rows_held", gone)
    Sequencer(lambda: at + SETTLED)._serve(jobs)
    answers = [one.answer for one in jobs]
    assert answers[0].result(0).accepted  # it stands in the record, and without a key is told once
    refusals = [type(one.exception(0)) for one in answers[1:]]
    assert refusals == ([Busy, Busy] if is_gone else [DataError, type(None)])
    first.auction.refresh_from_db()
    assert first.auction.shown["leader"] == first.code_of("zhao")


def test_a_fact_that_others_react_to_is_not_told_by_its_row_alone(world):
    told = Told("lot.x", "tender.closed", "system", "", OPENS_AT, {})
    with pytest.raises(ValueError, match=r"tender\.closed"):
        record_with("SELECT 'lot.x'", [], [told])


def test_where_the_stream_has_no_head_no_auction_changes_untold(world):
    opened(world)
    swap = "UPDATE bidding_auction AS kept SET version = version + 1 WHERE {told} RETURNING ''"
    lost = HAS_HEAD.format("'auction.' || kept.code || '.lost'")
    with connection.cursor() as cursor:
        for told, changed in ((swapping.TOLD, 1), (lost, 0)):
            cursor.execute(swap.format(told=told))
            assert cursor.rowcount == changed
    assert "{told}" in swapping.SWAP
