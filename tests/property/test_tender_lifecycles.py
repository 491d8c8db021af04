"""Laws of the lifecycles of tenders, lots and challenges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict
from trading.domain import CHALLENGE, LOT, STAGES, TENDER
from trading.domain.scheme import plain, read

LIFECYCLES = {machine.name: machine for machine in (TENDER, LOT, CHALLENGE)}
ENDS = {
    "tender": {"archived", "failed", "terminated"},
    "lot": {"failed", "contracted", "terminated"},
    "challenge": {"answered", "rejected", "withdrawn"},
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
    assert {state for state in machine.states if not machine.events(state)} == ENDS[name]


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


def test_a_published_tender_never_goes_back_to_draft():
    assert not reachable(TENDER, "announced") & {"draft", "review", "approved"}


def test_stages_are_those_of_sealing():
    assert STAGES == {"whole": ("whole",), "two": ("technical", "price")}


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_price_weight_survives_reading(weight):
    clean = read({"method": "comprehensive", "price": {"weight": str(weight)}})
    assert clean["price"]["weight"] == plain(weight)
