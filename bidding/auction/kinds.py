"""An auction type: a table of what may be done in which phase, and of what time alone does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bidding.auction import ceiling, ending
from bidding.auction.changes import ended, moved
from bidding.auction.details import Terms
from bidding.auction.state import RESTING, Act, Decision, State
from kernel.registry import discover

Step = Callable[[Terms, State, Act], Decision]
Elapse = Callable[[Terms, State], State]

STEPS: Final[Mapping[tuple[str, str], Step]] = {**ceiling.STEPS, **ending.STEPS}
ELAPSES: Final[Mapping[str, Elapse]] = {"ceiling": ceiling.elapse, "priority": ending.elapse}


@dataclass(frozen=True)
class Auction:
    """What a file of `bidding/auctions` defines.

    `steps` says what may be done in which phase, `elapses` what follows when a phase runs out;
    `takes` and `needs` name the terms it knows, beyond those every auction has; `phases` says what
    a phase is called here, where it is called otherwise than in other auctions.
    """

    slug: str
    title: str
    explanation: str
    direction: str
    usual: str
    steps: Mapping[tuple[str, str], Step]
    elapses: Mapping[str, Elapse]
    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    least_bidders: int = 1
    phases: Mapping[str, str] = field(default_factory=dict)
    opening: Elapse = field(default=lambda _terms, state: state)

    def start(self, terms: Terms) -> State:
        """Give the auction before anything happened: it waits for its opening time."""
        return State(phase="scheduled", closes_at=terms.opens_at)

    def step(self, terms: Terms, state: State, act: Act) -> Decision:
        """Decide one act in the phase it falls into; a refusal changes nothing."""
        step = self.steps.get((state.phase, act.kind))
        if step is None:
            step = STEPS.get((state.phase, act.kind))
        if step is None or act.by not in terms.members or act.by in state.excluded:
            return Decision(state, accepted=False, reason=_misplaced(terms, state, act))
        return step(terms, state, act)

    def settle(self, terms: Terms, state: State, at: datetime) -> State:
        """Let time alone work, phase by phase, each at the very instant it ends."""
        while at >= state.closes_at and state.phase not in RESTING:
            state = self.elapse(terms, state)
        return state

    def elapse(self, terms: Terms, state: State) -> State:
        """Give what follows the present phase, at the instant it runs out."""
        if state.phase == "scheduled":
            return self.open(terms, state)
        follow = self.elapses.get(state.phase) or ELAPSES[state.phase]
        return follow(terms, state)

    def open(self, terms: Terms, state: State) -> State:
        """Open at the opening time, unless fewer bidders qualified than the rules ask for."""
        if len(terms.qualified) - len(state.excluded) < terms.least_bidders:
            return ended(state, state.closes_at, "unsold")
        until = state.closes_at + (terms.closes_at - terms.opens_at)
        return self.opening(terms, moved(state, "open", until))

    def leader(self, state: State) -> str | None:
        """Name who would win if nothing more happened."""
        return state.leader


def kinds() -> dict[str, Auction]:
    """List all auction types by their slug."""
    return discover("bidding.auctions", "AUCTION")


def _misplaced(terms: Terms, state: State, act: Act) -> str:
    """Say why an act has no place now: the clock first, then the person, then the phase."""
    by_phase = {"scheduled": "not_open", "ended": "closed", "paused": "paused"}
    if state.phase in by_phase:
        return by_phase[state.phase]
    if act.by in state.excluded:
        return "excluded"
    return "wrong_phase" if act.by in terms.members else "not_qualified"
