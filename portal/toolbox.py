"""The tools as pages: what anybody types in is computed and shown at once, and not kept.

No script is needed. The pages call the very functions of the command line and the API.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.requests import Request
from evaluation.pipeline.formula import Formula
from evaluation.scoring import evaluate_case, formulas
from kernel.errors import Invalid, Missing
from portal.tool_answers import COMPONENTS, shown
from portal.tool_forms import (
    FEWEST_ROWS,
    MOST_ROWS,
    ROWS_ADDED,
    BidsForm,
    CaseForm,
    said,
    sample,
)
from portal.tools import TOOLS
from trading.periods import market_titles

FIRST: Final = "lowest_price_ratio"
EXAMPLE: Final = re.compile(r"```json case (\w+)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Described:
    """What a tool does, in a sentence."""

    title: str
    sentence: str


DESCRIBED: Final = {
    "evaluate": Described(
        _("评标计算"), _("填入报价和得分，按公式算出价格分、总分和排名，每一步的算式都写出来。")
    ),
    "timetable": Described(
        _("法定期限"), _("按工作日和节假日核对一个项目的各个日期，并提出最早合法的日期。")
    ),
    "draw": Described(_("抽取复算"), _("用公布的种子和随机数重做一次抽取，看结果是否相同。")),
    "auction_replay": Described(_("竞价重放"), _("按规则重放一场竞价的全部出价，得出同样的结果。")),
    "stats": Described(
        _("成交统计"), _("声明分母，算出节资率、溢价率、增值率，并列出互相矛盾的数。")
    ),
    "talent_rank": Described(
        _("招聘成绩排名"), _("核对开考比例和面试范围，按岗位计算总成绩和排名。")
    ),
    "staff_sheet": Described(
        _("工作人员考核"), _("按德能勤绩廉的定量、定性得分和权重算出总分与等次。")
    ),
    "screens": Described(
        _("报价异常筛查"), _("计算八项围标串标筛查指标。指标只是线索，不是结论。")
    ),
    "uscc": Described(_("信用代码校验"), _("核对统一社会信用代码的两个校验位。")),
}


@require_safe
def tools(request: Request) -> HttpResponse:
    """List the tools, each with a sentence."""
    return render(request, "portal/tools.html", {"tools": _listed()})


def _listed() -> list[tuple[str, Described]]:
    return [(name, _described(name)) for name in TOOLS]


def _described(name: str) -> Described:
    return DESCRIBED.get(name, Described(name, ""))


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: Request) -> HttpResponse:
    """Evaluate a table of bids by a formula with a name."""
    if request.method == "POST":
        limits.consume(request, "tools")
    formula = _formula(request)
    adding = "more" in request.POST
    form = _bids_form(request, formula, adding=adding)
    answer: Mapping[str, Any] | None = None
    if form.is_bound and not adding and form.is_valid():
        answer = _evaluated(form)
    context = {
        "form": form,
        "formula": formula,
        "groups": _groups(),
        "answer": answer,
        "parts": _parts(answer) if answer else [],
        "ranking": _ranking(answer) if answer else [],
        "shown": shown(answer) if answer else None,
        "case": json.dumps(form.case(), ensure_ascii=False, indent=2) if answer else "",
        "most_rows": MOST_ROWS,
    }
    failed = form.is_bound and not adding and answer is None and request.method == "POST"
    return render(request, "portal/tool_evaluate.html", context, status=422 if failed else 200)


def _parts(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """Name the components that make up a total, the price first."""
    codes = sorted(answer["components"], key=lambda code: (code != "price", code))
    return [{"code": code, "title": COMPONENTS.get(code, code)} for code in codes]


def _ranking(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give each line of the ranking with the scores behind its total."""
    parts = _parts(answer)
    return [
        row
        | {
            "parts": [
                part | {"score": answer["components"][part["code"]].get(row["bidder"], "")}
                for part in parts
            ]
        }
        for row in answer["ranking"]
    ]


def _formula(request: Request) -> Formula:
    slug = request.POST.get("formula") or request.GET.get("formula") or FIRST
    found = formulas().get(slug)
    if found is None:
        raise Missing("tool.unknown_formula", _("没有这个评分公式。"))
    return found


def _groups() -> list[tuple[str, list[Formula]]]:
    """List the formulas by the first market that uses them."""
    return [
        (title, [f for f in formulas().values() if f.markets[0] == market])
        for market, title in market_titles().items()
        if any(f.markets[0] == market for f in formulas().values())
    ]


def _bids_form(request: Request, formula: Formula, *, adding: bool) -> BidsForm:
    """Bind what was typed, or the example; more rows only show more rows."""
    if request.method != "POST":
        given = sample(formula) if "example" in request.GET else None
        form = BidsForm(formula, FEWEST_ROWS)
        form.initial = given or {}
        return form
    typed = request.POST.get("rows", "")
    rows = int(typed) if typed.isdecimal() and len(typed) < len("1000") else FEWEST_ROWS
    rows = min(max(rows, FEWEST_ROWS) + (ROWS_ADDED if adding else 0), MOST_ROWS)
    if not adding:
        return BidsForm(formula, rows, request.POST)
    form = BidsForm(formula, rows)
    form.initial = {name: str(value) for name, value in request.POST.items()}
    return form


def _evaluated(form: BidsForm) -> Mapping[str, Any] | None:
    try:
        return evaluate_case(form.case())
    except Invalid as refusal:
        form.refuse(refusal)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def tool(request: Request, name: str) -> HttpResponse:
    """Run any tool on a case as JSON, the same body as of the command line and the API."""
    if name not in TOOLS:
        raise Missing("tool.missing", _("没有这个工具。"))
    example = examples().get(name, "")
    if request.method == "POST":
        limits.consume(request, "tools")
        form = CaseForm(request.POST)
    else:
        form = CaseForm(initial={"case": example if "example" in request.GET else ""})
    answer = _answered(name, form) if form.is_bound and form.is_valid() else None
    context = {
        "name": name,
        "described": _described(name),
        "form": form,
        "has_example": bool(example),
        "shown": shown(answer) if answer is not None else None,
    }
    status = 422 if form.is_bound and answer is None else 200
    return render(request, "portal/tool.html", context, status=status)


def _answered(name: str, form: CaseForm) -> Mapping[str, Any] | None:
    try:
        return TOOLS[name](form.cleaned_data["case"])
    except Invalid as refusal:
        form.add_error("case", said(refusal))
        return None


@cache
def examples() -> dict[str, str]:
    """Give the first documented case of each tool: the documentation is where examples live."""
    page = settings.ROOT / "docs" / "reference" / "tools.md"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    found: dict[str, str] = {}
    for name, case in EXAMPLE.findall(text):
        found.setdefault(name, case.strip())
    return found
