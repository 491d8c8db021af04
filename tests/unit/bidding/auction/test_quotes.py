"""Sealed quotes: once, in rounds, and weighed with what else is promised."""

from decimal import Decimal

from bidding.auction import own, settle, visible
from bidding.auction.state import Quote
from bidding.auction.weighing import scores
from tests.auction_room import (
    MULTI_SHOT,
    ONE_SHOT,
    WEIGHTED,
    act,
    at,
    end_of,
    quote,
    run,
    terms_of,
)


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
    assert (shown["phase"], shown["joined"], shown["ranks"]) == ("closing", [], {})


def test_a_low_sealed_quote_wins_where_the_price_falls():
    terms = terms_of(ONE_SHOT, direction="low")
    acts = [quote("10:01:00", "A", "1001"), quote("10:02:00", "B", "900")]
    assert end_of(terms, acts) == ("sold", "B", "900", ["above_start"])


def test_rounds_tell_each_its_own_rank_and_never_a_price():
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
    assert (shown["round"], shown["ranks"], shown["price"]) == (2, {}, None)
    assert [own(terms, state, code).rank for code in "ABC"] == [2, 1, None]
    mine = own(terms, state, "A")
    assert (mine.quoted.price, mine.best) == (Decimal(1250), Decimal(1250))
    third = settle(terms, state, at("11:10:00"))
    assert (third.round, visible(terms, third)["ranks"]) == (3, {})
    assert [own(terms, third, code).rank for code in "ABC"] == [3, 1, 2]
    assert own(terms, third, "A").quoted is None
    end = settle(terms, state, at("11:20:00"))
    assert visible(terms, end)["ranks"] == {"B": 1, "C": 2, "A": 3}
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
