"""A tool's answer arranged for reading: facts, tables and the lines of its trace.

Names are those of the JSON, as docs/reference/tools.md explains them; nothing is left out but what
would make a page too long, and then the page says so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_noop as _

COMPONENTS: Final = {
    "price": _("价格分"),
    "other": _("其他得分"),
    "technical": _("技术分"),
    "commercial": _("商务得分"),
    "design": _("施工组织设计"),
    "management": _("项目管理机构"),
    "credit": _("信用"),
    "written": _("笔试"),
    "interview": _("面试"),
}
INPUTS: Final = {
    "price": _("报价或评审价"),
    "prices": _("各家评审价"),
    "full": _("满分"),
    "base": _("基准价"),
    "factor": _("系数"),
    "reference": _("标底"),
    "reference_down": _("下浮率"),
    "reference_share": _("标底权重"),
    "parts": _("组成部分"),
    "marks": _("各成员打分"),
    "before": _("修正前"),
    "points": _("计入的百分点"),
    "per_point": _("每点扣分"),
    "score": _("得分"),
    "rate": _("比率"),
    "amount": _("金额"),
    "neighbour": _("相邻报价"),
    "candidates": _("候选名单"),
    "purpose": _("用途"),
    "commit": _("种子承诺"),
    "list_digest": _("名单摘要"),
    "chain": _("并列规则"),
    "gain": _("分子"),
    "under": _("分母"),
    "numerator": _("分子"),
    "denominator": _("分母"),
    "part": _("部分"),
    "whole": _("全体"),
    "items": _("项目数"),
    "bids": _("报价数"),
    "bidders": _("投标人数"),
    "why": _("理由"),
}
"""What went into a step, in words; a name that is not here stands as in the JSON."""

MOST_LINES: Final = 300
VALUE: Final = "="
MOST_JSON: Final = 200_000


@dataclass(frozen=True)
class Table:
    """Rows of one part of an answer; `cut` says how many more there are."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: int


@dataclass(frozen=True)
class Line:
    """One line of a trace: what it is about, the formula, what went in and what came out."""

    about: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    exact: str
    result: str
    rounding: str


@dataclass(frozen=True)
class Shown:
    """An answer for reading."""

    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    trace: tuple[Line, ...]
    trace_table: Table | None
    trace_cut: int
    json: str


def shown(answer: Mapping[str, Any]) -> Shown:
    """Arrange an answer: single values first, then a table for each list or group."""
    facts, tables = [], []
    for name, value in answer.items():
        if name == "trace":
            continue
        if isinstance(value, Mapping) and value:
            tables.append(_group(name, value))
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            tables.append(_table(name, value))
        else:
            facts.append((name, _text(value)))
    lines, table = _trace(answer.get("trace") or [])
    text = json.dumps(answer, ensure_ascii=False, indent=2, default=str)
    return Shown(
        facts=tuple(facts),
        tables=tuple(tables),
        trace=tuple(lines[:MOST_LINES]),
        trace_table=table,
        trace_cut=max(0, len(lines) - MOST_LINES),
        json=text if len(text) <= MOST_JSON else "",
    )


def _trace(trace: Sequence[Mapping[str, Any]]) -> tuple[list[Line], Table | None]:
    """Give a trace as lines with a formula each, or as the table it is."""
    if not trace:
        return [], None
    if "formula" in trace[0]:
        return [_line(step) for step in trace], None
    if all(isinstance(part.get("steps"), list) for part in trace):
        lines = [line for part in trace for line in _part(part)]
        return lines, None
    return [], _table("trace", trace)


def _part(part: Mapping[str, Any]) -> Iterable[Line]:
    """Give the lines of one part: steps with a formula, or steps in words."""
    about = next((str(value) for name, value in part.items() if name != "steps"), "")
    for step in part["steps"]:
        if isinstance(step, Mapping):
            yield _line(step, about)
        else:
            yield Line(about, str(step), (), "", "", "")


def _line(step: Mapping[str, Any], part: str = "") -> Line:
    about = " · ".join(text for text in (part, str(step.get("bidder", ""))) if text)
    titles = COMPONENTS if step.get("step") == "totals" else INPUTS
    given = step.get("inputs", {})
    inputs = tuple((titles.get(name, name), _text(value)) for name, value in given.items())
    result = _text(step.get("result", ""))
    exact = _text(step.get("exact", result))
    shown_exact = "" if exact == result else exact
    return Line(about, step["formula"], inputs, shown_exact, result, step.get("rounding", ""))


def _group(name: str, group: Mapping[str, Any]) -> Table:
    """Give named values as rows; named groups of the same names as columns."""
    rows = list(group.items())
    if all(isinstance(value, Mapping) for _key, value in rows):
        return _table(name, [{"": key, **value} for key, value in rows])
    return _table(name, [{"": key, VALUE: value} for key, value in rows])


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    found = dict.fromkeys(column for row in rows for column in row)
    columns = tuple(column for column in found if column != "trace")  # it stands below, in full
    shown_rows = tuple(
        tuple(_text(row.get(column)) for column in columns) for row in rows[:MOST_LINES]
    )
    return Table(name, columns, shown_rows, max(0, len(rows) - MOST_LINES))


def _text(value: object) -> str:
    """Write a value as people read it: nothing as a dash, a list with commas."""
    if value is None or value in ([], {}):
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return "、".join(map(str, value))
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
