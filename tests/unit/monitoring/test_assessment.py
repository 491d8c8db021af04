"""The assessment sheet of staff: the rulebook's example, its grades, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from monitoring.assessment import DIMENSIONS, run_staff_sheet

MARKS = {
    "virtue": ("92", "88"),
    "ability": ("85", "90"),
    "diligence": ("98", "92"),
    "achievement": ("88", "84"),
    "integrity": ("100", "95"),
}


def sheet(marks=MARKS, **more):
    read = {n: {"quantitative": a, "qualitative": b} for n, (a, b) in marks.items()}
    return run_staff_sheet({"marks": read, **more})


def test_ex_19_dimensions_parts_and_total_of_a_sheet():
    answer = sheet()
    assert list(answer["dimensions"].values()) == ["90.40", "87.00", "95.60", "86.40", "98.00"]
    assert list(answer["parts"].values()) == ["18.08", "17.40", "14.34", "30.24", "9.80"]
    assert (answer["total"], answer["grade"]) == ("89.86", "qualified")
    assert [step["result"] for step in answer["trace"]][-1] == "合格"


@pytest.mark.parametrize(
    ("mark", "grade"),
    [
        ("90", "excellent_candidate"),
        ("89.9", "qualified"),
        ("75", "qualified"),
        ("74.9", "basically_qualified"),
        ("60", "basically_qualified"),
        ("59.9", "unqualified"),
        ("0", "unqualified"),
    ],
)
def test_the_total_decides_the_grade(mark, grade):
    assert sheet(dict.fromkeys(DIMENSIONS, (mark, mark)))["grade"] == grade


def test_a_veto_stands_above_every_number():
    answer = sheet(dict.fromkeys(DIMENSIONS, ("100", "100")), veto="泄露投标人名单")
    assert (answer["total"], answer["grade"]) == ("100.00", "unqualified")


def test_integrity_may_be_a_veto_only_and_carry_no_weight():
    weights = {"virtue": "20", "ability": "20", "diligence": "20", "achievement": "40"}
    marks = {name: MARKS[name] for name in weights}
    assert sheet(marks, weights=weights)["total"] == "89.16"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"weights": {"virtue": "99"}}, "staff.weights"),
        ({"weights": {"virtue": "100"}}, "staff.marks"),
        ({"weights": {"luck": "100"}}, "staff.dimension"),
        ({"marks": {**MARKS, "luck": ("1", "1")}}, "staff.dimension"),
        ({"marks": {**MARKS, "virtue": ("101", "1")}}, "input.out_of_range"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(case, code):
    with pytest.raises(Invalid) as refusal:
        sheet(**case)
    assert refusal.value.code == code


MARK = st.decimals(0, 100, places=1).map(str)


@given(st.fixed_dictionaries({name: st.tuples(MARK, MARK) for name in DIMENSIONS}))
def test_the_printed_parts_add_up_and_a_better_mark_never_lowers_the_total(marks):
    answer = sheet(marks)
    assert sum(map(Decimal, answer["parts"].values())) == Decimal(answer["total"])
    better = {name: (a, "100") for name, (a, _b) in marks.items()}
    assert Decimal(sheet(better)["total"]) >= Decimal(answer["total"])


def test_shares_weights_and_grades_are_those_of_the_day():
    assert sheet(rule_date="2026-11-24") == sheet()
    with pytest.raises(Invalid) as refusal:
        sheet(rule_date="2014-01-01")
    assert refusal.value.code == "timetable.no_rules"
    with pytest.raises(Invalid) as odd:
        sheet(rule_date="gestern")
    assert odd.value.code == "staff.rule_date"
