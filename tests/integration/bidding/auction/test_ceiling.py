"""The highest price: who joins, the draw that anybody repeats, who gives its nonce, the pages."""

import json
from decimal import Decimal

import pytest
import time_machine

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.queries import offers as offered
from bidding.services import auction as services
from kernel.draw import commitment
from kernel.errors import Conflict, Denied, Invalid
from ledger import queries as record
from ledger.papers import paper_of
from tests import grants
from tests.integration.bidding.auction.test_listing_pages import act, is_shown, room
from tests.papers import assert_known_shape
from tests.world import AT
from trading.models import Tender

pytestmark = pytest.mark.django_db
CEILING = "420000000"
NONCE = "清河市公证处二〇二六年"


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def reached(world, **changes):
    """Give a parcel whose highest price somebody offers in the listing days, and when."""
    given = {"ceiling": Decimal(CEILING)} | changes
    held = grants.listed(world, AT, "chen", "zhao", "hu", **given).begin()
    at = held.moment("opens_at", 3600)
    assert held.offer("chen", CEILING, at).accepted
    held.at(at)
    return held, at


def waiting(world, *joiners):
    """Give a parcel that waits for its draw among these, and since when."""
    held, at = reached(world)
    for name in joiners:
        held.say(name, "join", at)
    later = held.moment("opens_at", 3600 + 240)
    assert held.at(later).phase == "draw"
    return held, later


def draw(held, name, at, nonce=NONCE):
    services.draw_winner(
        actor=held.world.actor(name, at), code=held.auction.code, nonce=nonce, at=at
    )
    held.auction.refresh_from_db()


def test_two_join_and_the_draw_is_repeated_by_anybody(world):
    held, at = waiting(world, "zhao", "hu")
    joined = sorted(held.code_of(name) for name in ("zhao", "hu"))
    assert held.auction.shown["joined"] == joined
    prepared = record.first_fact(held.code, "auction.prepared").data["terms"]["after_cap"]
    draw(held, "feng", at)
    assert (held.auction.phase, held.auction.shown["outcome"]) == ("ended", "sold")
    told = record.first_fact(held.code, "auction.drawn").data
    assert commitment(bytes.fromhex(told["seed"])) == prepared["lottery"]["commit"]
    assert (told["candidates"], told["nonce"]) == (joined, NONCE.encode().hex())
    replayed = replay_case(offered.log_of(held.auction))
    assert replayed["winner"] == held.auction.shown["leader"]
    assert replayed["drawn"] == held.auction.shown["drawn"]
    paper = paper_of("draw_record", f"{held.auction.code}.lottery")
    assert_known_shape(paper, "land")
    assert paper.content["lines"][0]["drawn"] == [held.auction.shown["leader"]]
    assert paper.content["proof"] == {
        "commit": prepared["lottery"]["commit"],
        "seed": told["seed"],
        "nonce": told["nonce"],
    }
    tender = Tender.objects.get(code=held.code)
    [candidate] = tender.lots.get().candidates
    assert (tender.state, candidate["price"]) == ("priced", f"{CEILING}.00")


@pytest.mark.parametrize(
    ("joiners", "nobody", "outcome", "winner"),
    [
        (("hu",), "offeror", "sold", "hu"),
        ((), "offeror", "sold", "chen"),
        ((), "unsold", "unsold", None),
    ],
)
def test_one_or_none_needs_no_draw(world, joiners, nobody, outcome, winner):
    held, at = reached(world, nobody=nobody)
    for name in joiners:
        held.say(name, "join", at)
    held.at(held.moment("opens_at", 3600 + 240))
    shown = held.auction.shown
    assert (held.auction.phase, shown["outcome"]) == ("ended", outcome)
    if winner:
        assert shown["leader"] == held.code_of(winner)


@pytest.mark.parametrize("name", ["chen", "qian", "zhou", "sun", "lin", "he"])
def test_who_committed_or_did_not_join_gives_no_nonce(world, name):
    held, at = waiting(world, "zhao", "hu")
    with pytest.raises(Denied):
        draw(held, name, at)
    held.auction.refresh_from_db()
    assert held.auction.phase == "draw"


@pytest.mark.parametrize("name", ["zhao", "wang"])
def test_who_joined_or_the_regulator_may(world, name):
    held, at = waiting(world, "zhao", "hu")
    draw(held, name, at)
    told = record.first_fact(held.code, "auction.drawn").data
    given = held.code_of("zhao") if name == "zhao" else held.world.actor("wang", at).ref
    assert (told["given_by"], held.auction.phase) == (given, "ended")


@pytest.mark.parametrize("nonce", ["", "short", "00" * 65])
def test_a_nonce_that_could_be_tried_out_is_refused(world, nonce):
    held, at = waiting(world, "zhao", "hu")
    with pytest.raises(Invalid):
        draw(held, "feng", at, nonce)


def test_nothing_is_drawn_before_its_time_or_twice(world):
    held, at = reached(world)
    with pytest.raises(Conflict):
        draw(held, "feng", at)
    held, at = waiting_again(held, at)
    draw(held, "feng", at)
    with pytest.raises(Conflict):
        draw(held, "feng", at)


def waiting_again(held, at):
    for name in ("zhao", "hu"):
        held.say(name, "join", at)
    later = held.moment("opens_at", 3600 + 240)
    held.at(later)
    return held, later


def test_the_seed_is_nowhere_to_be_read_before_the_draw(world):
    held, at = waiting(world, "zhao", "hu")
    entries = record.entries_since(held.auction.stream, 0)
    draw(held, "feng", at)
    seed = record.first_fact(held.code, "auction.drawn").data["seed"]
    assert seed not in json.dumps([entry.data for entry in entries])
    assert bytes.fromhex(seed) not in bytes(held.auction.sealed_seed)


def test_the_room_asks_at_the_ceiling_and_lets_the_notary_draw(world):
    held, at = reached(world)
    own = room(world, held, "zhao", at)
    assert is_shown(own, "ceiling-lottery")
    assert "已达最高限价，不再接受报价" in act(world, held, "hu", "bid", at, CEILING)
    for name in ("zhao", "hu"):
        assert "已答复：参加" in act(world, held, name, "join", at)
    later = held.moment("opens_at", 3600 + 240)
    held.at(later)
    page = room(world, held, "public", later)
    assert held.auction.terms["after_cap"]["lottery"]["commit"] in page
    assert "给出随机数并摇号" not in page
    assert is_shown(room(world, held, "feng", later), "draw")
    assert not is_shown(room(world, held, "chen", later), "draw")
    address = f"/auctions/{held.auction.code}/draw/"
    with time_machine.travel(later, tick=False):
        assert world.client("feng").post(address, {"nonce": "短"}).status_code == 422
        assert world.client("chen").post(address, {"nonce": NONCE}).status_code == 403
        assert world.client("feng").post(address, {"nonce": NONCE}).status_code == 302
    assert "以最高限价竞得" in room(world, held, "public", later)


def test_terms_of_a_ceiling_that_steps_do_not_reach_are_refused(world):
    for ceiling in ("400000000", "421000000", "399000000"):
        with pytest.raises(Invalid) as refusal:
            grants.draft(world, AT, ceiling=Decimal(ceiling))
        assert refusal.value.code == "auction.ceiling"
    with pytest.raises(Invalid) as refusal:
        grants.draft(world, AT, ceiling=Decimal(CEILING), nobody="coin")
    assert refusal.value.code == "auction.nobody"
