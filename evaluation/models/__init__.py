"""Experts, the committee of a tender, what it decided, and the ranking it reached."""

from evaluation.models.committee import (
    Evaluation,
    Expert,
    FactorDraw,
    Seat,
    evaluation_states,
    large_cases,
)
from evaluation.models.judging import (
    BidClarification,
    Check,
    Exclusion,
    MarkReview,
    Motion,
    MotionVote,
    PriceReview,
    Score,
    Scorecard,
    bid_clarification_states,
    scorecard_states,
)
from evaluation.models.outcome import (
    Candidate,
    EarlierRound,
    Ranking,
    report_subject,
)
from evaluation.models.talks import (
    AnswerFile,
    TalkRound,
    Turn,
)

__all__ = [
    "AnswerFile",
    "BidClarification",
    "Candidate",
    "Check",
    "EarlierRound",
    "Evaluation",
    "Exclusion",
    "Expert",
    "FactorDraw",
    "MarkReview",
    "Motion",
    "MotionVote",
    "PriceReview",
    "Ranking",
    "Score",
    "Scorecard",
    "Seat",
    "TalkRound",
    "Turn",
    "bid_clarification_states",
    "evaluation_states",
    "large_cases",
    "report_subject",
    "scorecard_states",
]
