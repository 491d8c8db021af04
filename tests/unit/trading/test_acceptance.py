"""What a report on what was delivered has to say, and who may not write it (GPR 45)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from trading.domain import acceptance
from trading.domain.acceptance import Line, Report

SIGNED, TODAY = date(2026, 11, 24), date(2027, 1, 10)
ASKED = acceptance.parts([{"name": "分析仪"}, {"name": "试剂"}])
WHOLE = Report(
    date(2027, 1, 5), [Line(" 与合同一致。 ", passed=True)] * len(ASKED), ("高远", "葛明", "高远")
)


def read(report: Report) -> Report:
    return acceptance.read(report, ASKED, signed_on=SIGNED, today=TODAY)


def test_a_report_tells_of_every_item_and_of_the_three_standards_of_the_law() -> None:
    assert [kind for kind, _title in ASKED] == ["item", "item", "technical", "service", "security"]
    kept = read(WHOLE)
    assert kept.reviewers == ("高远", "葛明")
    assert {line.result for line in kept.lines} == {"与合同一致。"}
    assert kept.passed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lines": WHOLE.lines[:-1]}, "result_0"),
        ({"lines": [*WHOLE.lines, WHOLE.lines[0]]}, "result_0"),
        ({"lines": [*WHOLE.lines[:-1], Line(" ", passed=True)]}, "result_0"),
        ({"lines": [*WHOLE.lines[:-1], Line("字" * 501, passed=True)]}, "result_0"),
        ({"reviewers": ()}, "reviewers"),
        ({"reviewers": [f"某{n}" for n in range(10)]}, "reviewers"),
        ({"held_on": SIGNED - timedelta(days=1)}, "held_on"),
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"serves_public": True}, "opinion"),
    ],
)
def test_what_it_leaves_out_is_refused_at_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(replace(WHOLE, **wrong))
    assert refusal.value.facts["field"] == field


def test_what_is_missing_is_named() -> None:
    with pytest.raises(Invalid, match="合同约定的安全标准"):
        read(replace(WHOLE, lines=WHOLE.lines[:-1]))


@given(st.lists(st.booleans(), min_size=len(ASKED), max_size=len(ASKED)))
def test_one_part_that_is_not_as_agreed_and_the_whole_is_not(found: list[bool]) -> None:
    kept = read(replace(WHOLE, lines=[Line("所见如此。", passed=one) for one in found]))
    assert kept.passed is all(found)


def test_whoever_compiled_the_document_is_no_reviewer() -> None:
    acceptance.require_other_hand(WHOLE, {"孙洁", "葛"})
    with pytest.raises(Invalid) as refusal:
        acceptance.require_other_hand(WHOLE, {"孙洁", "葛　明"})
    assert refusal.value.code == "acceptance.own_reviewer"
