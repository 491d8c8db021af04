"""The year as twelve months: working days, days of rest, make-up days, and what was declared."""

import re
from calendar import Calendar
from collections.abc import Container, Mapping
from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.calendar import FIRST_YEAR, LAST_YEAR, SATURDAY, Day, announced_years, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.workdays import DayForm
from trading.views.acts import posted, saved
from trading.views.pages import answer

YEAR: Final = re.compile(r"[0-9]{4}")
WEEKS: Final = Calendar(firstweekday=0)
WEEKDAYS: Final = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


@require_safe
def work_calendar(request: Request) -> HttpResponse:
    """Show a year's working days and days of rest to everybody."""
    return _show(request, year_of(request), DayForm())


@login_required
@require_POST
def declare_day(request: Request) -> HttpResponse:
    """Declare a day by an official notice."""
    form = DayForm(request.POST)
    if posted(request, form):
        said = _("已登记，此后计算的期限按此执行。")
        made = saved(request, form, services.declare_day, said, **form.cleaned_data)
        if made:
            return redirect(f"{reverse('work_calendar')}?year={made.day.year}")
    return _show(request, local_date(request.at).year, form)


def year_of(request: Request) -> int:
    """Read which year is asked for; one that no rule of working days is known for is refused."""
    asked = request.GET.get("year", "")
    if not asked:
        return local_date(request.at).year
    if not YEAR.fullmatch(asked):
        raise Invalid("calendar.year_malformed", _("年份应为四位数字，例如 2026。"))
    return int(asked)


def _show(request: Request, year: int, form: DayForm) -> HttpResponse:
    calendar, today = queries.work_calendar(), local_date(request.at)
    days = {day.date: day for day in calendar.year(year)}
    context = {
        "year": year,
        "today": today,
        "years": {
            "before": year - 1 if year > FIRST_YEAR else None,
            "after": year + 1 if year < LAST_YEAR else None,
        },
        "provisional": year not in announced_years(),
        "weekdays": [gettext(name) for name in WEEKDAYS],
        "months": [_month(days, calendar.overrides, month) for month in range(1, 13)],
        "declared": _declared(year),
        "may_declare": policy.allows(request.actor, "calendar.declare_day", None),
        "form": form,
    }
    return answer(request, "trading/work_calendar.html", context, form)


def _month(days: Mapping[date, Day], declared: Container[date], month: int) -> dict[str, Any]:
    year = next(iter(days)).year
    return {
        "first": date(year, month, 1),
        "weeks": [
            [_cell(days[on], declared) if on.month == month else None for on in week]
            for week in WEEKS.monthdatescalendar(year, month)
        ],
    }


def _cell(day: Day, declared: Container[date]) -> dict[str, Any]:
    reason = gettext(day.reason)
    return {
        "date": day.date,
        "kind": _kind(day, declared=day.date in declared),
        "sign": _sign(day),
        "reason": f"{reason}：{day.source}" if day.is_remarkable else reason,
    }


def _kind(day: Day, *, declared: bool) -> str:
    """Name how a day looks; a declared one stands out whichever way it goes."""
    if declared:
        return "declared"
    if day.is_working:
        return "makeup" if day.date.weekday() >= SATURDAY else "work"
    return "rest" if day.date.weekday() >= SATURDAY else "holiday"


def _sign(day: Day) -> str:
    """Mark what differs from an ordinary week: a Saturday at work, a Monday at rest."""
    if not day.is_remarkable:
        return ""
    return gettext("班") if day.is_working else gettext("休")


def _declared(year: int) -> list[dict[str, Any]]:
    """Say of each declaration whether a later one of the same day has replaced it."""
    seen: set[date] = set()
    rows = []
    for made in queries.declared_days(year):
        rows.append({"made": made, "superseded": made.day in seen})
        seen.add(made.day)
    return rows
