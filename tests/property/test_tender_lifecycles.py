"""Laws of the lifecycles of tenders, lots and challenges."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring import formulas
from kernel.errors import Conflict
from trading import markets
from trading.domain import (
    APPEAL,
    CHALLENGE,
    COMPLAINT,
    ENQUIRY,
    FACTS,
    LOT,
    NOTICE_KINDS,
    STAGES,
    WINDOWS,
)
from trading.domain import scheme as schemes
from trading.domain.scheme import plain, read

TENDERS = {machine.label: machine for machine in markets.lifecycles()}
LIFECYCLES = {**TENDERS, LOT.name: LOT, CHALLENGE.name: CHALLENGE, COMPLAINT.name: COMPLAINT}
LIFECYCLES |= {APPEAL.name: APPEAL, ENQUIRY.name: ENQUIRY}
METHODS = [m for market in markets.markets().values() for m in market.methods.values()]
ENDS = {
    "tender": {"archived", "failed", "terminated"},
    "lot": {"failed", "accepted", "ended", "terminated"},
    "challenge": {"answered", "rejected", "withdrawn"},
    # What was ruled an appeal may open again.
    "complaint": {"withdrawn"},
    "appeal": {"closed"},
    "enquiry": {"answered", "withdrawn"},
}


def reachable(machine, start):
    """Give every state that events lead to from a state."""
    found, unvisited = set(), [start]
    while unvisited:
        state = unvisited.pop()
        for event in machine.events(state):
            after = machine.after(state, event)
            if after not in found:
                found.add(after)
                unvisited.append(after)
    return found


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_state_is_reached_and_ends_are_for_good(name):
    machine = LIFECYCLES[name]
    assert {machine.initial} | reachable(machine, machine.initial) == set(machine.states)
    ends = {state for state in machine.states if not machine.events(state)}
    # Where nobody competes nothing can fail for want of offers.
    spared = {"failed"} if machine.name == "tender" and "failed" not in machine.states else set()
    assert ends == ENDS[machine.name] - spared


@pytest.mark.parametrize("name", LIFECYCLES)
@given(events=st.data())
def test_any_walk_stays_in_the_table_and_refusals_change_nothing(name, events):
    machine = LIFECYCLES[name]
    state = machine.initial
    for event in events.draw(st.lists(st.sampled_from(sorted(machine.moves)), max_size=40)):
        if machine.allows(state, event):
            state = machine.after(state, event)
            assert state in machine.states
        else:
            with pytest.raises(Conflict):
                machine.after(state, event)


@pytest.mark.parametrize("name", TENDERS)
def test_a_published_tender_never_goes_back_to_draft(name):
    assert not reachable(TENDERS[name], "announced") & {"draft", "review", "approved"}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.slug)
def test_every_state_of_a_method_says_what_comes_next_and_every_phase_begins_with_a_fact(method):
    assert set(method.next) == set(method.lifecycle.states)
    assert {fact for _title, fact in method.steps} | set(method.facts) <= set(FACTS)


def test_the_states_of_all_markets_are_those_a_row_may_hold():
    assert set(markets.states()) == {s for table in TENDERS.values() for s in table.states}
    assert {s for s, title in markets.states().items() if not title} == set()


def test_every_market_has_the_same_words_and_codes_of_its_own():
    found = markets.markets().values()
    assert len({frozenset(market.words) for market in found}) == 1
    assert len({market.prefix for market in found}) == len(found)
    assert len(markets.categories()) == sum(len(market.categories) for market in found)
    for market in found:
        assert set(market.facts) <= set(FACTS)
        assert set(market.notices) <= set(NOTICE_KINDS)
        assert set(market.classes) == set(market.categories)
        for category, classes in market.classes.items():
            assert all(re.fullmatch(r"[A-Z][0-9]{2}", code) for code in classes)
            assert market.classes_in(category, {}) == classes


def test_stages_are_those_of_sealing():
    two = ("technical", "price")
    assert {"whole": ("whole",), "two": two, "last": two} == STAGES
    assert {n: sum(parts, ()) for n, parts in WINDOWS.items()} == STAGES


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.slug)
def test_a_method_opens_and_judges_its_envelopes_in_ways_that_exist(method):
    if method.is_sealed:
        assert set(method.stages) <= set(STAGES)
        assert set(method.formulas) <= set(method.schemes) <= set(schemes.METHODS)
        assert set(method.formulas.values()) <= set(formulas())
    assert ("last" in method.stages) is method.talks


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_price_weight_survives_reading(weight):
    clean = read({"method": "comprehensive", "price": {"weight": str(weight)}})
    assert clean["price"]["weight"] == plain(weight)
