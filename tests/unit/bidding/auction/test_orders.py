"""Orders of the platform: pause, resume, credit, void; and what a repeated key does."""

from dataclasses import replace

import pytest

from bidding.auction import decide, settle, start
from bidding.auction.changes import remembered
from bidding.auction.state import KEYS_OF_ALL, KEYS_OF_ONE, as_json, from_json
from tests.auction_room import DYNAMIC, ENGLISH, ONE_SHOT, act, at, end_of, run, terms_of

PAUSE = act("10:50:00", "", "pause")


def credit(clock, seconds):
    return act(clock, "", "credit", data={"seconds": seconds})


def test_a_pause_keeps_what_is_left_and_gives_at_least_one_extension():
    terms = terms_of(ENGLISH)
    acts = [PAUSE, act("10:55:00", "A", "1000"), act("11:30:00", "", "resume")]
    assert run(terms, acts)[1] == ["11:00:00", "paused", "11:40:00"]
    late = [act("10:59:50", "", "pause"), act("11:30:00", "", "resume")]
    assert run(terms, late)[1] == ["11:00:00", "11:35:00"]
    sealed = terms_of(ONE_SHOT)
    assert run(sealed, late)[1] == ["11:00:00", "11:30:10"]


def test_a_pause_before_the_opening_moves_the_whole_auction():
    terms = terms_of(ENGLISH)
    acts = [act("09:00:00", "", "pause"), act("12:00:00", "", "resume")]
    state, verdicts = run(terms, acts)
    assert verdicts == ["10:00:00", "13:00:00"]
    assert settle(terms, state, at("13:00:00")).closes_at == at("14:00:00")


def test_orders_have_their_phases():
    terms = terms_of(ENGLISH)
    acts = [
        act("10:40:00", "", "resume"),
        PAUSE,
        act("10:51:00", "", "pause"),
        credit("10:52:00", 10),
        act("10:53:00", "", "resume"),
        act("12:00:00", "", "pause"),
        act("12:00:00", "", "resume"),
        credit("12:00:00", 10),
    ]
    assert end_of(terms, acts)[3] == ["not_paused", "paused", "paused", "ended", "ended", "ended"]


def test_a_credit_gives_back_the_downtime_even_past_the_end():
    terms = terms_of(ENGLISH)
    bid = act("10:10:00", "A", "1000")
    assert run(terms, [bid, credit("10:30:00", 60)])[1] == ["11:00:00", "11:01:00"]
    assert run(terms, [bid, credit("11:30:00", 3600)])[1] == ["11:00:00", "12:00:00"]
    assert run(terms, [bid, credit("11:30:00", 60)])[1] == ["11:00:00", "ended"]
    assert run(terms, [bid, credit("10:10:30", 30)])[1] == ["11:00:00", "11:00:30"]


def test_a_credit_for_a_time_in_which_the_server_worked_is_refused():
    terms = terms_of(ENGLISH)
    bid = act("10:10:00", "A", "1000")
    assert run(terms, [bid, credit("10:10:30", 31)])[1] == ["11:00:00", "not_down"]
    late = run(terms, [bid, credit("11:30:00", 6000)])[0]
    assert (late.phase, late.closes_at) == ("ended", at("11:00:00"))


def test_a_credit_counts_for_the_phase_in_which_the_server_went_down():
    terms = terms_of(DYNAMIC)
    acts = [act("10:10:00", "A", "1000"), credit("11:10:00", 900), act("11:14:59", "B", "1010")]
    state, verdicts = run(terms, acts)
    assert verdicts == ["11:00:00", "11:15:00", "11:15:00"]
    assert state.phase == "open"


@pytest.mark.parametrize("seconds", [0, -1, 1.5, True, "60", None, 10**12])
def test_a_credit_is_a_whole_number_of_seconds(seconds):
    terms = terms_of(ENGLISH)
    assert decide(terms, start(terms), credit("10:30:00", seconds)).reason == "malformed"


def test_void_ends_everything_once_even_after_the_end():
    terms = terms_of(ENGLISH)
    acts = [act("10:10:00", "A", "1000"), act("12:00:00", "", "void"), act("12:01:00", "", "void")]
    assert end_of(terms, acts) == ("void", "A", "1000", ["ended"])
    paused = [PAUSE, act("10:55:00", "", "void")]
    assert end_of(terms, paused)[0] == "void"


def test_a_key_is_remembered_for_its_sender_and_for_a_while():
    terms = terms_of(ENGLISH)
    first = act("10:01:00", "A", "1000", key="k")
    state = decide(terms, start(terms), first).state
    assert decide(terms, state, first).repeated
    other = decide(terms, state, act("10:01:00", "B", "1000", key="k"))
    assert (other.repeated, other.reason) == (False, "not_higher")
    for number in range(40):
        raised = act("10:02:00", "BC"[number % 2], str(1010 + 10 * number), key=f"n{number}")
        state = decide(terms, state, raised).state
    assert decide(terms, from_json(as_json(state)), first).repeated  # nobody else pushes it out
    for number in range(2 * KEYS_OF_ONE):
        raised = act("10:03:00", "AB"[number % 2], str(1500 + 10 * number), key=f"m{number}")
        state = decide(terms, state, raised).state
    assert decide(terms, state, first).reason == "out_of_order"
    assert {by: len(keys) for by, keys in state.keys.items()} == dict.fromkeys("ABC", KEYS_OF_ONE)


def test_of_very_many_bidders_each_ones_latest_key_is_remembered():
    state = start(terms_of(ENGLISH))
    for number in range(2 * KEYS_OF_ALL):
        sent = act("10:01:00", f"b{number}", "1000", key="k")
        state = replace(state, keys=remembered(state, sent))
    last = act("10:01:00", f"b{number}", "1000", key="l")
    assert remembered(state, last)[f"b{number}"] == ("l",)
    assert from_json(as_json(state) | {"keys": [["A", "k"], ["B", "k"], ["A", "l"]]}).keys == {
        "A": ("k", "l"),
        "B": ("k",),
    }
