"""The calls before the hammer falls."""

from decimal import Decimal

from bidding.auction import settle, start
from bidding.auction.state import as_json, from_json
from tests.auction_room import (
    CALLED,
    ENGLISH,
    act,
    at,
    end_of,
    run,
    terms_of,
)


def test_without_an_offer_the_price_is_called_thrice_and_the_third_call_is_the_hammer():
    terms = terms_of(CALLED)
    state, _ = run(terms, [act("10:59:00", "A", "1000")])
    met = [settle(terms, state, at(clock)) for clock in ("10:59:59", "11:00:00", "11:00:30")]
    assert [(s.phase, s.called) for s in met] == [("open", 0), ("closing", 1), ("closing", 2)]
    end = settle(terms, state, at("11:01:00"))
    assert (end.phase, end.outcome, end.leader, end.called) == ("ended", "sold", "A", 3)
    assert end.closes_at == at("11:01:00")


def test_an_offer_between_two_calls_begins_them_anew():
    terms = terms_of(CALLED)
    acts = [act("10:59:00", "A", "1000"), act("11:00:59", "B", "1010")]
    state, verdicts = run(terms, acts)
    assert (verdicts, state.called) == (["11:00:00", "11:01:29"], 0)
    met = [settle(terms, state, at(clock)).called for clock in ("11:01:28", "11:01:29", "11:01:59")]
    assert met == [0, 1, 2]
    end = settle(terms, state, at("11:02:29"))
    assert (end.outcome, end.leader, end.closes_at) == ("sold", "B", at("11:02:29"))


def test_an_offer_at_the_instant_of_the_hammer_is_too_late():
    terms = terms_of(CALLED)
    acts = [act("10:59:00", "A", "1000"), act("11:01:00", "B", "1010")]
    assert end_of(terms, acts) == ("sold", "A", "1000", ["closed"])


def test_a_price_nobody_has_offered_is_called_too_and_then_it_is_over():
    terms = terms_of(CALLED)
    end = settle(terms, start(terms), at("11:01:00"))
    assert (end.phase, end.outcome, end.called) == ("ended", "unsold", 3)


def test_a_standing_maximum_answers_between_calls_without_its_holder():
    terms = terms_of(CALLED)
    acts = [act("10:59:00", "A", "maximum", "1050"), act("11:00:31", "B", "1010")]
    state, _ = run(terms, acts)
    assert (state.leader, state.price, state.called) == ("A", Decimal(1020), 0)


def test_a_pause_keeps_the_calls_and_gives_a_whole_interval_before_the_next():
    terms = terms_of(CALLED)
    acts = [
        act("10:59:00", "A", "1000"),
        act("11:00:35", "", "pause"),
        act("11:20:00", "", "resume"),
    ]
    state, _ = run(terms, acts)
    assert (state.phase, state.called, state.closes_at) == ("closing", 2, at("11:20:30"))
    end = settle(terms, state, at("11:20:30"))
    assert (end.outcome, end.leader, end.called) == ("sold", "A", 3)


def test_an_offer_after_a_pause_begins_the_calls_anew():
    terms = terms_of(CALLED)
    acts = [
        act("10:59:00", "A", "1000"),
        act("11:00:35", "", "pause"),
        act("11:20:00", "", "resume"),
        act("11:20:10", "B", "1010"),
    ]
    state, _ = run(terms, acts)
    assert (state.called, state.closes_at) == (0, at("11:20:40"))
    assert settle(terms, state, at("11:20:40")).called == 1


def test_what_is_credited_for_an_outage_keeps_the_calls_too():
    terms = terms_of(CALLED)
    acts = [
        act("10:59:00", "A", "1000"),
        act("11:00:25", "", "credit", data={"seconds": 20}),
        act("11:00:49", "B", "1010"),
    ]
    state, verdicts = run(terms, acts)
    assert (verdicts[-1], state.called) == ("11:01:19", 0)
    quiet, _ = run(terms, acts[:2])
    assert (quiet.called, quiet.closes_at) == (1, at("11:00:50"))


def test_below_the_reserve_the_hammer_does_not_sell():
    terms = terms_of(CALLED, reserve="1500")
    assert end_of(terms, [act("10:59:00", "A", "1000")])[:2] == ("unsold", "A")


def test_a_state_written_before_there_were_calls_is_read():
    terms = terms_of(ENGLISH)
    written = as_json(start(terms))
    del written["called"]
    assert from_json(written) == start(terms)
