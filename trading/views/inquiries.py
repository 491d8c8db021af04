"""The page on which a holder of a right of first refusal says whether it takes a lot."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.forms.priority import AnswerForm
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@never_cache
@form_page
def answer_priority(request: Request, code: str) -> HttpResponse:
    """Show what was asked to those who may know, and take one's own answer."""
    tender, context = tender_page(request, code)
    rows = list(queries.inquiries_for(request.actor, tender))
    if not rows:
        raise Missing("page.missing", _("没有这个页面。"))
    own = set(queries.own_inquiries(request.actor, tender).values_list("pk", flat=True))
    sent = request.POST.get("lot", "")
    shown = [
        (row, AnswerForm(request.POST if sent == str(row.lot.number) else None, lot=row.lot))
        if row.pk in own and row.state == "asked"
        else (row, None)
        for row in rows
    ]
    forms = [form for _row, form in shown if form is not None]
    bound = next((form for form in forms if form.is_bound), None)
    if bound and posted(request, bound) and _answered(request, code, bound):
        return redirect("answer_priority", code)
    return answer(request, "trading/priority.html", context | {"rows": shown}, *forms)


def _answered(request: Request, code: str, form: AnswerForm) -> bool:
    given = {"code": code, "number": form.lot.number, "exercises": form.exercises()}
    said = _("答复已登记。")
    return saved(request, form, services.answer_priority, said, **given) is not None
