"""In which tone a page shows each state; a state not named is neutral."""

from collections.abc import Mapping

import bidding.domain
import deposits.domain
import evaluation.domain
import monitoring.domain
import recruitment.domain
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
        recruitment.domain,
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
        "complaint": ("accepted",),
        "appeal": ("pending",),
        "scorecard": ("open",),
        "applicant": ("shortlisted",),
        "recount": ("filed",),
        "report": ("filed",),
        "observation": ("filed", "contested"),
        "lead": ("filed",),
        "supervisor": ("publicity",),
        "call_off": ("asked",),
    },
    "live": {
        "tender": ("opening", "bidding", "quoting"),
        "opening": tuple(
            s for s in bidding.domain.OPENING.states if s not in _BEFORE_AND_AFTER_THE_SESSION
        ),
        "bid_clarification": ("asked",),
        "priority_inquiry": ("asked",),
    },
    "note": {
        "tender": (
            "review",
            "source_publicity",
            "prequalifying",
            "prequal_review",
            "proposing",
            "proposals_review",
            "planned",
            "entry_review",
            "registered",
            "approved",
            "exam_ready",
            "written_done",
            "interview_ready",
            "ranked",
            "closed",
            "opened",
            "evaluating",
            "negotiating",
            "ranking",
            "evaluated",
            "candidate_publicity",
            "priced",
        ),
        "opening": ("waiting",),
        "bid": ("sealed", "unlocked", "opened"),
        "challenge": ("filed",),
        "enquiry": ("asked",),
        "complaint": ("received", "correcting"),
        "observation": ("answered",),
        "bid_clarification": ("answered",),
        "refund": ("due",),
        "security": ("released",),
        "applicant": ("submitted", "ranked"),
        "supervisor": ("nominated", "vetted", "agreed"),
        "framework": ("shortlisted",),
    },
    "good": {
        "tender": (
            "winner_confirmed",
            "award_notified",
            "publicity",
            "contracted",
            "settled",
            "certified",
        ),
        "lot": ("awarded", "contracted", "accepted"),
        "framework": ("in_force",),
        "call_off": ("accepted", "contracted"),
        "opening": ("ended",),
        "bid": ("read",),
        "security": ("lodged",),
        "evaluation": ("submitted",),
        "scorecard": ("locked",),
        "bid_clarification": ("kept",),
        "challenge": ("answered",),
        "enquiry": ("answered",),
        "complaint": ("decided",),
        "appeal": ("closed",),
        "priority_inquiry": ("exercised",),
        "observation": ("accepted", "ruled"),
        "lead": ("answered", "closed"),
        "supervisor": ("active",),
        "applicant": ("qualified", "verified", "passed", "publicised", "hired"),
        "recount": ("answered",),
        "report": ("answered",),
    },
    "care": {
        "tender": ("no_taker",),
        "opening": ("postponed",),
        "bid": ("revoked", "withdrawn", "returned"),
        "observation": ("escalated",),
        "bid_clarification": ("lapsed", "disregarded"),
        "supervisor": ("suspended",),
        "applicant": ("out", "declined"),
    },
    "bad": {
        "tender": ("failed", "terminated"),
        "lot": ("failed", "terminated", "ended"),
        "framework": ("terminated", "withdrawn"),
        "call_off": ("failed",),
        "opening": ("failed", "cancelled"),
        "evaluation": ("failed",),
        "challenge": ("rejected",),
        "complaint": ("refused",),
        "supervisor": ("rejected", "dismissed"),
        "applicant": ("refused", "rejected", "failed", "cancelled", "disqualified"),
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
