"""What every auction keeps to, and what is particular to a type."""

import json
from decimal import Decimal

import pytest

from bidding.auction import decide, kinds, outcome, settle, start, visible
from bidding.auction.state import as_json, from_json
from tests.auction_room import (
    DUTCH,
    DYNAMIC,
    ENGLISH,
    LISTING,
    LOTTERY,
    NONCE,
    SEED,
    WEIGHTED,
    act,
    at,
    end_of,
    quote,
    run,
    terms_of,
)

# english


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("1000", ""),
        ("1005", "not_multiple_of_increment"),
        ("990", "below_start"),
        ("1110", "above_cap"),
        ("0", "malformed"),
        ("-10", "malformed"),
        ("NaN", "malformed"),
        ("Infinity", "malformed"),
        ("1E+50", "malformed"),
        ("1000.00000000000000000000000000000000001", "malformed"),
    ],
)
def test_a_first_offer_keeps_the_rules(price, reason):
    terms = terms_of(ENGLISH, cap="1100")
    assert decide(terms, start(terms), act("10:00:00", "A", "bid", price)).reason == reason


def test_free_amounts_have_as_many_places_as_the_terms_say():
    terms = terms_of(ENGLISH, multiples_only=False, decimals=1)
    prices = ["1000.55", "1000.50", "1003.3", "1010.5"]
    acts = [act(f"10:0{n}:00", "ABAA"[n], price) for n, price in enumerate(prices)]
    assert run(terms, acts)[1] == ["too_many_digits", "11:00:00", "not_higher", "11:00:00"]


def test_who_has_no_place_in_the_auction_is_told_why():
    terms = terms_of(ENGLISH)
    acts = [
        act("09:59:59", "A", "1000"),
        act("10:00:00", "X", "1000"),
        act("10:00:01", "A", "join"),
        act("10:00:02", "A", "bid"),
        act("10:00:03", "A", "1000"),
        act("10:00:03", "A", "1010"),
        act("10:00:02", "B", "1010"),
        act("11:00:00", "X", "1010"),
    ]
    assert run(terms, acts)[1] == [
        "not_open", "not_qualified", "wrong_phase", "malformed", "11:00:00", "already_leading",
        "out_of_order", "closed",
    ]  # fmt: skip


def test_a_leader_may_raise_where_the_terms_allow_it():
    terms = terms_of(ENGLISH, self_outbid=True)
    acts = [act("10:01:00", "A", "1000"), act("10:02:00", "A", "1010")]
    assert end_of(terms, acts) == ("sold", "A", "1010", [])


def test_an_extension_works_in_its_window_counts_from_bid_or_close_and_has_an_end():
    late = [
        act("10:54:59", "A", "1000"),
        act("10:55:00", "B", "1010"),
        act("10:59:59", "A", "1020"),
    ]
    assert run(terms_of(ENGLISH), late)[1] == ["11:00:00", "11:00:00", "11:04:59"]
    of_close = {"window_s": 300, "add_s": 300, "from": "close", "most": 1}
    assert run(terms_of(ENGLISH, extension=of_close), late)[1] == [
        "11:00:00", "11:05:00", "11:05:00",
    ]  # fmt: skip
    assert run(terms_of(ENGLISH, extension=None), late)[1] == ["11:00:00"] * 3
    once = {"window_s": 300, "add_s": 300, "most": 1}
    later = [*late[:2], act("10:59:00", "A", "1020"), act("11:03:00", "B", "1030")]
    assert run(terms_of(ENGLISH, extension=once), later)[1][2:] == ["11:04:00", "11:04:00"]


def test_an_offer_never_makes_the_end_earlier():
    early = [act("10:01:00", "A", "1000")]
    assert run(terms_of(ENGLISH, extension={"add_s": 300}), early)[1] == ["11:00:00"]
    terms = terms_of(DYNAMIC)
    acts = [
        act("10:01:00", "A", "1000"),
        act("11:01:00", "", "credit", data={"seconds": 60}),
        act("11:01:00", "B", "1010"),
        act("11:01:01", "A", "1020"),
    ]
    assert run(terms, acts)[1] == ["11:00:00", "11:04:00", "11:04:00", "11:04:01"]


def test_too_few_bidders_do_not_open_an_auction():
    terms = terms_of(DYNAMIC, least_bidders=5)
    assert end_of(terms, [act("10:01:00", "A", "1000")]) == ("unsold", None, None, ["closed"])
    assert terms_of({k: v for k, v in DYNAMIC.items() if k != "least_bidders"}).least_bidders == 2


# listing


def test_a_quiet_time_takes_no_offers_and_is_part_of_the_listing():
    terms = terms_of(LISTING, quiet_s=3000)
    acts = [
        act("10:00:00", "A", "1000"),
        act("10:10:00", "B", "1010"),
        act("11:00:00", "B", "join"),
        act("11:00:01", "B", "decline"),
        act("11:00:02", "C", "decline"),
    ]
    assert run(terms, acts)[1] == [
        "10:10:00", "wrong_phase", "11:04:00", "already_answered", "11:04:00",
    ]  # fmt: skip


def test_only_who_joined_bids_in_the_timed_auction():
    acts = [
        act("10:01:00", "A", "1000"),
        act("11:01:00", "B", "join"),
        act("11:05:00", "C", "1010"),
        act("11:05:01", "B", "1010"),
        act("11:06:00", "A", "1020"),
    ]
    assert end_of(terms_of(LISTING), acts) == ("sold", "B", "1010", ["not_joined", "not_joined"])


def test_a_maximum_with_room_answers_for_its_holder_unless_the_holder_declines():
    acts = [act("10:01:00", "A", "maximum", "1100"), act("11:01:00", "B", "join")]
    bid = act("11:05:00", "B", "1050")
    assert end_of(terms_of(LISTING), [*acts, bid]) == ("sold", "A", "1060", [])
    acts.append(act("11:02:00", "A", "decline"))
    assert end_of(terms_of(LISTING), [*acts, bid]) == ("sold", "B", "1050", [])


def test_a_leader_who_alone_goes_on_has_nobody_to_bid_against():
    terms = terms_of(LISTING)
    acts = [act("10:01:00", "A", "1000"), act("11:01:00", "A", "join")]
    assert settle(terms, run(terms, acts)[0], at("11:04:00")).outcome == "sold"


def test_a_listing_may_ask_for_several_who_go_on():
    acts = [act("10:01:00", "A", "1000"), act("11:01:00", "B", "join")]
    terms = terms_of(LISTING, least_joiners=2)
    assert settle(terms, run(terms, acts)[0], at("11:05:00")).outcome == "sold"
    both = [*acts, act("11:02:00", "A", "join")]
    assert settle(terms, run(terms, both)[0], at("11:05:00")).phase == "closing"


def test_one_bidder_is_enough_for_a_listing_and_none_is_not():
    terms = terms_of(LISTING, qualified=["A"])
    assert end_of(terms, [act("10:01:00", "A", "1000")]) == ("sold", "A", "1000", [])
    assert settle(terms, start(terms), at("11:00:00")).outcome == "unsold"


# dutch and lottery


def test_a_price_falls_by_the_clock_and_the_first_to_accept_wins():
    terms = terms_of(DUTCH)
    acts = [
        act("10:00:59", "A", "accept", "990"),
        act("10:01:00", "A", "accept", "1000"),
        act("10:01:30", "A", "accept", "990"),
        act("10:01:30", "B", "accept"),
    ]
    assert end_of(terms, acts) == ("sold", "A", "990", ["price_moved", "price_moved", "closed"])
    assert end_of(terms, [act("10:05:59", "B", "accept")]) == ("sold", "B", "950", [])


def test_a_price_never_falls_below_floor_or_reserve():
    end = settle(terms_of(DUTCH), start(terms_of(DUTCH)), at("12:00:00"))
    assert (end.outcome, end.price, end.closes_at) == ("unsold", Decimal(950), at("10:06:00"))
    secret = terms_of(DUTCH, reserve="975")
    assert settle(secret, start(secret), at("12:00:00")).closes_at == at("10:03:00")


@pytest.mark.parametrize(
    ("names", "end"),
    [
        ("", ("unsold", None)),
        ("B", ("sold", "B")),
        ("DA", ("sold", "D")),
        ("AD", ("sold", "D")),
    ],
)
def test_a_lottery_draws_among_those_who_joined(names, end):
    terms = terms_of(LOTTERY)
    acts = [act(f"10:0{n}:00", name, "join") for n, name in enumerate(names)]
    assert end_of(terms, acts)[:2] == end


def test_a_draw_waits_for_its_seed_and_checks_it_against_the_commitment():
    terms = terms_of(LOTTERY, lottery={"commit": "00" * 32, "count": 2})
    drawing = {"seed": SEED, "nonce": NONCE}
    acts = [act("10:01:00", "B", "join"), act("10:02:00", "A", "join")]
    acts.append(act("10:03:00", "", "draw", data=drawing))
    state, verdicts = run(terms, acts)
    assert verdicts[2] == "wrong_phase"
    waiting = settle(terms, state, at("23:00:00"))
    assert (waiting.phase, waiting.joined) == ("draw", ("A", "B"))
    assert outcome(terms, waiting).next_phase == "draw"
    for given, reason in [({"seed": "x"}, "malformed"), (drawing, "draw_mismatch")]:
        assert decide(terms, waiting, act("23:00:00", "", "draw", data=given)).reason == reason
    assert decide(terms, waiting, act("23:00:00", "A", "join")).reason == "wrong_phase"
    assert decide(terms, waiting, act("23:00:00", "", "pause")).reason == "wrong_phase"
    free = terms_of(LOTTERY, lottery={"count": 2})
    drawn = decide(free, waiting, act("23:00:00", "", "draw", data=drawing)).state
    assert (drawn.outcome, len(drawn.drawn), drawn.leader) == ("sold", 2, drawn.drawn[0])
    assert decide(free, drawn, act("23:00:01", "", "draw", data=drawing)).reason == "ended"


def test_everybody_is_told_what_may_be_offered_next_where_offers_are_open():
    terms = terms_of(ENGLISH)
    state = run(terms, [act("10:01:00", "A", "maximum", "1500")])[0]
    shown = visible(terms, state)
    assert (shown["price"], shown["leader"], shown["next_price"]) == ("1000", "A", "1010")
    assert visible(terms, settle(terms, state, at("11:00:00")))["next_price"] is None
    assert kinds()["english"].leader(state) == "A"


def test_a_state_is_written_as_json_and_read_back():
    terms = terms_of(WEIGHTED)
    state = run(terms, [quote("10:01:00", "A", "1200", years="3")])[0]
    assert from_json(json.loads(json.dumps(as_json(state)))) == state
    keyed = [act("10:01:00", "A", "maximum", "1500", key="k"), act("10:02:00", "", "pause")]
    paused = run(terms_of(ENGLISH), keyed)[0]
    assert from_json(json.loads(json.dumps(as_json(paused)))) == paused


def test_offers_are_taken_in_the_free_phase_of_every_kind():
    terms = terms_of(DYNAMIC, priority_right={"holder": "C", "mode": "in_room_equal"})
    acts = [
        act("10:01:00", "A", "maximum", "1000"),
        act("10:02:00", "C", "exercise"),
        act("10:03:00", "B", "1005"),
    ]
    assert end_of(terms, acts) == ("sold", "C", "1000", ["not_higher"])


def test_the_nine_types_are_found_by_their_files():
    assert sorted(kinds()) == [
        "dutch", "dynamic", "english", "listing", "lottery", "multi_shot", "one_shot", "reverse",
        "weighted",
    ]  # fmt: skip
