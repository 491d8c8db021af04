"""The API of evaluation: every step by the same services as the pages."""

from evaluation.api import (
    bids,
    clarifications,
    committee,
    marks,
    motions,
    questions,
    report,
    stages,
    talks,
)
from evaluation.api.door import router

__all__ = [
    "bids",
    "clarifications",
    "committee",
    "marks",
    "motions",
    "questions",
    "report",
    "router",
    "stages",
    "talks",
]
