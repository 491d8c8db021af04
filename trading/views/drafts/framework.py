"""What a draft says of its framework agreements."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from trading.forms.frameworks import FrameworkForm
from trading.views.acts import posted
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_framework(request: Request, code: str) -> HttpResponse:
    """Say how long the agreements last, who is left out, and how they are called from."""
    tender, context = draft_page(request, code, "framework")
    form = FrameworkForm(request.POST or None, tender=tender)
    if posted(request, form) and changed(request, tender, form, {"framework": form.cleaned_data}):
        return redirect("draft_terms", code)
    return answer(request, "trading/draft_framework.html", context | {"form": form}, form)
