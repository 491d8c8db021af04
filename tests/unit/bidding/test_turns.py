"""A line with lanes: nobody is passed over, and nobody waits for the whole length of another's."""

from hypothesis import given
from hypothesis import strategies as st

from bidding.intake.line import Turns

JOBS = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), max_size=60)


def lane_of(job):
    return job[0]


@given(JOBS, st.integers(1, 9))
def test_everybody_is_served_once_and_each_lane_in_its_order(came, most):
    turns = Turns(lane_of)
    jobs = [(lane, place) for place, (lane, _pause) in enumerate(came)]
    served = []
    for job, (_lane, pause) in zip(jobs, came, strict=True):
        turns.add(job)
        if pause == 1:  # now and then a group is taken before all have come
            served += turns.take(most)
    while group := turns.take(most):
        assert len(group) <= most
        served += group
    assert turns.number == 0
    assert sorted(served, key=lambda job: job[1]) == jobs
    for lane in range(7):
        assert [job for job in served if job[0] == lane] == [job for job in jobs if job[0] == lane]


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 9))
def test_the_first_of_each_lane_waits_for_the_lanes_before_it_alone(length, lanes, most):
    turns = Turns(lane_of)
    for place in range(length * lanes):  # each lane whole, one after the other
        turns.add((place // length, place))
    seen = []
    for _group in range(-(-lanes // most)):
        seen += [lane for lane, _place in turns.take(most)]
    assert set(seen) == set(range(lanes))


def test_a_lane_that_comes_late_is_served_before_a_second_round_of_the_others():
    turns = Turns(lane_of)
    for place in range(6):
        turns.add(("a", place))
    assert turns.take(2) == [("a", 0), ("a", 1)]
    turns.add(("b", 6))
    assert turns.take(2) == [("a", 2), ("b", 6)]
    assert (turns.take(9), turns.number) == ([("a", 3), ("a", 4), ("a", 5)], 0)
