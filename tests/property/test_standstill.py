"""Laws of standing still: however often, the dates move by the sum, rounded up once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trading.domain.standstill import ending, joined, whole_days

BEGIN = datetime(2026, 11, 24, tzinfo=UTC)
SECONDS = st.integers(0, 3 * 24 * 3600).map(lambda s: timedelta(seconds=s))
PAUSES = st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=12)
"""How long it ran before each pause, and how long the pause was."""


def spans(pauses):
    at, found = BEGIN, []
    for ran, stood in pauses:
        found.append((at + ran, at + ran + stood))
        at += ran + stood
    return found


def owed(found, since=BEGIN):
    """Give the days by which a date moves at the end of each pause."""
    resumed = [None, *(end for _begin, end in found)]
    return [
        ending(found[: n + 1], resumed[n], end).days_owed(since)
        for n, (_begin, end) in enumerate(found)
    ]


@given(PAUSES)
def test_dates_move_by_the_whole_days_of_the_sum_and_never_by_less_on_the_way(pauses):
    moved, stood = 0, timedelta(0)
    for days, (_ran, pause) in zip(owed(spans(pauses)), pauses, strict=True):
        moved, stood = moved + days, stood + pause
        assert days >= 0
        assert stood <= timedelta(days=moved) < stood + timedelta(days=1)


@given(st.lists(st.integers(0, 59), min_size=1, max_size=60))
def test_pauses_of_seconds_move_a_date_by_one_day_however_many(pauses):
    gap = timedelta(hours=1)
    found = spans([(gap, timedelta(seconds=s)) for s in pauses])
    assert sum(owed(found)) == (1 if any(pauses) else 0)


@given(PAUSES, SECONDS)
def test_what_stood_still_before_a_date_was_set_does_not_move_it(pauses, ran):
    found = spans(pauses)
    since = found[-1][0] + ran
    left = max(timedelta(0), found[-1][1] - since)
    assert sum(owed(found, since)) == whole_days(left)


@given(PAUSES)
def test_what_did_not_go_on_between_is_given_back_at_the_end(pauses):
    found = spans(pauses)
    last = ending(found, None, found[-1][1])
    assert last.days_owed(BEGIN) == whole_days(sum((p for _r, p in pauses), timedelta(0)))


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=8))
def test_causes_that_overlap_count_once(rows):
    causes = [(BEGIN + start, BEGIN + start + stood) for start, stood in rows]
    found = joined(causes)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    assert all(any(b <= begin and end <= e for b, e in found) for begin, end in causes)
    assert joined(reversed(causes)) == found
