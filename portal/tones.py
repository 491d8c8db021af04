"""In which tone a page shows each state; a state not named is neutral."""

from collections.abc import Mapping

import bidding.domain
import deposits.domain
import evaluation.domain
import monitoring.domain
import trading.domain
from kernel.lifecycle import Lifecycle
from trading import markets

LIFECYCLES: Mapping[str, Lifecycle] = {
    value.label: value
    for module in (
        trading.domain,
        deposits.domain,
        bidding.domain,
        evaluation.domain,
        monitoring.domain,
    )
    for value in vars(module).values()
    if isinstance(value, Lifecycle)
} | {table.label: table for table in markets.lifecycles()}

_BEFORE_AND_AFTER_THE_SESSION = {"waiting", "postponed", "failed", "cancelled", "ended"}
_BY_TONE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "open": {
        "tender": ("announced",),
        "lot": ("open",),
        "challenge": ("accepted",),
        "scorecard": ("open",),
        "observation": ("filed", "contested"),
        "supervisor": ("publicity",),
    },
    "live": {
        "tender": ("opening", "bidding"),
        "opening": tuple(
            s for s in bidding.domain.OPENING.states if s not in _BEFORE_AND_AFTER_THE_SESSION
        ),
        "bid_clarification": ("asked",),
    },
    "note": {
        "tender": (
            "review",
            "approved",
            "closed",
            "opened",
            "evaluating",
            "evaluated",
            "priced",
        ),
        "opening": ("waiting",),
        "bid": ("sealed", "unlocked", "opened"),
        "challenge": ("filed",),
        "observation": ("answered",),
        "bid_clarification": ("answered",),
        "refund": ("due",),
        "supervisor": ("nominated", "vetted", "agreed"),
    },
    "good": {
        "tender": ("winner_confirmed", "award_notified", "contracted"),
        "lot": ("awarded", "contracted"),
        "opening": ("ended",),
        "bid": ("read",),
        "evaluation": ("submitted",),
        "scorecard": ("locked",),
        "bid_clarification": ("kept",),
        "challenge": ("answered",),
        "observation": ("accepted", "ruled"),
        "supervisor": ("active",),
    },
    "care": {
        "opening": ("postponed",),
        "bid": ("revoked", "withdrawn", "returned"),
        "observation": ("escalated",),
        "bid_clarification": ("lapsed", "disregarded"),
        "supervisor": ("suspended",),
    },
    "bad": {
        "tender": ("failed", "terminated"),
        "lot": ("failed", "terminated"),
        "opening": ("failed", "cancelled"),
        "evaluation": ("failed",),
        "challenge": ("rejected",),
        "supervisor": ("rejected", "dismissed"),
    },
}
TONE_OF: Mapping[tuple[str, str], str] = {
    (name, state): tone
    for tone, lifecycles in _BY_TONE.items()
    for name, states in lifecycles.items()
    for state in states
}


def tone_of(lifecycle: str, state: str) -> str:
    """Give the tone of a state: open, live, note, good, care, bad or quiet."""
    return TONE_OF.get((lifecycle, state), "quiet")
