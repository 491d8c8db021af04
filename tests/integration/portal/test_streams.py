"""Who may watch which stream: everybody the openings, insiders what is not public yet."""

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings

from evaluation.models import Evaluation, Seat
from portal import streams
from tests import factories
from tests import world as worlds

OPEN = ("opening.GP-1.whole", "observation.OB-1", "portal")
CLOSED = ("person.chen", "organisation.9141", "access", "", "opening." + "x" * 80, "tender.\0")
NAMES = ("public", "lin", "sun", "chen", "qian", "wang", "wu", "mei", "he")


@pytest.fixture
def world(transactional_db):
    return worlds.cast()


@pytest.fixture
def tender_in(world):
    def make(state):
        return factories.tender(
            world.organisations["hospital"],
            world.organisations["agency"],
            world.person("sun"),
            state=state,
        )

    return make


def scope_of(cookies):
    return {"headers": [(b"host", b"x"), (b"cookie", cookies)] if cookies else []}


def may(world, name, stream):
    client = world.client(name)
    cookies = "; ".join(f"{key}={item.value}" for key, item in client.cookies.items())
    return async_to_sync(streams.may_watch)(scope_of(cookies.encode()), stream)


def watchers(world, stream):
    return {name for name in NAMES if may(world, name, stream)}


@pytest.mark.parametrize(("names", "answer"), [(OPEN, True), (CLOSED, False)])
@pytest.mark.parametrize("name", ["public", "zhou"])
def test_openings_are_open_and_unknown_streams_are_closed_to_everybody(world, names, answer, name):
    assert [may(world, name, stream) for stream in names] == [answer] * len(names)


def test_a_published_tender_is_watched_by_everybody_and_a_draft_by_its_own_side(world, tender_in):
    assert watchers(world, tender_in("announced").stream) == set(NAMES)
    assert watchers(world, tender_in("draft").stream) == {"lin", "sun"}
    assert watchers(world, "tender.NO-SUCH") == set()


def test_an_evaluation_is_watched_by_who_takes_part_or_oversees_it(world, tender_in):
    tender = tender_in("evaluating")
    evaluation = Evaluation.objects.create(tender=tender, speciality="医疗设备")
    seat = Seat.objects.create(evaluation=evaluation, number=1, person=world.person("wu"))
    assert watchers(world, evaluation.stream) == {"lin", "sun", "qian", "wang", "wu"}
    seat.state = "recused"
    seat.save()
    assert not may(world, "wu", evaluation.stream)


@pytest.mark.parametrize("cookie", ["", "forged", '"', "a;b", "\xff"])
def test_a_forged_session_is_the_public(world, tender_in, cookie):
    named = f"{settings.SESSION_COOKIE_NAME}={cookie}".encode("latin-1")
    stream = tender_in("draft").stream
    assert not async_to_sync(streams.may_watch)(scope_of(named), stream)


def test_a_session_that_was_ended_watches_no_more(world, tender_in):
    client, stream = world.client("sun"), tender_in("draft").stream
    cookies = "; ".join(f"{key}={item.value}" for key, item in client.cookies.items()).encode()
    assert async_to_sync(streams.may_watch)(scope_of(cookies), stream)
    client.logout()
    assert not async_to_sync(streams.may_watch)(scope_of(cookies), stream)
