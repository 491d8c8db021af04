"""What a disclosure says of priority rights, and what becomes of it in the room."""

from dataclasses import replace
from datetime import date

import pytest

from kernel.errors import Invalid
from tests.factories import credit_code
from trading.domain import priority
from trading.domain.priority import Holder, PriorityTerms

FIRST, SECOND = credit_code(71), credit_code(72)
HOLDERS = (Holder("清河水务集团", FIRST), Holder("东岸投资", SECOND))
IN_ROOM = PriorityTerms("in_room_equal", HOLDERS, notified_on=date(2026, 10, 20))
ONCE = replace(IN_ROOM, mode="after_close_once", window_minutes=30)


def test_a_right_is_kept_with_its_holders_in_order_and_the_day_they_were_told():
    assert priority.read(IN_ROOM) == {
        "mode": "in_room_equal",
        "holders": [
            {"name": "清河水务集团", "uscc": FIRST},
            {"name": "东岸投资", "uscc": SECOND},
        ],
        "same_rank": False,
        "notified_on": "2026-10-20",
    }
    assert priority.read(ONCE)["window_s"] == 1800


def test_that_nobody_has_a_right_or_all_have_waived_is_said_in_so_many_words():
    assert priority.read(PriorityTerms("none")) == {"mode": "none"}
    waived = priority.read(PriorityTerms("waived", HOLDERS[:1]))
    assert waived == {"mode": "waived", "holders": [{"name": "清河水务集团", "uscc": FIRST}]}
    assert priority.holders_of({"priority_right": waived}) == ()
    assert priority.holders_of({}) == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (replace(IN_ROOM, mode="sometimes"), "priority.mode"),
        (replace(IN_ROOM, mode="none"), "priority.holders_without_mode"),
        (replace(IN_ROOM, holders=()), "priority.no_holders"),
        (replace(IN_ROOM, holders=HOLDERS * 11), "priority.no_holders"),
        (replace(IN_ROOM, holders=HOLDERS + HOLDERS), "priority.uscc"),
        (replace(IN_ROOM, holders=(Holder("东岸投资", "123"),)), "priority.uscc"),
        (replace(IN_ROOM, holders=(Holder("  ", FIRST),)), "priority.name"),
        (replace(IN_ROOM, notified_on=None), "priority.notified_on"),
        (replace(IN_ROOM, notified_on=date(1926, 1, 1)), "priority.notified_on"),
        (replace(ONCE, window_minutes=None), "tender.out_of_bounds"),
        (replace(ONCE, window_minutes=0), "tender.out_of_bounds"),
        (replace(ONCE, window_minutes=43_201), "tender.out_of_bounds"),
    ],
)
def test_what_cannot_be_disclosed_is_refused(given, code):
    with pytest.raises(Invalid) as refusal:
        priority.read(given)
    assert refusal.value.code == code


def test_in_the_room_holders_are_codes_and_who_stayed_away_has_waived():
    auction = {"kind": "dynamic", "priority_right": priority.read(ONCE)}
    both = priority.with_codes(auction, {FIRST: "A234", SECOND: "B345"})
    assert both["priority_right"] == {
        "holders": ["A234", "B345"],
        "mode": "after_close_once",
        "same_rank": False,
        "window_s": 1800,
    }
    assert priority.with_codes(auction, {SECOND: "B345"})["priority_right"]["holders"] == ["B345"]
    assert priority.with_codes(auction, {}) == {"kind": "dynamic"}
    nobody = {"kind": "dynamic", "priority_right": {"mode": "none"}}
    assert priority.with_codes(nobody, {FIRST: "A234"}) == {"kind": "dynamic"}
