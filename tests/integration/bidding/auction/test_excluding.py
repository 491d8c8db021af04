"""A bidder is put out of a running auction: by whom, what everybody is told, and how it goes on."""

import json
from datetime import timedelta

import pytest

from bidding import gate
from bidding.auction.replaying import replay_case
from bidding.auction.state import as_json
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.queries.sealed_state import about, state_of
from bidding.services import auction as services
from bidding.services.auction import table
from kernel.errors import Conflict, Denied, Invalid
from ledger import private
from ledger.models import Entry
from tests.auctions import CYCLE, FREE_UNTIL, OPENS_AT, sale
from tests.integration.bidding.auction.test_deciding import facts
from tests.integration.bidding.auction.test_priority import act
from tests.world import fourth_bidder

SECOND = timedelta(seconds=1)
REASON = "经查实串通报价。"


@pytest.fixture(autouse=True)
def _no_thread_stays(world):
    """End the thread that shows arrivals to other processes; it holds a connection."""
    yield
    gate.KEEPER.stop()


@pytest.fixture
def held(world):
    """A free phase in which hu leads before zhao and chen."""
    held = sale(world)
    held.at(OPENS_AT)
    for second, name, price in (
        (1, "chen", "2600000"),
        (3, "zhao", "2640000"),
        (5, "hu", "2700000"),
    ):
        act(held, name, price, OPENS_AT + second * SECOND)
    return held


def put_out(held, bidder, by="wang", reason=REASON, at=OPENS_AT + 7 * SECOND):
    services.exclude_bidder(
        actor=held.world.actor(by), code=held.auction.code, bidder=bidder, reason=reason, at=at
    )
    held.auction.refresh_from_db()


def page(held, name):
    return held.world.client(name).get(f"/auctions/{held.auction.code}/").content.decode()


def test_the_regulator_puts_a_bidder_out_and_everybody_is_told(held):
    hu = held.code_of("hu")
    put_out(held, hu)
    standing = queries.standing_of(held.auction)
    assert (f"{standing.price}", standing.leader) == ("2640000", held.code_of("zhao"))
    [told] = facts(held, "auction.excluded")
    assert (told["bidder"], told["reason"]) == (hu, REASON)
    assert told["ordered_by"] == held.world.actor("wang").ref
    assert told["shown"]["leader"] == held.code_of("zhao")
    assert [(a["kind"], a["data"]) for a in told["acts"]] == [("exclude", {"bidder": hu})]


def test_a_bidder_named_by_its_code_of_credit_is_told_of_by_the_code_alone(held):
    uscc = held.uscc("hu")
    put_out(held, uscc.lower())
    assert [told["bidder"] for told in facts(held, "auction.excluded")] == [held.code_of("hu")]
    of_auction = Entry.objects.filter(stream=held.auction.stream).values_list("data", flat=True)
    assert uscc not in json.dumps(list(of_auction))


@pytest.mark.parametrize("by", ["qian", "chen", "lin", "sun", "wu", "he"])
def test_nobody_else_puts_anybody_out_nor_learns_who_bids(held, by):
    for bidder in (held.code_of("hu"), "X999"):
        with pytest.raises(Denied):
            put_out(held, bidder, by)
    assert facts(held, "auction.excluded") == []


@pytest.mark.parametrize(
    ("bidder", "reason", "kind", "code"),
    [
        ("X999", REASON, Invalid, "auction.no_such_bidder"),
        ("", REASON, Invalid, "auction.no_such_bidder"),
        ("hu", " ", Invalid, "text.required"),
    ],
)
def test_what_is_wrong_with_an_exclusion_is_said_and_nothing_kept(held, bidder, reason, kind, code):
    named = held.code_of("hu") if bidder == "hu" else bidder
    with pytest.raises(kind) as refusal:
        put_out(held, named, reason=reason)
    assert refusal.value.code == code
    assert facts(held, "auction.excluded") == []


def test_nobody_is_put_out_twice_or_after_the_end(held):
    put_out(held, held.code_of("hu"))
    with pytest.raises(Conflict) as again:
        put_out(held, held.code_of("hu"), at=OPENS_AT + 8 * SECOND)
    held.at(FREE_UNTIL + 2 * SECOND)
    end = FREE_UNTIL + timedelta(seconds=CYCLE + 4)
    held.at(end)
    with pytest.raises(Conflict) as late:
        put_out(held, held.code_of("zhao"), at=end + SECOND)
    assert [again.value.code, late.value.code] == [
        "auction.already_excluded",
        "auction.wrong_phase",
    ]


def test_who_is_put_out_may_not_act_and_sees_why_on_its_page(held):
    put_out(held, held.code_of("hu"))
    answer = act(held, "hu", "2800000", OPENS_AT + 9 * SECOND)
    assert (answer.accepted, answer.reason) == (False, "excluded")
    own = page(held, "hu")
    assert "已被取消资格" in own
    assert 'data-form="bid"' not in own
    for name in ("public", "zhao", "lin"):
        seen = page(held, name)
        assert REASON in seen
        assert "已取消资格，不计" in seen
        assert ("已被取消资格</" in seen) == (name == "hu")
    assert 'data-form="bid"' in page(held, "zhao")


def test_the_price_goes_to_the_best_who_is_left_and_the_log_arrives_there_too(held):
    put_out(held, held.code_of("hu"))
    held.at(FREE_UNTIL + 2 * SECOND)
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 4))
    lot = held.auction.lot.tender.lots.get()
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("zhao"), "2640000.00")]
    told = replay_case(offered.log_of(held.auction))
    assert (told["winner"], told["price"]) == (held.code_of("zhao"), "2640000")
    assert all(verdict["accepted"] for verdict in told["verdicts"])
    assert services.signed_log(held.auction)


def test_a_secret_maximum_goes_with_its_holder(world):
    held = sale(world)
    held.at(OPENS_AT)
    act(held, "chen", "2900000", OPENS_AT + SECOND, kind="maximum")
    act(held, "zhao", "2640000", OPENS_AT + 3 * SECOND)
    put_out(held, held.code_of("chen"), at=OPENS_AT + 5 * SECOND)
    act(held, "hu", "2700000", OPENS_AT + 7 * SECOND)
    assert queries.standing_of(held.auction).leader == held.code_of("hu")
    assert "2900000" not in json.dumps(facts(held, "auction.excluded"))
    held.at(FREE_UNTIL + 2 * SECOND)
    held.at(FREE_UNTIL + timedelta(seconds=CYCLE + 4))
    told = replay_case(offered.log_of(held.auction))
    assert (told["winner"], told["price"]) == (held.code_of("hu"), "2700000")


def test_without_anybody_left_the_lot_fails(held):
    for number, name in enumerate(("hu", "zhao", "chen")):
        put_out(held, held.code_of(name), at=OPENS_AT + (7 + number) * SECOND)
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    assert (held.auction.phase, tender.state) == ("ended", "failed")


def test_without_anybody_left_before_the_opening_the_lot_fails_too(world):
    held = sale(world)
    for number, name in enumerate(("hu", "zhao", "chen")):
        put_out(held, held.code_of(name), at=OPENS_AT - (30 - number) * SECOND)
    tender = held.auction.lot.tender
    tender.refresh_from_db()
    assert (held.auction.phase, tender.state) == ("ended", "failed")


def test_an_order_that_is_refused_anyway_tells_nobody_who_bids(held):
    bidder, stranger = held.uscc("hu"), "91330100MA2XXXXXX0"
    for named in (bidder, stranger):
        with pytest.raises(Invalid) as unsaid:
            put_out(held, named, reason=" ")
        assert unsaid.value.code == "text.required"
    held.at(FREE_UNTIL + 2 * SECOND)
    end = FREE_UNTIL + timedelta(seconds=CYCLE + 4)
    held.at(end)
    for named in (bidder, stranger):
        with pytest.raises(Conflict) as late:
            put_out(held, named, at=end + SECOND)
        assert late.value.code == "auction.wrong_phase"


@pytest.mark.parametrize("kind", ["entrant", "any"])
def test_a_reason_that_names_a_firm_is_refused_whoever_bids(held, kind):
    fourth_bidder(held.world)
    named = held.world.organisation_of("hu" if kind == "entrant" else "qiu")
    for text in (named.name, named.uscc.lower()):
        with pytest.raises(Invalid) as refusal:
            put_out(held, held.code_of("hu"), reason=f"经查实，{text}串通报价。")
        assert refusal.value.code == "auction.reason_names"
    own = held.world.organisation_of("wang").name
    put_out(held, held.code_of("hu"), reason=f"{own}责令。")
    assert facts(held, "auction.excluded")[0]["reason"] == f"{own}责令。"


def test_a_state_kept_by_an_older_version_knows_from_the_record_whose_offer_stands(held):
    row = held.auction
    row.refresh_from_db()
    old = as_json(state_of(row))
    del old["stood"], old["promises"]
    row.sealed = private.lock(json.dumps(old).encode(), about(row, row.version))
    row.save()
    assert [by for by, _price in state_of(row).stood] == [
        held.code_of(name) for name in ("chen", "zhao", "hu")
    ]
    table._remembered.clear()
    put_out(held, held.code_of("hu"))
    standing = queries.standing_of(held.auction)
    assert (f"{standing.price}", standing.leader) == ("2640000", held.code_of("zhao"))


def test_an_order_in_a_rush_comes_after_what_was_decided(held):
    act(held, "zhao", "2720000", OPENS_AT + 9 * SECOND)
    put_out(held, held.code_of("zhao"), at=OPENS_AT + 8 * SECOND)
    assert queries.standing_of(held.auction).leader == held.code_of("hu")


def test_the_page_puts_a_bidder_out_without_script(held):
    wang, hu = held.world.client("wang"), held.code_of("hu")
    address = f"/auctions/{held.auction.code}/exclude/"
    assert address in page(held, "wang")
    assert address not in page(held, "qian")
    assert address not in page(held, "zhao")
    assert wang.post(address, {"bidder": "X999", "cause": REASON}).status_code == 422
    for name in ("qian", "zhao"):
        refused = held.world.client(name).post(address, {"bidder": hu, "cause": "x"})
        assert refused.status_code == 403
    # What time it is does not matter: the platform was away since, and gives it back.
    assert wang.post(address, {"bidder": hu, "cause": REASON}).status_code == 302
    assert [told["bidder"] for told in facts(held, "auction.excluded")] == [hu]


def test_the_api_puts_a_bidder_out(held):
    address = f"/api/v1/auctions/{held.auction.code}/exclude"
    wish = {"bidder": held.code_of("hu"), "reason": REASON}
    refused = held.world.client("qian").post(address, wish, "application/json")
    done = held.world.client("wang").post(address, wish, "application/json")
    assert (refused.status_code, done.status_code) == (403, 200)
    assert done.json()["excluded"] == [held.code_of("hu")]
