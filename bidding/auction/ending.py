"""How an auction ends: the reserve, then whoever has a right of first refusal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bidding.auction import checks
from bidding.auction.changes import accept, ended, refuse, standing
from bidding.auction.details import LOOP, ONCE, Priority, Terms, given
from bidding.auction.state import Act, Decision, Offer, State


def finish(terms: Terms, state: State, at: datetime) -> State:
    """Bidding is over: check the reserve, then ask whoever has a priority right, else sell."""
    if state.leader is None or not checks.meets_reserve(terms, given(state.price)):
        return ended(state, at, "unsold")
    right = terms.priority
    if right and right.mode in (ONCE, LOOP) and _to_ask(right, state, state.leader):
        asked = replace(state, at=at, rival=state.leader)
        return _ask_holders(right, asked, at)
    return ended(state, at, "sold")


def over(terms: Terms, state: State) -> State:
    """End bidding when its phase runs out."""
    return finish(terms, state, state.closes_at)


def elapse(terms: Terms, state: State) -> State:
    """Close a window of the inquiry: whoever did not answer has waived."""
    at = state.closes_at
    if state.leader == state.rival and state.exercised:
        silent = _open_answers(given(terms.priority), state)
        return _taken(terms, replace(state, waived=(*state.waived, *silent)), at)
    return ended(state, at, "sold")


def exercise(terms: Terms, state: State, act: Act) -> Decision:
    """Take the price formed, as a holder; final once nobody of higher rank can."""
    right = given(terms.priority)
    if reason := _cannot_answer(right, state, act.by):
        return refuse(state, reason)
    if act.price is not None and act.price != state.price:
        return refuse(state, "price_moved")
    decision = accept(state, act, exercised=(*state.exercised, act.by))
    return answered(terms, decision, act.at)


def waive(terms: Terms, state: State, act: Act) -> Decision:
    """Let it be, as a holder or as the bidder who may raise once more."""
    right = given(terms.priority)
    if state.leader != state.rival and act.by == state.rival:
        decision = accept(state, act)
        return replace(decision, state=ended(decision.state, act.at, "sold"))
    if reason := _cannot_answer(right, state, act.by):
        return refuse(state, reason)
    return answered(terms, accept(state, act, waived=(*state.waived, act.by)), act.at)


def raise_again(terms: Terms, state: State, act: Act) -> Decision:
    """Raise once more, as the bidder whose price was taken; then the holders are asked again."""
    if act.by != state.rival or state.leader == state.rival:
        return refuse(state, "wrong_phase")
    if reason := checks.refusal(terms, state, act.by, act.price):
        return refuse(state, reason)
    offer = Offer(act.by, given(act.price))
    stood = standing(state.stood, offer)
    decision = accept(state, act, offer, price=act.price, leader=act.by, stood=stood)
    return replace(decision, state=_ask_holders(given(terms.priority), decision.state, act.at))


def is_asked(terms: Terms, state: State, by: str) -> bool:
    """Tell whether a holder's answer is awaited."""
    return not _cannot_answer(given(terms.priority), state, by)


def answered(terms: Terms, decision: Decision, at: datetime) -> Decision:
    """End the window early where no further answer could change it."""
    right, state = given(terms.priority), decision.state
    awaited = _open_answers(right, state)
    if state.exercised:
        best = _best(right, state)
        ahead = () if right.same_rank else right.holders[: right.holders.index(best)]
        if not set(ahead) & set(awaited):
            return replace(decision, state=_taken(terms, state, at))
    elif not awaited:
        return replace(decision, state=ended(state, at, "sold"))
    return decision


STEPS: Final[Mapping[tuple[str, str], Any]] = {
    ("priority", "exercise"): exercise,
    ("priority", "waive"): waive,
    ("priority", "bid"): raise_again,
}


def _to_ask(right: Priority, state: State, leader: str) -> tuple[str, ...]:
    """List who outranks the leader: a leading holder is asked by nobody of equal or lower rank, and
    whoever was put out is not asked.
    """
    if leader not in right.holders:
        before = right.holders
    else:
        before = () if right.same_rank else right.holders[: right.holders.index(leader)]
    return tuple(name for name in before if name not in state.excluded)


def _ask_holders(right: Priority, state: State, at: datetime) -> State:
    """Open a window for the holders; who waived at an earlier price is not asked again."""
    return replace(state, phase="priority", closes_at=at + right.window, exercised=())


def _open_answers(right: Priority, state: State) -> tuple[str, ...]:
    """List the holders whose answer is still awaited."""
    answered = (*state.exercised, *state.waived)
    rival = state.rival or ""
    return tuple(name for name in _to_ask(right, state, rival) if name not in answered)


def _cannot_answer(right: Priority, state: State, by: str) -> str:
    if by not in _to_ask(right, state, state.rival or ""):
        return "not_holder"
    if state.leader != state.rival:
        return "wrong_phase"
    return "" if by in _open_answers(right, state) else "already_answered"


def _best(right: Priority, state: State) -> str:
    """Give who comes first: by rank, or among equals by who exercised first."""
    if right.same_rank:
        return state.exercised[0]
    return min(state.exercised, key=right.holders.index)


def _taken(terms: Terms, state: State, at: datetime) -> State:
    """Give it to the best holder; in the loop the other bidder may then raise once more."""
    right = given(terms.priority)
    led = replace(state, leader=_best(right, state))
    if right.mode == LOOP:
        return replace(led, at=at, closes_at=at + right.window)
    return ended(led, at, "sold")
