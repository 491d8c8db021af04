"""Experts, the committee of a tender, what it decided, and the ranking it reached."""

from evaluation.models.committee import (
    Evaluation,
    Expert,
    FactorDraw,
    Seat,
    document_standings,
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
    DocumentOpinion,
    SolutionVote,
    TalkRound,
    Turn,
)

__all__ = [
    "AnswerFile",
    "BidClarification",
    "Candidate",
    "Check",
    "DocumentOpinion",
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
    "SolutionVote",
    "TalkRound",
    "Turn",
    "bid_clarification_states",
    "document_standings",
    "evaluation_states",
    "large_cases",
    "report_subject",
    "scorecard_states",
]
