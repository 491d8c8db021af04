"""Somebody is put out (rulebook 5.0, rule 2): what it did counts no longer, what others did does.

An offer binds whoever made it (AL art. 36), and lapses only by a higher one that counts. So what
stands is the last offer of those who remain, at its own price; nobody's is raised or lowered.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bidding.auction import ceiling, drawing, ending, offers
from bidding.auction.changes import accept, ended, refuse
from bidding.auction.details import Terms, given
from bidding.auction.kinds import kinds
from bidding.auction.state import Act, Decision, State


def exclude(terms: Terms, state: State, act: Act) -> Decision:
    """Put a bidder out; in a pause too, where what is left of the time counts from the pause on."""
    code = str(act.data.get("bidder", ""))
    if state.phase == "ended":
        return refuse(state, "ended")
    if code not in terms.members:
        return refuse(state, "not_qualified")
    if code in state.excluded:
        return refuse(state, "already_excluded")
    decision = accept(state, act, **_without(state, code))
    return replace(decision, state=_goes_on(terms, state, decision.state, code))


def _without(state: State, code: str) -> dict[str, Any]:
    """Take away all that somebody had said."""
    return {
        "excluded": (*state.excluded, code),
        "maxima": tuple(m for m in state.maxima if m.by != code),
        "quotes": tuple(q for q in state.quotes if q.by != code),
        "stood": tuple(pair for pair in state.stood if pair[0] != code),
        "promises": tuple(pair for pair in state.promises if pair[0] != code),
        **{
            name: tuple(by for by in getattr(state, name) if by != code)
            for name in ("joined", "declined", "exercised", "waived")
        },
    }


def _goes_on(terms: Terms, before: State, state: State, code: str) -> State:
    """Give how the auction goes on without somebody, in the phase it is in or has paused in."""
    at = given(state.at)
    if not terms.members - frozenset(state.excluded):
        return ended(replace(_led(state), held="", paused_at=None, rival=None), at, "unsold")
    if state.paused_at is None:
        return _in_phase(terms, before, state, code, at)
    running = replace(state, phase=state.held)
    after = _in_phase(terms, replace(before, phase=state.held), running, code, state.paused_at)
    if after.phase == "ended":
        return ended(replace(after, held="", paused_at=None), at, after.outcome)
    return replace(after, phase="paused", held=after.phase, at=at)


def _in_phase(terms: Terms, before: State, state: State, code: str, at: datetime) -> State:
    if state.phase == "draw":
        return _draws(terms, replace(state, leader=None), at)
    if state.phase == "priority":
        return _asks(terms, before, state, code, at)
    if before.leader != code:
        return state
    if state.phase == "ceiling":
        return _at_ceiling(terms, state, at)
    return _leads_again(terms, state, at)


def _leads_again(terms: Terms, state: State, at: datetime) -> State:
    """Let the last offer of those who remain stand; where an offer may move the end there is time
    for one more, and what was called is called anew.
    """
    bids = kinds()[terms.kind].steps.get((state.phase, "bid"))
    if terms.extension is None or (state.phase != "closing" and bids is not offers.bid):
        return _led(state)
    return replace(_led(state), closes_at=max(state.closes_at, at + terms.extension.add), called=0)


def _led(state: State) -> State:
    leader, price = state.stood[-1] if state.stood else (None, None)
    return replace(state, leader=leader, price=price)


def _at_ceiling(terms: Terms, state: State, at: datetime) -> State:
    """Keep the question open: everybody left may still take it at that price, nobody has to. Of
    what was promised beyond the price the most that is left stands, with time for one more.
    """
    if state.branch != "conditions":
        return replace(state, leader=None)
    until = max(state.closes_at, at + given(terms.after_ceiling).window)
    return replace(ceiling.remaining(state), closes_at=until)


def _draws(terms: Terms, state: State, at: datetime) -> State:
    """Draw among those who are left; one alone needs no draw."""
    if not state.joined:
        return ended(state, at, "unsold")
    return drawing.among(terms, state, state.joined, at)


def _asks(terms: Terms, before: State, state: State, code: str, at: datetime) -> State:
    """Ask anew where the price had been formed, or taken, by whoever is out; else one fewer."""
    anew = replace(state, rival=None, exercised=())
    if code == before.rival:
        return _formed_again(terms, replace(anew, waived=()), at)
    if code == before.leader:
        return ending.finish(terms, replace(anew, leader=before.rival), at)
    if before.leader != before.rival:
        return state  # taken already: whoever may raise once more keeps its own window
    return ending.answered(terms, Decision(state, accepted=True), at).state


def _formed_again(terms: Terms, state: State, at: datetime) -> State:
    """Form the price from what is left, by the rule that had formed it; a draw is held once."""
    if state.drawn:
        return ended(replace(state, leader=None), at, "unsold")
    if state.branch:
        return ceiling.elapse(terms, replace(state, leader=None, closes_at=at))
    kind = kinds()[terms.kind]
    if kind.usual != "quote":
        return ending.finish(terms, _led(state), at)
    decide = kind.elapses.get("closing") or kind.elapses["open"]
    return decide(terms, replace(state, leader=None, price=None, closes_at=at))
