"""The dates of a draft, judged as they change."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.calendar import is_sensible, local_date
from trading import queries
from trading.domain import datechecks
from trading.forms.kinds import forms_of
from trading.markets import method_of
from trading.views.acts import posted
from trading.views.drafts.frame import changed, checks_shown, draft_page, settle
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Tender


@login_required
@form_page
def draft_timetable(request: Request, code: str) -> HttpResponse:
    """Choose the dates; the rules propose them and say what the chosen ones break."""
    tender, context = draft_page(request, code, "timetable")
    names = list(method_of(tender).demands.dates)
    proposed = queries.proposed_dates(tender, request.at)
    initial = {name: getattr(tender, name) or proposed[name] for name in names}
    initial["most_partners"] = tender.most_partners
    form = forms_of(tender).timetable(
        _given(request, tender), initial={**initial, **tender.extension}
    )
    settle(queries.settled_fields(tender), form)
    if posted(request, form) and changed(request, tender, form, form.changes()):
        return redirect("draft_timetable", code)
    is_proposal = not any(getattr(tender, name) for name in names)
    shown = _with_dates(tender, form.data) if form.is_bound else _dated(tender, initial)
    announced = local_date(request.at)
    checks = checks_shown(queries.facts(shown, request.at), announced)
    context |= {
        "form": form,
        "timetable": queries.timetable_of(shown, announced),
        "proposed": proposed,
        "date_names": ",".join(names),
        "is_proposal": is_proposal,
        "dated": [(form[name], checks[name]) for name in names],
        "others": [form[name] for name in form.fields if name not in names],
    }
    return answer(request, "trading/draft_timetable.html", context, form)


def _given(request: Request, tender: "Tender") -> QueryDict | None:
    """Give what was sent; a button beside a field puts the first lawful day into it."""
    taken = request.POST.get("take", "")
    if taken not in method_of(tender).demands.dates:
        return request.POST or None
    given = request.POST.copy()
    facts = queries.facts(_with_dates(tender, given), request.at)
    first = datechecks.date_checks(facts, local_date(request.at))[taken].earliest
    if first is not None:
        form = "%Y-%m-%dT%H:%M" if isinstance(first, datetime) else "%Y-%m-%d"
        given[taken] = first.strftime(form)
    return given


def _dated(tender: "Tender", dates: dict[str, Any]) -> "Tender":
    for name, value in dates.items():
        setattr(tender, name, value)
    return tender


def _with_dates(tender: "Tender", given: Mapping[str, Any]) -> "Tender":
    """Put dates that are not saved on the tender, those that can be read and make sense."""
    form = forms_of(tender).timetable(given)
    form.is_valid()
    open_dates = method_of(tender).demands.dates.keys() - queries.settled_fields(tender)
    dates = {n: form.cleaned_data.get(n) for n in open_dates}
    return _dated(tender, {n: v if v and is_sensible(v) else None for n, v in dates.items()})


@login_required
@require_safe
def check_timetable(request: Request, code: str) -> HttpResponse:
    """Judge dates that are not saved yet, as somebody changes them."""
    tender, context = draft_page(request, code, "timetable")
    announced = local_date(request.at)
    facts = queries.facts(_with_dates(tender, request.GET), request.at)
    context |= {
        "checks": checks_shown(facts, announced),
        "timetable": queries.timetable_of(tender, announced),
        "live": True,
    }
    return render(request, "trading/_periods.html", context)
