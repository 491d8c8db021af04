"""The priority rights over each lot of a draft."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import services
from trading.forms.priority import PriorityForm
from trading.views.acts import posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_priority(request: Request, code: str) -> HttpResponse:
    """Say who holds a priority right over each lot; the lots are saved by themselves."""
    tender, context = draft_page(request, code, "priority")
    asked = request.POST.get("lot", "")
    forms = [
        PriorityForm(request.POST if asked == str(lot.number) else None, lot=lot)
        for lot in tender.lots.all()
    ]
    sent = next((form for form in forms if form.is_bound), None)
    if sent and posted(request, sent) and _saved(request, code, sent):
        return redirect("draft_priority", code)
    return answer(request, "trading/draft_priority.html", context | {"forms": forms}, *forms)


def _saved(request: Request, code: str, form: PriorityForm) -> bool:
    done = saved(
        request,
        form,
        services.change_priority,
        _("已保存。"),
        code=code,
        number=form.lot.number,
        right=form.right(),
    )
    return done is not None
