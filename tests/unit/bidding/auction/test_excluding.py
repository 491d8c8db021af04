"""Somebody is put out: what it offered counts no longer, the last offer of the others stands."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bidding.auction import decide, replay, settle, start, visible
from bidding.auction.replaying import replay_case
from bidding.auction.state import Act, as_json, from_json
from bidding.auction.terms import read_terms
from kernel.reading import Fields

OPENS = datetime(2026, 11, 24, 2, tzinfo=UTC)
FREE, CYCLE = 600, 180
DYNAMIC = {
    "kind": "dynamic",
    "start_price": "1000",
    "increment": "10",
    "opens_at": OPENS.isoformat(),
    "closes_at": (OPENS + timedelta(seconds=FREE)).isoformat(),
    "qualified": ["u1", "u2", "u3"],
    "extension": {"add_s": CYCLE},
}
ONE_SHOT = {
    name: DYNAMIC[name] for name in ("start_price", "opens_at", "closes_at", "qualified")
} | {"kind": "one_shot", "least_bidders": 1}


def terms_of(**changes):
    return read_terms(Fields(DYNAMIC | changes))


def at(seconds):
    return OPENS + timedelta(seconds=seconds)


def act(seconds, by, kind, price=None, **data):
    return Act(at(seconds), by, kind, None if price is None else Decimal(price), data=data)


def out(seconds, bidder):
    return act(seconds, "", "exclude", bidder=bidder)


def played(terms, *acts):
    """Decide acts one after the other; each must be accepted."""
    state = start(terms)
    for one in acts:
        decision = decide(terms, state, one)
        assert decision.accepted, decision.reason
        state = decision.state
    return state


BIDS = (
    act(1, "u1", "bid", "1000"),
    act(2, "u2", "bid", "1020"),
    act(3, "u3", "bid", "1030"),
    act(4, "u2", "bid", "1100"),
)


def stands(state):
    return state.leader, state.price


def test_the_last_offer_of_those_who_remain_stands_when_the_leader_is_put_out():
    terms = terms_of()
    state = played(terms, *BIDS, out(5, "u2"))
    assert stands(state) == ("u3", Decimal(1030))
    assert stands(played(terms, *BIDS, out(5, "u2"), out(6, "u3"))) == ("u1", Decimal(1000))
    assert visible(terms, state)["excluded"] == ["u2"]
    assert visible(terms, state)["next_price"] == "1040"


def test_nothing_else_changes_when_a_bystander_is_put_out():
    before = played(terms_of(), *BIDS)
    after = played(terms_of(), *BIDS, out(5, "u1"))
    assert stands(after) == stands(before) == ("u2", Decimal(1100))
    assert (after.closes_at, after.phase) == (before.closes_at, before.phase)


def test_who_is_put_out_does_nothing_more_and_is_told_why():
    terms = terms_of()
    state = played(terms, *BIDS, out(5, "u2"))
    refused = decide(terms, state, act(6, "u2", "bid", "2000"))
    assert (refused.accepted, refused.reason) == (False, "excluded")


@pytest.mark.parametrize(
    ("bidder", "reason"),
    [("u2", "already_excluded"), ("u9", "not_qualified"), ("", "not_qualified")],
)
def test_nobody_is_put_out_twice_nor_a_stranger(bidder, reason):
    terms = terms_of()
    refused = decide(terms, played(terms, out(1, "u2")), out(2, bidder))
    assert (refused.accepted, refused.reason) == (False, reason)


def test_a_cycle_about_to_end_gives_the_others_one_more():
    terms = terms_of()
    state = played(terms, *BIDS, act(FREE + 100, "u3", "bid", "1110"), out(FREE + 270, "u3"))
    assert stands(state) == ("u2", Decimal(1100))
    assert state.closes_at == at(FREE + 270 + CYCLE)


def test_a_price_that_was_called_is_called_anew():
    terms = terms_of(kind="english", calls=3)
    bids = (*BIDS, act(FREE - 5, "u3", "bid", "1110"))
    called = settle(terms, played(terms, *bids), at(FREE - 5 + CYCLE))
    assert called.called == 1
    state = played(terms, *bids, out(FREE - 5 + CYCLE + 10, "u3"))
    assert (state.called, stands(state)) == (0, ("u2", Decimal(1100)))
    assert state.closes_at >= at(FREE - 5 + 2 * CYCLE + 10)


def test_a_free_phase_ends_when_it_said_it_would():
    assert played(terms_of(), *BIDS, out(FREE - 1, "u2")).closes_at == at(FREE)


def test_a_maximum_goes_with_its_holder_and_others_keep_theirs():
    terms = terms_of()
    fight = (act(1, "u1", "maximum", "1200"), act(2, "u2", "maximum", "1300"))
    state = played(terms, *fight, out(3, "u2"))
    assert (stands(state), state.maxima) == (("u1", Decimal(1200)), ())


def test_without_anybody_left_nothing_is_sold():
    state = played(terms_of(), *BIDS, *(out(5 + n, f"u{n}") for n in (1, 2, 3)))
    assert (state.phase, state.outcome, state.leader) == ("ended", "unsold", None)


def test_too_few_left_before_the_opening_open_nothing():
    terms = terms_of(least_bidders=2)
    state = settle(terms, played(terms, out(-60, "u1"), out(-50, "u2")), at(1))
    assert (state.phase, state.outcome) == ("ended", "unsold")


def test_in_a_pause_what_is_left_of_the_time_counts_from_the_pause_on():
    terms = terms_of()
    closing = (*BIDS, act(FREE + 100, "u3", "bid", "1110"))
    state = played(terms, *closing, act(FREE + 270, "", "pause"), out(FREE + 900, "u3"))
    assert (state.phase, state.held, stands(state)) == ("paused", "closing", ("u2", Decimal(1100)))
    going = decide(terms, state, act(FREE + 1000, "", "resume")).state
    assert going.closes_at == at(FREE + 1000 + CYCLE)


def test_after_the_end_the_engine_puts_nobody_out():
    terms = terms_of()
    ended = settle(terms, played(terms, *BIDS), at(FREE + CYCLE))
    assert decide(terms, ended, out(FREE + CYCLE + 5, "u2")).reason == "ended"


def right(mode="after_close_once", holders=("u3",)):
    return {"holders": list(holders), "mode": mode, "window_s": 600}


ASKED = FREE + CYCLE + 10


def test_holders_are_asked_anew_when_the_price_had_been_formed_by_who_is_out():
    terms = terms_of(priority_right=right())
    state = played(terms, *BIDS, out(ASKED, "u2"))
    assert (state.phase, stands(state), state.rival) == ("ended", ("u3", Decimal(1030)), None)
    held_by_another = terms_of(priority_right=right(holders=("u1",)))
    state = played(held_by_another, *BIDS, out(ASKED, "u2"))
    assert (state.phase, stands(state), state.rival) == ("priority", ("u3", Decimal(1030)), "u3")
    assert state.closes_at == at(ASKED + 600)


def test_a_holder_who_is_put_out_is_not_waited_for():
    terms = terms_of(priority_right=right(holders=("u1", "u3")))
    state = played(terms, *BIDS, out(ASKED, "u1"))
    assert (state.phase, state.excluded) == ("priority", ("u1",))
    state = played(terms, *BIDS, out(ASKED, "u1"), out(ASKED + 1, "u3"))
    assert (state.phase, state.outcome, stands(state)) == ("ended", "sold", ("u2", Decimal(1100)))


def test_a_price_taken_by_who_is_out_goes_back_to_who_formed_it():
    terms = terms_of(priority_right=right("after_close_loop", ("u1", "u3")))
    taken = (act(ASKED, "u1", "exercise"),)
    state = played(terms, *BIDS, *taken, out(ASKED + 5, "u1"))
    assert (state.phase, stands(state), state.rival) == ("priority", ("u2", Decimal(1100)), "u2")


def test_a_bystander_who_is_put_out_gives_nobody_a_new_window():
    terms = terms_of(priority_right=right("after_close_loop", ("u1",)))
    taken = played(terms, *BIDS, act(ASKED, "u1", "exercise"))
    after = played(terms, *BIDS, act(ASKED, "u1", "exercise"), out(ASKED + 500, "u3"))
    assert (after.phase, after.leader, after.rival) == ("priority", "u1", "u2")
    assert after.closes_at == taken.closes_at == at(ASKED + 600)


def test_in_a_pause_a_price_is_taken_as_of_the_pause():
    terms = terms_of(priority_right=right("after_close_loop", ("u1", "u3")))
    acts = (act(ASKED, "u3", "exercise"), act(ASKED + 10, "", "pause"), out(ASKED + 5000, "u1"))
    state = played(terms, *BIDS, *acts)
    assert (state.phase, state.held, state.leader) == ("paused", "priority", "u3")
    going = decide(terms, state, act(ASKED + 6000, "", "resume")).state
    assert going.closes_at == at(ASKED + 6000 + 600)


def sealed(*acts, **changes):
    terms = read_terms(Fields(ONE_SHOT | changes))
    return settle(terms, played(terms, *acts), at(FREE))


QUOTES = (
    act(1, "u1", "quote", "1200"),
    act(2, "u2", "quote", "1300"),
    act(3, "u3", "quote", "1250"),
)


def test_a_sealed_quote_goes_with_its_giver():
    assert stands(sealed(*QUOTES, out(4, "u2"))) == ("u3", Decimal(1250))
    assert sealed(*QUOTES, *(out(4 + n, f"u{n}") for n in (1, 2, 3))).outcome == "unsold"


def test_quotes_are_decided_again_when_the_best_giver_is_out_while_holders_are_asked():
    terms = read_terms(Fields(ONE_SHOT | {"priority_right": right(holders=("u1",))}))
    state = played(terms, *QUOTES, out(FREE + 5, "u2"))
    assert (state.phase, stands(state)) == ("priority", ("u3", Decimal(1250)))


CAPPED = {"cap": "1100", "after_cap": {"kind": "lottery", "window_s": 300}}


def test_at_the_highest_price_the_others_may_still_take_it_and_need_not():
    terms = terms_of(**CAPPED)
    state = played(terms, *BIDS, out(5, "u2"))
    assert (state.phase, stands(state)) == ("ceiling", (None, Decimal(1100)))
    assert settle(terms, state, at(400)).outcome == "unsold"
    joined = decide(terms, state, act(6, "u3", "join")).state
    assert stands(settle(terms, joined, at(400))) == ("u3", Decimal(1100))


def test_a_draw_with_one_left_is_none():
    terms = terms_of(**CAPPED)
    joined = [act(6 + n, f"u{n}", "join") for n in (1, 3)]
    state = played(terms, *BIDS, *joined, out(400, "u1"))
    assert (state.phase, state.outcome, stands(state)) == ("ended", "sold", ("u3", Decimal(1100)))
    none = played(
        terms,
        *BIDS,
        *joined[:1],
        act(8, "u2", "join"),
        out(400, "u1"),
    )
    assert stands(none) == ("u2", Decimal(1100))


PROMISES = {
    "cap": "1100",
    "after_cap": {"kind": "conditions", "window_s": 300, "step": "10", "most": "30"},
}


def promise(seconds, by, amount):
    return act(seconds, by, "condition", amount=amount)


def promised(state):
    return state.phase, state.leader, state.condition


def test_the_most_that_is_left_of_what_was_promised_stands_when_the_best_is_out():
    terms = terms_of(**PROMISES)
    lower = (*BIDS, promise(6, "u1", "10"), promise(7, "u3", "20"))
    state = played(terms, *lower, out(100, "u3"))
    assert promised(state) == ("ceiling", "u1", Decimal(10))
    assert state.closes_at == at(400)
    assert decide(terms, state, promise(101, "u1", "20")).reason == "already_leading"
    assert promised(settle(terms, state, at(400))) == ("ended", "u1", Decimal(10))


def test_whoever_had_offered_the_highest_price_has_it_again_when_no_promise_is_left():
    after = PROMISES["after_cap"] | {"nobody": "offeror"}
    terms = terms_of(**PROMISES | {"after_cap": after})
    state = played(terms, *BIDS, promise(6, "u3", "10"), out(100, "u3"))
    assert promised(state) == ("ceiling", "u2", None)
    assert state.closes_at == at(400)
    assert decide(terms, state, promise(101, "u1", "10")).accepted
    assert promised(settle(terms, state, at(400))) == ("ended", "u2", None)
    gone = played(terms, *BIDS, promise(6, "u3", "10"), out(90, "u2"), out(100, "u3"))
    assert promised(gone) == ("ceiling", None, None)
    assert settle(terms, gone, at(400)).outcome == "unsold"


def test_who_promised_less_has_it_when_nobody_joins_the_draw_for_the_most():
    terms = terms_of(**PROMISES)
    most = (*BIDS, promise(6, "u1", "20"), promise(7, "u3", "30"), out(8, "u3"))
    state = played(terms, *most)
    assert (state.branch, state.leader) == ("lottery", None)
    assert promised(settle(terms, state, at(400))) == ("ended", "u1", Decimal(20))
    joined = played(terms, *most, act(9, "u2", "join"))
    assert promised(settle(terms, joined, at(400))) == ("ended", "u2", Decimal(30))


def test_what_is_left_is_promised_to_holders_when_the_best_is_out_while_they_are_asked():
    terms = terms_of(**PROMISES, priority_right=right(holders=("u2",)))
    acts = (*BIDS[:2], act(4, "u3", "bid", "1100"), promise(6, "u1", "10"), promise(7, "u3", "20"))
    state = played(terms, *acts, out(400, "u3"))
    assert (state.phase, state.rival, state.condition) == ("priority", "u1", Decimal(10))


def test_the_log_replays_to_the_same_end_and_tells_what_stands():
    bids = [{"at": one.at.isoformat(), "by": one.by, "price": f"{one.price}"} for one in BIDS] + [
        {"at": at(5).isoformat(), "kind": "exclude", "data": {"bidder": "u2"}}
    ]
    told = replay_case(DYNAMIC | {"bids": bids})
    assert (told["winner"], told["price"]) == ("u3", "1030")
    [step] = [step for step in told["trace"] if step["step"] == "standing"]
    assert (step["bidder"], step["result"]) == ("u3", "1030")
    assert replay(terms_of(), [*BIDS, out(5, "u2")], at(5)).state.leader == "u3"


def test_a_state_kept_before_anybody_could_be_put_out_is_still_read():
    state = played(terms_of(), *BIDS)
    old = {k: v for k, v in as_json(state).items() if k not in ("stood", "excluded")}
    assert (from_json(old).leader, from_json(old).stood) == ("u2", ())
    assert from_json(as_json(state)) == state
