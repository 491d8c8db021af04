"""Sealed quotes in the room: nobody learns a price, a name or a number before the end."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.queries import offers as offered
from ledger import queries as ledger
from tests.auctions import FREE_UNTIL, OPENS_AT, sale

PAGE = "/auctions/{}/"
ONE_SHOT = {
    "kind": "one_shot",
    "start_price": "2600000",
    "opens_at": OPENS_AT.isoformat(),
    "closes_at": FREE_UNTIL.isoformat(),
    "sealed": {"tie": "time"},
}
ROUNDS = {**ONE_SHOT, "kind": "multi_shot", "sealed": {"tie": "time", "rounds": 2, "round_s": 600}}
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=2)
MAIN = re.compile(r".*(<main.*</main>).*", re.DOTALL)


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


def quoting(world, terms=ONE_SHOT, **more):
    """Give an auction by sealed quotes that has begun."""
    held = sale(world, only=terms, **more)
    held.at(OPENS_AT)
    return held


def quote(held, name, price, at, **more):
    held.at(at)
    return held.act(name, price, at, kind="quote", **more)


def page_of(world, held, name):
    return world.client(name).get(PAGE.format(held.auction.code)).content.decode()


def told(world, held, name):
    """Give everything somebody can read of the auction, without what changes by itself."""
    client, code = world.client(name), held.auction.code
    addresses = [f"/api/v1/auctions/{code}", f"/auctions/{code}/parts/offers/"]
    addresses += [f"/auctions/{code}/parts/{part}/" for part in ("stage", "status", "priority")]
    addresses += [f"/tenders/{held.auction.lot.tender.code}/record/"]
    return [MAIN.sub(r"\1", client.get(address).content.decode()) for address in addresses]


@pytest.mark.parametrize("name", ["public", "lin", "sun", "qian", "zhou", "wang", "tang", "zhao"])
def test_a_quote_changes_nothing_that_anybody_else_can_see(world, name):
    held = quoting(world)
    before, number = told(world, held, name), ledger.last_number(held.auction.stream)
    assert quote(held, "chen", "2710000", OPENS_AT + MINUTE).accepted
    after = told(world, held, name)
    assert after == before
    assert ledger.last_number(held.auction.stream) == number
    assert "2,710,000" not in page_of(world, held, name)
    log = world.client(name).get(PAGE.format(held.auction.code) + "log.json")
    assert log.status_code == 409


def test_only_the_bidder_sees_its_own_quote(world):
    held = quoting(world)
    quote(held, "chen", "2710000", OPENS_AT + MINUTE)
    mine = page_of(world, held, "chen")
    assert "2,710,000.00" in mine
    assert 'data-form="quote"' not in mine
    other = page_of(world, held, "zhao")
    assert "2,710,000.00" not in other
    assert 'data-form="quote"' in other


def test_the_best_quote_wins_and_all_are_told_at_the_end(world):
    held = quoting(world)
    for name, price in (("chen", "2710000"), ("zhao", "2730000"), ("hu", "2600000")):
        quote(held, name, price, OPENS_AT + MINUTE)
    held.at(FREE_UNTIL + SOON)
    assert (held.auction.phase, held.auction.shown["price"]) == ("ended", "2730000")
    page = page_of(world, held, "public")
    assert all(price in page for price in ("2,710,000.00", "2,730,000.00", "2,600,000.00"))
    replayed = replay_case(offered.log_of(held.auction))
    assert (replayed["winner"], replayed["price"]) == (held.code_of("zhao"), "2730000")
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("zhao"), "2730000.00")]


@pytest.mark.parametrize(
    ("price", "reason"), [("2599999", "below_start"), ("2700000", "already_quoted")]
)
def test_a_quote_below_the_start_or_a_second_one_is_refused(world, price, reason):
    held = quoting(world)
    if reason == "already_quoted":
        quote(held, "chen", "2650000", OPENS_AT + MINUTE)
    answer = quote(held, "chen", price, OPENS_AT + MINUTE)
    assert (answer.accepted, answer.reason) == (False, reason)


def test_no_open_offer_and_no_maximum_goes_into_a_sealed_auction(world):
    held = quoting(world)
    for kind in ("bid", "maximum", "exercise", "join"):
        answer = held.act("chen", "2700000", OPENS_AT, kind=kind)
        assert (answer.accepted, answer.reason) == (False, "wrong_phase"), kind


def test_between_rounds_each_learns_its_own_rank_alone(world):
    held = quoting(world, ROUNDS)
    quote(held, "chen", "2710000", OPENS_AT + MINUTE)
    quote(held, "zhao", "2730000", OPENS_AT + MINUTE)
    held.at(FREE_UNTIL + SOON)
    assert (held.auction.phase, held.auction.shown["round"]) == ("open", 2)
    assert (held.auction.shown["ranks"], held.auction.shown["price"]) == ({}, None)
    assert "第 2 名" in page_of(world, held, "chen")
    assert "第 1 名" in page_of(world, held, "zhao")
    assert "上轮后我的名次" not in page_of(world, held, "hu")
    assert "名次" not in page_of(world, held, "qian")
    assert quote(held, "chen", "2700000", FREE_UNTIL + MINUTE).reason == "not_better"
    assert quote(held, "chen", "2750000", FREE_UNTIL + MINUTE).accepted
    held.at(FREE_UNTIL + timedelta(minutes=10) + SOON)
    assert (held.auction.phase, held.auction.shown["leader"]) == ("ended", held.code_of("chen"))
    replayed = replay_case(offered.log_of(held.auction))
    assert (replayed["winner"], replayed["price"]) == (held.code_of("chen"), "2750000")


def test_a_tie_is_quoted_out_by_those_who_tied_and_nobody_learns_who_they_are(world):
    held = quoting(world, {**ONE_SHOT, "sealed": {"tie": "round", "round_s": 600}})
    for name, price in (("chen", "2710000"), ("zhao", "2710000"), ("hu", "2600000")):
        quote(held, name, price, OPENS_AT + MINUTE)
    held.at(FREE_UNTIL + SOON)
    assert (held.auction.phase, held.auction.shown["joined"]) == ("closing", [])
    assert 'data-form="quote"' in page_of(world, held, "chen")
    assert 'data-form="quote"' not in page_of(world, held, "hu")
    public = page_of(world, held, "public")
    assert "最高报价相同，再报一轮" in public
    assert held.code_of("chen") not in public
    assert quote(held, "hu", "2800000", FREE_UNTIL + MINUTE).reason == "not_joined"
    quote(held, "zhao", "2720000", FREE_UNTIL + MINUTE)
    held.at(FREE_UNTIL + timedelta(minutes=10) + SOON)
    assert (held.auction.shown["leader"], held.auction.shown["price"]) == (
        held.code_of("zhao"),
        "2720000",
    )


def test_a_quote_without_scripts_is_taken_once(world):
    now = timezone.now()
    times = {
        "opens_at": (now - MINUTE).isoformat(),
        "closes_at": (now + timedelta(hours=1)).isoformat(),
    }
    held = sale(world, only=ONE_SHOT | times)
    Auction.objects.filter(pk=held.auction.pk).update(seen_at=now)
    held.at(now)
    address = PAGE.format(held.auction.code) + "act/"
    given = {"kind": "quote", "price": "2710000", "key": "k"}
    chen = world.client("chen")
    assert "报价已密封" in chen.post(address, given, follow=True).content.decode()
    again = chen.post(address, given | {"key": "other"}, follow=True)
    assert "本轮已经报过价" in again.content.decode()


def test_a_lone_taker_is_asked_for_one_quote_instead_of_an_auction(world):
    held = sale(world, takers=("chen",))
    assert held.auction.terms["kind"] == "one_shot"
    assert "仅一名意向受让方" in page_of(world, held, "public")
    held.at(OPENS_AT)
    assert quote(held, "chen", "2599999", OPENS_AT + MINUTE).reason == "below_start"
    assert quote(held, "chen", "2600000", OPENS_AT + MINUTE).accepted
    held.at(FREE_UNTIL + SOON)
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("chen"), "2600000.00")]
    case = json.loads(
        world.client("public").get(PAGE.format(held.auction.code) + "log.json").content
    )
    assert replay_case(case)["outcome"] == "sold"


def test_a_lone_taker_who_does_not_quote_buys_nothing(world):
    held = sale(world, takers=("chen",))
    held.at(OPENS_AT)
    held.at(FREE_UNTIL + SOON)
    assert (held.auction.phase, held.auction.shown["outcome"]) == ("ended", "unsold")
    assert held.auction.lot.tender.lots.get().state == "failed"


def test_a_lone_holder_of_a_priority_right_is_asked_like_anybody(world):
    body = world.organisation_of("chen")
    right = {
        "mode": "in_room_equal",
        "holders": [{"name": body.name, "uscc": body.uscc}],
        "same_rank": False,
        "notified_on": "2026-10-01",
    }
    held = sale(world, takers=("chen",), priority_right=right)
    assert "priority_right" not in held.auction.terms
