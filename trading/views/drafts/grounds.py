"""Why a draft is not put out to open tender, and who approved it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from trading import queries
from trading.forms.grounds import GroundForm
from trading.views.acts import posted
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_grounds(request: Request, code: str) -> HttpResponse:
    """State the ground of the law, the reason and the approval."""
    tender, context = draft_page(request, code, "grounds")
    law = queries.law_of_grounds(tender, request.at)
    form = GroundForm(
        request.POST or None, tender=tender, grounds=law["titles"], open_needs=law["open_needs"]
    )
    if posted(request, form) and changed(request, tender, form, {"grounds": form.given()}):
        return redirect("draft_grounds", code)
    context |= {"ground": form, "law": law}
    return answer(request, "trading/draft_grounds.html", context, form)
