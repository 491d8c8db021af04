"""How a motion of a committee ends."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.domain import carried


@given(st.lists(st.booleans(), max_size=9), st.integers(min_value=1, max_value=9))
def test_never_both_and_more_votes_never_turn_what_is_decided(votes, size):
    votes = votes[:size]
    ends = carried(votes, size)
    if ends is not None:
        more = votes + [not ends] * (size - len(votes))
        assert carried(more, size) is ends
    if len(votes) == size:
        assert ends is (2 * sum(votes) > size)
