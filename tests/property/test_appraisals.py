"""Laws of an appraisal by colleagues, over any votes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from recruitment.domain.appraisal import GRADES, MOST_VOTES, appraised

WORTH = dict(zip(GRADES, map(Decimal, (100, 80, 60, 0)), strict=True))
VOTES = st.fixed_dictionaries({grade: st.integers(0, MOST_VOTES) for grade in GRADES})


@given(VOTES.filter(lambda votes: sum(votes.values())))
def test_a_score_lies_between_the_least_and_the_most_a_vote_is_worth(votes):
    assert 0 <= appraised(votes, WORTH) <= 100


@given(VOTES.filter(lambda votes: sum(votes.values())), st.sampled_from(list(GRADES)[1:]))
def test_a_better_vote_never_scores_less(votes, grade):
    if votes[grade] and votes["excellent"] < MOST_VOTES:
        better = {**votes, grade: votes[grade] - 1, "excellent": votes["excellent"] + 1}
        assert appraised(better, WORTH) >= appraised(votes, WORTH)


@given(st.sampled_from(list(GRADES)), st.integers(1, MOST_VOTES))
def test_votes_of_one_mind_are_worth_what_one_of_them_is(grade, count):
    votes = dict.fromkeys(GRADES, 0) | {grade: count}
    assert appraised(votes, WORTH) == WORTH[grade]


@given(VOTES, st.sampled_from(list(GRADES)), st.sampled_from([-1, MOST_VOTES + 1]))
def test_what_is_no_count_of_votes_is_refused(votes, grade, bad):
    with pytest.raises(Invalid):
        appraised({**votes, grade: bad}, WORTH)
