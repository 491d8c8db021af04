"""Who has a right of first refusal, and when it is exercised (rulebook 5.4)."""

from decimal import Decimal

from bidding.auction import settle
from tests.auction_room import ENGLISH, act, at, end_of, run, terms_of

SOLD = [act("10:01:00", "A", "1000"), act("10:02:00", "B", "1010")]


def right(mode="after_close_once", holders=("C", "D"), **more):
    window = {"window_s": 600} if mode.startswith("after") else {}
    return terms_of(
        ENGLISH, priority_right={"holders": list(holders), "mode": mode} | window | more
    )


def exercise(clock, by):
    return act(clock, by, "exercise")


def waive(clock, by):
    return act(clock, by, "waive")


def end_at(terms, acts):
    end = settle(terms, run(terms, acts)[0], at("23:59:59"))
    return end.leader, f"{end.closes_at.astimezone(at('00:00:00').tzinfo):%T}"


def test_a_holder_of_higher_rank_decides_at_once_a_lower_one_waits():
    assert end_at(right(), [*SOLD, exercise("11:01:00", "C")]) == ("C", "11:01:00")
    assert end_at(right(), [*SOLD, exercise("11:01:00", "D")]) == ("D", "11:10:00")
    both = [*SOLD, exercise("11:01:00", "D"), exercise("11:02:00", "C")]
    assert end_at(right(), both) == ("C", "11:02:00")
    cleared = [*SOLD, exercise("11:01:00", "D"), waive("11:03:00", "C")]
    assert end_at(right(), cleared) == ("D", "11:03:00")


def test_among_equals_the_first_to_exercise_takes_it():
    terms = right(same_rank=True)
    assert end_at(terms, [*SOLD, exercise("11:01:00", "D")]) == ("D", "11:01:00")


def test_when_all_waive_or_stay_silent_the_bidder_keeps_it():
    assert end_at(right(), SOLD) == ("B", "11:10:00")
    waived = [*SOLD, waive("11:01:00", "C"), waive("11:02:00", "D")]
    assert end_at(right(), waived) == ("B", "11:02:00")
    assert end_at(right("waived"), SOLD) == ("B", "11:00:00")


def test_only_holders_answer_and_once():
    acts = [
        *SOLD,
        exercise("10:30:00", "C"),
        exercise("11:01:00", "A"),
        waive("11:02:00", "A"),
        act("11:03:00", "B", "1020"),
        waive("11:04:00", "C"),
        exercise("11:05:00", "C"),
    ]
    reasons = ["not_holder", "not_holder", "not_holder", "wrong_phase", "already_answered"]
    assert end_of(right(), acts) == ("sold", "B", "1010", reasons)


def test_a_leading_holder_is_asked_only_by_those_of_higher_rank():
    assert end_at(right(holders=("B", "C")), SOLD) == ("B", "11:00:00")
    assert end_at(right(holders=("C", "B"), same_rank=True), SOLD) == ("B", "11:00:00")
    asked = right(holders=("C", "B"))
    assert end_at(asked, [*SOLD, exercise("11:01:00", "C")]) == ("C", "11:01:00")


def test_below_the_reserve_nobody_is_asked():
    terms = terms_of(
        ENGLISH,
        reserve="2000",
        priority_right={"holder": "C", "mode": "after_close_once", "window_s": 600},
    )
    assert end_of(terms, SOLD) == ("unsold", "B", "1010", [])


def test_in_the_loop_the_bidder_raises_and_the_holder_is_asked_again():
    terms = right("after_close_loop")
    acts = [
        *SOLD,
        exercise("11:01:00", "C"),
        exercise("11:01:30", "D"),
        act("11:02:00", "A", "1020"),
        act("11:02:00", "B", "1015"),
        act("11:02:00", "B", "1020"),
        exercise("11:03:00", "C"),
    ]
    reasons = ["wrong_phase", "wrong_phase", "not_higher"]
    assert end_of(terms, acts) == ("sold", "C", "1020", reasons)
    assert end_at(terms, acts) == ("C", "11:13:00")
    assert end_at(terms, [*acts, waive("11:04:00", "B")]) == ("C", "11:04:00")


def test_who_stayed_silent_in_the_loop_is_not_asked_again():
    terms = right("after_close_loop")
    acts = [*SOLD, exercise("11:01:00", "D"), act("11:11:00", "B", "1020")]
    state, _verdicts = run(terms, acts)
    assert (state.waived, state.leader, state.phase) == (("C",), "B", "priority")
    again = [*acts, exercise("11:12:00", "C"), exercise("11:13:00", "D")]
    assert end_of(terms, again) == ("sold", "D", "1020", ["already_answered"])


def test_when_no_holder_is_left_the_raised_price_stands():
    terms = right("after_close_loop", holders=("C",))
    acts = [*SOLD, exercise("11:01:00", "C"), act("11:02:00", "B", "1020"), waive("11:03:00", "C")]
    assert end_at(terms, acts) == ("B", "11:03:00")


def test_in_the_room_a_holder_takes_the_lead_at_the_same_price():
    terms = right("in_room_equal")
    acts = [
        exercise("10:00:30", "C"),
        *SOLD,
        exercise("10:58:00", "A"),
        exercise("10:58:00", "D"),
        exercise("10:58:30", "D"),
        exercise("10:59:00", "C"),
        exercise("10:59:30", "D"),
    ]
    reasons = ["no_price_yet", "not_holder", "already_leading", "outranked"]
    assert end_of(terms, acts) == ("sold", "C", "1010", reasons)
    equal = right("in_room_equal", same_rank=True)
    acts = [*SOLD, exercise("10:58:00", "D"), exercise("10:59:00", "C")]
    assert end_of(equal, acts) == ("sold", "D", "1010", ["outranked"])


def test_a_maximum_answers_a_holder_who_takes_the_lead():
    acts = [act("10:01:00", "A", "maximum", "1050"), exercise("10:02:00", "C")]
    state, _verdicts = run(right("in_room_equal"), acts)
    assert (state.leader, state.price) == ("A", Decimal(1010))
