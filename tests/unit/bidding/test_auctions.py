"""The worked examples of the rulebook, and what is particular to each auction type."""

import json
from decimal import Decimal

import pytest

from bidding.auction import decide, kinds, outcome, settle, start, visible
from bidding.auction.state import Offer, Quote, as_json, from_json
from bidding.auction.weighing import scores
from tests.auction_room import (
    DAY,
    DUTCH,
    DYNAMIC,
    ENGLISH,
    LISTING,
    LOTTERY,
    MULTI_SHOT,
    NONCE,
    ONE_SHOT,
    REVERSE,
    SEED,
    WEIGHTED,
    act,
    at,
    end_of,
    run,
    terms_of,
)

EX_20 = LISTING | {
    "start_price": "40000",
    "increment": "500",
    "reserve": "43000",
    "opens_at": "2026-11-13T09:00:00+08:00",
    "closes_at": f"{DAY}T09:56:00+08:00",
    "qualified": ["1", "2", "3"],
}
EX_20_LISTED = act("09:00:00", "2", "41500")
EX_20_ACTS = [
    EX_20_LISTED,
    act("09:57:00", "1", "join"),
    act("09:58:00", "3", "join"),
    act("10:02:10", "1", "42000"),
    act("10:06:59", "3", "42500"),
    act("10:11:58", "1", "43000"),
    act("10:14:00", "3", "43300"),
    act("10:16:58", "3", "43500"),
]
EX_22 = DYNAMIC | {
    "start_price": "2600000",
    "increment": "20000",
    "opens_at": f"{DAY}T13:00:00+08:00",
    "closes_at": f"{DAY}T14:00:00+08:00",
    "qualified": ["P1", "P2", "P3", "P4"],
    "least_bidders": 2,
}
EX_22_ACTS = [
    act("13:10:00", "P1", "2600000"),
    act("13:20:00", "P2", "2640000"),
    act("13:30:00", "P3", "2700000"),
    act("14:02:10", "P2", "2720000"),
    act("14:05:00", "P1", "2760000"),
]
EX_24 = REVERSE | {
    "start_price": "500000",
    "increment": "5000",
    "multiples_only": False,
    "closes_at": f"{DAY}T10:30:00+08:00",
    "extension": {"window_s": 180, "add_s": 180, "most": 10},
    "qualified": ["S1", "S2", "S3"],
}
EX_24_ACTS = [
    act("10:03:00", "S1", "498000"),
    act("10:20:00", "S2", "490000"),
    act("10:28:30", "S3", "484000"),
    act("10:31:00", "S2", "480000"),
    act("10:31:10", "S2", "479000"),
    act("10:33:30", "S1", "473000"),
    act("10:36:30", "S3", "468000"),
]


def test_ex_20_listing_then_timed_auction():
    terms = terms_of(EX_20)
    state, verdicts = run(terms, EX_20_ACTS)
    assert verdicts == [
        "09:56:00", "10:00:00", "10:00:00", "10:07:10", "10:11:59", "10:16:58", "not_higher",
        "closed",
    ]  # fmt: skip
    found = outcome(terms, state)
    assert (found.outcome, found.winner, found.price) == ("sold", "1", Decimal(43000))
    assert (found.end, found.extensions, found.rate) == (at("10:16:58"), 3, Decimal("7.50"))


def test_ex_20_below_the_reserve_the_lot_fails():
    terms = terms_of(EX_20, reserve="43500")
    assert end_of(terms, EX_20_ACTS[:6]) == ("unsold", "1", "43000", [])


def test_ex_20_nobody_goes_on_and_the_listing_top_stays_below_the_reserve():
    terms = terms_of(EX_20)
    state, _verdicts = run(terms, [EX_20_LISTED])
    end = settle(terms, state, at("12:00:00"))
    assert (end.outcome, end.price, end.closes_at) == ("unsold", Decimal(41500), at("10:00:00"))
    assert outcome(terms, end).winner is None


def test_ex_22_dynamic_quotes_end_a_cycle_after_the_last_offer():
    terms = terms_of(EX_22)
    state, verdicts = run(terms, EX_22_ACTS)
    assert verdicts == ["14:00:00"] * 3 + ["14:05:10", "14:08:00"]
    assert settle(terms, state, at("14:07:59")).outcome == ""
    end = settle(terms, state, at("15:00:00"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P1", Decimal(2760000))
    assert (end.closes_at, end.extensions) == (at("14:08:00"), 2)
    assert outcome(terms, end).rate == Decimal("6.15")


def test_ex_22_the_appreciation_counts_from_the_valuation():
    terms = terms_of(EX_22, valuation="2500000")
    end = settle(terms, run(terms, EX_22_ACTS)[0], at("15:00:00"))
    assert outcome(terms, end).rate == Decimal("10.40")


def test_ex_23_a_holder_exercises_in_the_room():
    terms = terms_of(EX_22, priority_right={"holder": "P4", "mode": "in_room_equal"})
    acts = [*EX_22_ACTS, act("14:06:30", "P4", "exercise"), act("14:08:00", "P1", "2770000")]
    state, verdicts = run(terms, acts)
    assert verdicts[5:] == ["14:09:30", "not_higher"]
    end = settle(terms, state, at("14:09:30"))
    assert (end.outcome, end.leader, end.price) == ("sold", "P4", Decimal(2760000))


def test_ex_23_a_holder_accepts_after_the_close():
    right = {"holder": "P4", "mode": "after_close_once", "window_s": 600}
    terms = terms_of(EX_22, priority_right=right)
    state, _verdicts = run(terms, EX_22_ACTS)
    asked = settle(terms, state, at("14:08:00"))
    assert (asked.phase, asked.leader, asked.closes_at) == ("priority", "P1", at("14:18:00"))
    taken = decide(terms, state, act("14:12:00", "P4", "exercise")).state
    assert (taken.outcome, taken.leader, taken.price) == ("sold", "P4", Decimal(2760000))
    assert settle(terms, state, at("14:18:00")).leader == "P1"


def test_ex_24_reverse_auction():
    terms = terms_of(EX_24)
    state, verdicts = run(terms, EX_24_ACTS)
    assert verdicts == [
        "10:30:00", "10:30:00", "10:31:30", "not_lower", "10:34:10", "10:36:30", "closed",
    ]  # fmt: skip
    found = outcome(terms, state)
    assert (found.winner, found.price, found.rate) == ("S1", Decimal(473000), Decimal("5.40"))
    assert found.extensions == 3


def test_a_falling_auction_fails_above_its_reserve_and_starts_at_its_start():
    terms = terms_of(EX_24, reserve="480000")
    assert end_of(terms, [act("10:03:00", "S1", "500001"), act("10:04:00", "S1", "490000")]) == (
        "unsold",
        "S1",
        "490000",
        ["above_start"],
    )
    assert end_of(terms, [act("10:03:00", "S1", "480000")])[0] == "sold"


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


# maxima


def offers_of(terms, *acts):
    state = run(terms, acts[:-1])[0]
    return decide(terms, state, acts[-1])


def test_a_maximum_bids_the_start_price_and_then_a_step_beyond_the_next_best():
    terms = terms_of(ENGLISH)
    first = act("10:01:00", "A", "maximum", "1100")
    assert offers_of(terms, first).offers == (Offer("A", Decimal(1000), automatic=True),)
    decision = offers_of(terms, first, act("10:02:00", "B", "maximum", "1060"))
    assert decision.offers == (
        Offer("B", Decimal(1060), automatic=True),
        Offer("A", Decimal(1070), automatic=True),
    )
    answered = offers_of(terms, first, act("10:02:00", "B", "1060"))
    assert answered.offers == (Offer("B", Decimal(1060)), Offer("A", Decimal(1070), automatic=True))


def test_a_maximum_that_reaches_just_the_next_step_is_offered_before_it_is_beaten():
    decision = offers_of(
        terms_of(ENGLISH),
        act("10:01:00", "A", "maximum", "1100"),
        act("10:02:00", "B", "maximum", "1010"),
    )
    assert [(o.by, o.price) for o in decision.offers] == [("B", 1010), ("A", 1020)]


def test_of_equal_maxima_the_earlier_leads_at_that_price():
    terms = terms_of(ENGLISH)
    decision = offers_of(
        terms, act("10:01:00", "A", "maximum", "1100"), act("10:02:00", "B", "maximum", "1100")
    )
    assert decision.offers == (
        Offer("B", Decimal(1090), automatic=True),
        Offer("A", Decimal(1100), automatic=True),
    )
    assert (decision.state.leader, decision.state.maxima) == ("A", ())


def test_equal_maxima_with_no_step_between_leave_one_offer():
    terms = terms_of(ENGLISH)
    decision = offers_of(
        terms,
        act("10:01:00", "A", "1000"),
        act("10:02:00", "A", "maximum", "1010"),
        act("10:03:00", "B", "maximum", "1010"),
    )
    assert decision.offers == (Offer("A", Decimal(1010), automatic=True),)


def test_maxima_work_downwards_too():
    terms = terms_of(REVERSE)
    decision = offers_of(
        terms, act("10:01:00", "A", "maximum", "900"), act("10:02:00", "B", "maximum", "950")
    )
    assert [(o.by, o.price) for o in decision.offers] == [("B", 950), ("A", 940)]


def test_an_automatic_offer_moves_the_end_but_raising_ones_own_maximum_does_not():
    terms = terms_of(ENGLISH)
    acts = [
        act("10:58:00", "A", "maximum", "1100"),
        act("10:59:00", "A", "maximum", "1200"),
        act("10:59:30", "B", "1050"),
    ]
    assert run(terms, acts)[1] == ["11:03:00", "11:03:00", "11:04:30"]


def test_a_maximum_is_lowered_or_withdrawn_only_as_far_as_nothing_stands_yet():
    terms = terms_of(ENGLISH, cap="2000")
    acts = [
        act("10:01:00", "A", "maximum"),
        act("10:02:00", "A", "maximum", "1100"),
        act("10:03:00", "B", "1050"),
        act("10:04:00", "A", "maximum", "1050"),
        act("10:05:00", "A", "maximum", "NaN"),
        act("10:06:00", "A", "maximum", "2010"),
        act("10:07:00", "A", "maximum", "1080"),
        act("10:08:00", "A", "maximum"),
        act("10:09:00", "B", "1070"),
    ]
    state, verdicts = run(terms, acts)
    assert [v for v in verdicts if ":" not in v] == [
        "no_maximum", "below_standing", "malformed", "above_cap",
    ]  # fmt: skip
    assert (state.leader, state.price, state.maxima) == ("B", Decimal(1070), ())
    lower = [act("10:01:00", "A", "maximum", "900"), act("10:02:00", "A", "maximum", "1000")]
    assert end_of(terms_of(REVERSE), lower) == ("sold", "A", "1000", [])
    worse = [lower[0], act("10:02:00", "A", "maximum", "1010")]
    assert end_of(terms_of(REVERSE), worse)[3] == ["below_standing"]


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


# sealed quotes


def quote(clock, by, price, **items):
    return act(clock, by, "quote", price, data={"items": items} if items else {})


def test_the_best_sealed_quote_wins_and_of_equal_ones_the_earlier():
    acts = [
        quote("10:01:00", "A", "1200"),
        quote("10:02:00", "B", "1300"),
        quote("10:03:00", "C", "1300"),
        quote("10:04:00", "C", "1400"),
        quote("10:05:00", "D", "999"),
        quote("10:06:00", "D", "1000.001"),
        quote("10:07:00", "D", None),
    ]
    terms = terms_of(ONE_SHOT)
    reasons = ["already_quoted", "below_start", "too_many_digits", "malformed"]
    assert end_of(terms, acts) == ("sold", "B", "1300", reasons)
    assert visible(terms, run(terms, acts)[0])["quotes"] == []
    assert len(visible(terms, settle(terms, run(terms, acts)[0], at("11:00:00")))["quotes"]) == 3


def test_quotes_of_a_void_auction_stay_sealed():
    terms = terms_of(ONE_SHOT)
    acts = [quote("10:01:00", "A", "1200"), act("10:02:00", "", "void")]
    assert visible(terms, run(terms, acts)[0])["quotes"] == []


def test_a_single_taker_quotes_once_and_nobody_means_unsold():
    terms = terms_of(ONE_SHOT, qualified=["A"])
    assert end_of(terms, [quote("10:01:00", "A", "1000")]) == ("sold", "A", "1000", [])
    assert end_of(terms, []) == ("unsold", None, None, [])


def test_a_tie_may_be_quoted_out_by_those_who_tied():
    terms = terms_of(ONE_SHOT, sealed={"tie": "round", "round_s": 600})
    first = [quote("10:01:00", "A", "1200"), quote("10:02:00", "B", "1200")]
    first.append(quote("10:03:00", "C", "1100"))
    second = [
        quote("11:01:00", "C", "1300"),
        quote("11:02:00", "A", "1190"),
        quote("11:03:00", "B", "1210"),
    ]
    assert end_of(terms, first + second) == ("sold", "B", "1210", ["not_joined", "not_better"])
    assert end_of(terms, [*first, quote("11:02:00", "B", "1200")])[1] == "A"
    shown = visible(terms, settle(terms, run(terms, first)[0], at("11:00:00")))
    assert (shown["phase"], shown["joined"], shown["ranks"]) == ("closing", ["A", "B"], {})


def test_a_low_sealed_quote_wins_where_the_price_falls():
    terms = terms_of(ONE_SHOT, direction="low")
    acts = [quote("10:01:00", "A", "1001"), quote("10:02:00", "B", "900")]
    assert end_of(terms, acts) == ("sold", "B", "900", ["above_start"])


def test_rounds_tell_ranks_and_never_prices():
    terms = terms_of(MULTI_SHOT)
    acts = [
        quote("10:01:00", "A", "1200"),
        quote("10:02:00", "B", "1300"),
        quote("11:01:00", "A", "1200"),
        quote("11:02:00", "A", "1250"),
        quote("11:03:00", "C", "1260"),
    ]
    state, verdicts = run(terms, acts)
    assert verdicts[2] == "not_better"
    shown = visible(terms, state)
    assert (shown["round"], shown["ranks"], shown["price"]) == (2, {"B": 1, "A": 2}, None)
    third = visible(terms, settle(terms, state, at("11:10:00")))
    assert (third["round"], third["ranks"]) == (3, {"B": 1, "C": 2, "A": 3})
    end = settle(terms, state, at("11:20:00"))
    assert (end.outcome, end.leader, end.price) == ("sold", "B", Decimal(1300))


def test_weighted_quotes_are_scored_by_printed_weights():
    terms = terms_of(WEIGHTED)
    acts = [
        quote("10:01:00", "A", "1200", years="3"),
        quote("10:02:00", "B", "1100", years="1"),
        quote("10:03:00", "C", "1200", years="9"),
        quote("10:04:00", "D", "1200"),
        quote("10:05:00", "D", "1200", years="x"),
        quote("10:06:00", "D", "1200", years="1", colour="1"),
        act("10:07:00", "D", "quote", "1200", data={"items": 3}),
    ]
    assert end_of(terms, acts) == ("sold", "B", "1100", ["malformed"] * 4)
    totals = scores(terms, run(terms, acts)[0].quotes)
    assert totals == {"A": Decimal("80.00"), "B": Decimal("95.00"), "C": Decimal("60.00")}
    assert end_of(terms, []) == ("unsold", None, None, [])
    assert scores(terms, ()) == {}


def test_equal_totals_go_to_the_better_price():
    terms = terms_of(WEIGHTED, direction="low")
    quotes = tuple(
        Quote(by, Decimal(price), number, at("10:01:00"), 1, (("years", Decimal(years)),))
        for number, (by, price, years) in enumerate([("A", "1000", "1"), ("B", "600", "3.4")], 1)
    )
    assert scores(terms, quotes) == {"A": Decimal("76.00"), "B": Decimal("76.00")}
    acts = [quote("10:01:00", "A", "1000", years="1"), quote("10:02:00", "B", "600", years="3.4")]
    assert end_of(terms, acts)[1] == "B"


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
