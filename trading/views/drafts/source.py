"""The one supplier of a draft, and its publicity."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.domain.sources import SourceTerms
from trading.forms.sources import ArgumentFormSet, SourceForm
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_source(request: Request, code: str) -> HttpResponse:
    """Say whom alone the draft invites, and why."""
    tender, context = draft_page(request, code, "source")
    source = queries.source_if_any(tender)
    names = [name for name in SourceForm.base_fields if name != "supplier"]
    initial: dict[str, Any] = {name: getattr(source, name) for name in names} if source else {}
    initial["supplier"] = source.supplier.uscc if source else ""
    form = SourceForm(request.POST or None, initial=initial)
    shown = source.arguments if source and not request.POST else None
    arguments = ArgumentFormSet(request.POST or None, initial=shown, prefix="arguments")
    if posted(request, form, arguments):
        said = [one for line in arguments if (one := line.given()) is not None]
        terms = SourceTerms(arguments=said, **form.cleaned_data)
        if saved(request, form, services.change_source, _("已保存。"), code=code, source=terms):
            return redirect("draft_source", code)
    context |= {"form": form, "arguments": arguments}
    return answer(request, "trading/draft_source.html", context, form, arguments)


@login_required
@require_POST
def publicise_source(request: Request, code: str) -> HttpResponse:
    """Put the intended sole supplier before the public."""
    act(request, code, services.publicise_source, _("已公示拟定的唯一供应商。"))
    return redirect("tender", code)
