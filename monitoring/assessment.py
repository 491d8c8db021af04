"""The assessment sheet of a centre's staff (德能勤绩廉, rulebook 6.4): what is counted and what is
judged make each dimension, the weights make the total, and a veto stands above every number.

Shares, weights and grades are rows of the rules, those in force on the day the case names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.errors import Invalid
from kernel.reading import Fields, to_decimal
from kernel.text import gettext_noop as _
from kernel.trace import Rounding, Trace
from trading.periods import RuleSet, Scope

DIMENSIONS: Final = ("virtue", "ability", "diligence", "achievement", "integrity")
HUNDRED: Final = Decimal(100)
GRADES: Final = (
    ("staff_excellent", "excellent_candidate", _("优秀人选")),
    ("staff_qualified", "qualified", _("合格")),
    ("staff_basic", "basically_qualified", _("基本合格")),
)
"""The grades from the best on: the row that says from how many points on, and their titles."""
UNQUALIFIED: Final = ("unqualified", _("不合格"))
PLACES: Final = 2
NEWEST: Final = date(9999, 1, 1)
"""A day on which all rules without an end are in force, and no others."""


@dataclass(frozen=True)
class Mark:
    """The two marks of one dimension."""

    quantitative: Decimal
    qualitative: Decimal


@dataclass(frozen=True)
class Shares:
    """How much of a dimension is what was counted, and how much what was judged, in per cent."""

    counted: Decimal
    judged: Decimal


def run_staff_sheet(case: object) -> dict[str, object]:
    """Add up one sheet: dimensions and their weighted parts rounded, so that the sheet adds up."""
    body = Fields(case)
    rules = RuleSet(Scope(on=_day(body)))
    weights = body.mapped("weights", _within) if body.has("weights") else _usual(rules)
    marks = body.mapped("marks", _mark)
    vetoed = body.text("veto", "") if body.has("veto") else ""
    body.done()
    _require_whole(weights, marks)
    trace = Trace(Rounding(score_decimals=PLACES))
    shares = Shares(rules.value("staff_counted", "exact"), rules.value("staff_judged", "exact"))
    known = [name for name in DIMENSIONS if name in weights]
    found = {name: _dimension(name, marks[name], shares, trace) for name in known}
    parts = {name: _part(name, weights[name], score, trace) for name, score in found.items()}
    total = sum(parts.values(), Decimal(0))
    grade, title = _grade(total, vetoed, rules)
    trace.note("grade", "", _("得分所在等次，一票否决优先"), title, total=total, veto=vetoed)
    return {
        "dimensions": {name: f"{score:.2f}" for name, score in found.items()},
        "parts": {name: f"{part:.2f}" for name, part in parts.items()},
        "total": f"{total:.2f}",
        "grade": grade,
        "trace": [step.as_json() for step in trace.steps],
    }


def _day(body: Fields) -> date:
    """Give the day whose rules count; where none is named, the newest rules do."""
    if not body.has("rule_date"):
        return NEWEST
    try:
        return date.fromisoformat(body.text("rule_date"))
    except ValueError as wrong:
        message = _("rule_date 应为 YYYY-MM-DD 格式的日期。")
        raise Invalid("staff.rule_date", message, field="rule_date") from wrong


def _usual(rules: RuleSet) -> Mapping[str, Decimal]:
    return {name: rules.value(f"staff_weight_{name}", "exact") for name in DIMENSIONS}


def _dimension(name: str, mark: Mark, shares: Shares, trace: Trace) -> Decimal:
    exact = (shares.counted * mark.quantitative + shares.judged * mark.qualitative) / HUNDRED
    given = {
        "counted": shares.counted,
        "quantitative": mark.quantitative,
        "judged": shares.judged,
        "qualitative": mark.qualitative,
    }
    words = _("（定量占比 × 定量得分 + 定性占比 × 定性得分）÷ 100")
    return trace.number("dimension", name, words, exact, PLACES, **given)


def _part(name: str, weight: Decimal, score: Decimal, trace: Trace) -> Decimal:
    exact = weight * score / HUNDRED
    return trace.number(
        "part", name, _("权重 × 得分 ÷ 100"), exact, PLACES, weight=weight, score=score
    )


def _grade(total: Decimal, vetoed: str, rules: RuleSet) -> tuple[str, str]:
    if vetoed:
        return UNQUALIFIED
    reached = ((grade, title) for row, grade, title in GRADES if total >= rules.value(row, "min"))
    return next(reached, UNQUALIFIED)


def _require_whole(weights: Mapping[str, Decimal], marks: dict[str, Mark]) -> None:
    """Refuse unknown dimensions, weights that are no hundred, and marks beside the weights."""
    if unknown := sorted((set(weights) | set(marks)) - set(DIMENSIONS)):
        raise Invalid(
            "staff.dimension", _("没有这个考核维度：%(names)s。"), names="、".join(unknown)
        )
    if sum(weights.values()) != HUNDRED:
        raise Invalid("staff.weights", _("各维度权重合计应为 100。"))
    if set(weights) != set(marks):
        raise Invalid("staff.marks", _("有权重的维度都要有得分，没有权重的不计。"))


def _within(given: object, where: str) -> Decimal:
    return to_decimal(given, where, high=HUNDRED)


def _mark(given: object, where: str) -> Mark:
    body = Fields(given, where)
    read = Mark(
        body.decimal("quantitative", high=HUNDRED), body.decimal("qualitative", high=HUNDRED)
    )
    body.done()
    return read
