"""The dates of a draft, judged as they change."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.calendar import local_date
from trading import queries
from trading.domain import completeness
from trading.forms.drafts import TimetableForm
from trading.views.acts import posted
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_timetable(request: Request, code: str) -> HttpResponse:
    """Choose the dates; the rules propose them and say what the chosen ones break."""
    tender, context = draft_page(request, code, "timetable")
    names = list(TimetableForm.base_fields)
    proposed = queries.proposed_dates(request.at)
    initial = {name: getattr(tender, name) or proposed[name] for name in names}
    form = TimetableForm(request.POST or None, initial=initial)
    if posted(request, form) and changed(request, tender, form):
        return redirect("draft_timetable", code)
    context |= {
        "form": form,
        "timetable": queries.timetable_of(tender, local_date(request.at)),
        "proposed": proposed,
        "is_proposal": not any(getattr(tender, name) for name in names),
    }
    return answer(request, "trading/draft_timetable.html", context, form)


@login_required
@require_safe
def check_timetable(request: Request, code: str) -> HttpResponse:
    """Judge dates that are not saved yet, as somebody changes them."""
    tender, context = draft_page(request, code, "timetable")
    form = TimetableForm(request.GET)
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(tender, name, value)
    facts = queries.facts(tender)
    context |= {
        "breaches": completeness.broken_periods(facts, local_date(request.at)),
        "timetable": queries.timetable_of(tender, local_date(request.at)),
    }
    return render(request, "trading/_periods.html", context)
