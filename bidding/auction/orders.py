"""Orders of the platform or the regulator: pause, resume, credit, void, draw, exclude.

The engine does not ask who gives them; whoever calls it must let no bidder do so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bidding.auction import drawing
from bidding.auction.changes import accept, ended, refuse
from bidding.auction.details import Terms
from bidding.auction.excluding import exclude
from bidding.auction.state import RESTING, Act, Decision, State

LONGEST_CREDIT: Final = 366 * 86_400


def pause(_terms: Terms, state: State, act: Act) -> Decision:
    """Stop the clock: what is left of the phase is kept."""
    if state.phase in RESTING:
        return refuse(state, _resting(state))
    return accept(state, act, phase="paused", held=state.phase, paused_at=act.at)


def resume(terms: Terms, state: State, act: Act) -> Decision:
    """Let the clock run again with what was left, and at least one extension."""
    if state.phase != "paused" or state.paused_at is None:
        return refuse(state, "ended" if state.phase == "ended" else "not_paused")
    least = terms.extension.add if terms.extension else timedelta(0)
    left = max(state.closes_at - state.paused_at, least)
    return accept(state, act, phase=state.held, held="", paused_at=None, closes_at=act.at + left)


def credit(_terms: Terms, state: State, act: Act) -> Decision:
    """Give back the time during which the server was down, to the present phase."""
    if state.phase in RESTING:
        return refuse(state, _resting(state))
    lost = downtime(act)
    if lost is None:
        return refuse(state, "malformed")
    return accept(state, act, closes_at=state.closes_at + lost)


def void(_terms: Terms, state: State, act: Act) -> Decision:
    """Declare everything void: collusion or a fatal fault, also after the end."""
    if state.outcome == "void":
        return refuse(state, "ended")
    decision = accept(state, act, held="", paused_at=None)
    return replace(decision, state=ended(decision.state, act.at, "void"))


def hold_draw(terms: Terms, state: State, act: Act) -> Decision:
    """Hold the draw that is waiting for its seed and nonce."""
    if state.phase != "draw":
        return refuse(state, "ended" if state.phase == "ended" else "wrong_phase")
    return drawing.draw_now(terms, state, act)


ORDERS: Final[Mapping[str, Callable[[Terms, State, Act], Decision]]] = {
    "pause": pause,
    "resume": resume,
    "credit": credit,
    "void": void,
    "draw": hold_draw,
    "exclude": exclude,
}


def downtime(act: Act) -> timedelta | None:
    """Read how long the server was down; anything but whole, positive seconds is none."""
    given = act.data.get("seconds")
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= LONGEST_CREDIT:
        return None
    return timedelta(seconds=given)


def _resting(state: State) -> str:
    return {"ended": "ended", "paused": "paused"}.get(state.phase, "wrong_phase")
