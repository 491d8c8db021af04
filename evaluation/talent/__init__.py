"""Recruitment totals (rulebook 2.5, F14): ratio check, shortlist, interview, ranking by post.

Scores go through the same pipeline as bids; here is only what recruitment adds to it.
"""

from evaluation.talent.case import HUNDRED
from evaluation.talent.ranking import called, interview_seats, openings_left, run_talent_rank

__all__ = ["HUNDRED", "called", "interview_seats", "openings_left", "run_talent_rank"]
