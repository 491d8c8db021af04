"""The figures of the platform for everybody, each of which opens the projects behind it."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts import kept
from accounts.requests import Request
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain.statistics.asked import BY, FIGURES, Asked, Reported, group_of
from trading.domain.statistics.items import DENOMINATORS
from trading.forms.statistics import StatisticsForm
from trading.periods import market_titles, method_titles

PAGE: Final = 50
COUNTS: Final = frozenset({"items", "concluded", "failed"})
RATES: Final = frozenset(name for name in FIGURES if name.endswith("_rate"))
COLUMNS: Final = (
    "name", "title", "market", "method", "announced_at", "ended_at", "outcome", "budget", "ceiling",
    "start", "valuation", "deal", "saved", "saved_rate", "premium_rate", "appreciation_rate",
)  # fmt: skip
OUTCOMES: Final = {"concluded": _("已成交"), "failed": _("未成交"), "open": _("进行中")}
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@require_safe
def statistics(request: Request) -> HttpResponse:
    """Show sums and rates of a period, and the projects behind one of them."""
    form, asked = _asked(request)
    return kept.show(
        request,
        "trading/statistics.html",
        lambda: (asked, queries.reported(asked)),
        lambda: _context(request, form, asked),
    )


def _context(request: Request, form: StatisticsForm, asked: Asked) -> dict[str, Any]:
    found = queries.statistics(asked)
    figure = request.GET.get("figure", "")
    chosen, key = figure if figure in FIGURES else "items", request.GET.get("part", "")
    page = Paginator(_behind(found, asked, chosen, key), PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "asked": asked,
        "titles": [gettext(title) for title in FIGURES.values()],
        "groups": _groups(found, asked),
        "by": gettext(BY[asked.by]),
        "denominator": gettext(DENOMINATORS[asked.denominator]),
        "inconsistencies": found["inconsistencies"],
        "page": page,
        "chosen": gettext(FIGURES[chosen]),
        "chosen_in": _title(key, asked) if key else "",
    }


@require_safe
def statistics_json(request: Request) -> HttpResponse:
    """Give the figures, and the case that makes `manage.py stats` answer the same."""
    answer = JsonResponse(
        queries.statistics_out(_asked(request)[1]), json_dumps_params={"ensure_ascii": False}
    )
    return _named(answer, "statistics.json")


@require_safe
def statistics_csv(request: Request) -> HttpResponse:
    """Give the projects behind the figures, a line each, for a spreadsheet."""
    found = queries.statistics(_asked(request)[1])
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row, line in zip(found["rows"], found["items"], strict=True):
        values = {**vars(row), **{name: line[name] for name in COLUMNS if name in line}}
        writer.writerow([_cell(values[name]) for name in COLUMNS])
    content = "\ufeff" + written.getvalue()  # without the mark spreadsheets misread Chinese
    return _named(HttpResponse(content, content_type="text/csv; charset=utf-8"), "statistics.csv")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: Request) -> tuple[StatisticsForm, Asked]:
    today = local_date(request.at)
    form = StatisticsForm(request.GET)
    asked = form.asked(today)
    shown = {name: value for name, value in vars(asked).items() if name not in form.errors}
    form.data = request.GET.copy()
    for name, value in shown.items():
        form.data.setdefault(name, str(value))
    return form, asked


def _groups(found: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """Give the rows of the table: each group, then all together."""
    rows = [(key, _title(key, asked), figures) for key, figures in found["groups"].items()]
    if found["total"] and len(rows) > 1:
        rows.append(("", gettext("合计"), found["total"]))
    return [
        {"key": key, "title": title, "cells": [_shown(name, figures) for name in FIGURES]}
        for key, title, figures in rows
    ]


def _shown(name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Give a figure to the table; a rate with what it was divided by, the sum of its own lots."""
    value, divisor = figures[name], figures["divided_by"].get(name)
    kind = "count" if name in COUNTS else "rate" if name in RATES else "money"
    known = Decimal(value) if kind == "money" and isinstance(value, str) else value
    if divisor is not None and name != "failure_rate":
        divisor = Decimal(divisor)
    title = gettext(FIGURES[name])
    return {"name": name, "title": title, "kind": kind, "value": known, "divisor": divisor}


def _title(key: str, asked: Asked) -> str:
    """Name a group to readers."""
    if asked.group not in {"market", "method"}:
        return key
    market, _dot, method = key.partition(".")
    named = [market_titles().get(market, market)]
    named += [method_titles(market).get(method, method)] if method else []
    return " · ".join(gettext(title) for title in named)


def _behind(
    found: Mapping[str, Any], asked: Asked, figure: str, key: str
) -> list[tuple[Reported, Mapping[str, Any], str]]:
    """Give the rows a figure is made of, each with its own line of `stats`."""
    pairs = zip(found["rows"], found["items"], strict=True)
    return [
        (row, line, gettext(OUTCOMES[row.outcome]))
        for row, line in pairs
        if figure in line["counted_in"] and key in {"", group_of(row, asked)}
    ]
