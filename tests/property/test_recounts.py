"""Laws of calling again after a score was corrected, over any scores."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from evaluation.talent import called
from recruitment.domain.remedies import still_called

SCORES = st.dictionaries(
    st.sampled_from([f"T{n:02d}" for n in range(30)]),
    st.integers(0, 100).map(Decimal),
    min_size=1,
)
RATIO = st.sampled_from([Decimal(2), Decimal(3)])
SEATS = st.integers(1, 4)


@given(SCORES, st.integers(0, 100).map(Decimal), SEATS, RATIO, st.data())
def test_a_corrected_score_takes_nobody_elses_interview(scores, mark, openings, ratio, data):
    before = frozenset(called(scores, openings, ratio))
    own = data.draw(st.sampled_from(sorted(scores)))
    now = still_called({**scores, own: mark}, before, own, openings, ratio)
    assert before - {own} <= now


@given(SCORES, st.integers(0, 100).map(Decimal), SEATS, RATIO, st.data())
def test_ones_own_call_goes_by_ones_own_score_alone(scores, mark, openings, ratio, data):
    before = frozenset(called(scores, openings, ratio))
    own = data.draw(st.sampled_from(sorted(scores)))
    corrected = {**scores, own: mark}
    now = still_called(corrected, before, own, openings, ratio)
    assert (own in now) == (own in called(corrected, openings, ratio))


@given(SCORES, SEATS, RATIO, st.data())
def test_a_score_that_is_kept_changes_nobodys_call(scores, openings, ratio, data):
    before = frozenset(called(scores, openings, ratio))
    own = data.draw(st.sampled_from(sorted(scores)))
    assert still_called(scores, before, own, openings, ratio) == before
