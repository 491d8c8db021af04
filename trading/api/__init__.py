"""The API of trading: every write of the pages, by the same services, and what they read."""

from trading.api import (
    bidders,
    competitions,
    complaints,
    drafts,
    enquiries,
    evidence,
    first_stage,
    frameworks,
    intentions,
    invitations,
    prequalification,
    qualifying,
    reading,
    results,
    rules,
)
from trading.api.door import router

__all__ = [
    "bidders",
    "competitions",
    "complaints",
    "drafts",
    "enquiries",
    "evidence",
    "first_stage",
    "frameworks",
    "intentions",
    "invitations",
    "prequalification",
    "qualifying",
    "reading",
    "results",
    "router",
    "rules",
]
