"""The few ways in which a state becomes the next one."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bidding.auction.state import KEYS_OF_ALL, KEYS_OF_ONE, Act, Decision, Offer, State


def accept(state: State, act: Act, *offers: Offer, **changes: Any) -> Decision:
    """Accept an act: count it, remember its time and key, and apply what it changes."""
    after = replace(
        state, number=state.number + 1, at=act.at, keys=remembered(state, act), **changes
    )
    return Decision(after, accepted=True, offers=offers)


def refuse(state: State, reason: str) -> Decision:
    """Refuse an act; the state stays the very same."""
    return Decision(state, accepted=False, reason=reason)


def remembered(state: State, act: Act) -> dict[str, tuple[str, ...]]:
    """Remember each one's latest keys, so that sending again after a crash does nothing twice."""
    if not act.key:
        return state.keys
    share = min(KEYS_OF_ONE, KEYS_OF_ALL // max(1, len(state.keys)))
    own = (*state.keys.get(act.by, ()), act.key)
    after = state.keys.copy()  # quicker than by parts, and each offer of a rush comes here
    after[act.by] = own[-max(1, share) :]
    return after


def standing(
    stood: tuple[tuple[str, Decimal], ...], *offers: Offer
) -> tuple[tuple[str, Decimal], ...]:
    """Let offers stand, each in place of the last one of whoever made it."""
    for offer in offers:
        for place, (by, _price) in enumerate(stood):  # who offers in turn stands far in front
            if by == offer.by:
                stood = stood[:place] + stood[place + 1 :]
                break
        stood = (*stood, (offer.by, offer.price))
    return stood


def moved(state: State, phase: str, until: datetime, **changes: Any) -> State:
    """Go on to another phase at the instant the present one runs out."""
    return replace(state, phase=phase, at=state.closes_at, closes_at=until, **changes)


def ended(state: State, at: datetime, outcome: str) -> State:
    """End at an instant, with an outcome."""
    return replace(state, phase="ended", closes_at=at, at=at, outcome=outcome)
