"""Maximum bids, which the platform answers with for their holders."""

from decimal import Decimal

from bidding.auction import decide
from bidding.auction.state import Offer
from tests.auction_room import (
    ENGLISH,
    REVERSE,
    act,
    end_of,
    run,
    terms_of,
)


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
