"""What the pages of a recruitment share: its tender, and an act on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from recruitment import policy
from trading.markets import method_of
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Tender


def recruitment_page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    """Give a posted tender that has posts; another has no such pages."""
    tender, context = tender_page(request, code)
    if not method_of(tender).has_posts or tender.published_at is None:
        raise Missing("recruitment.missing", _("没有这个页面，或您无权查看。"))
    return tender, context


@dataclass(frozen=True)
class Act:
    """One act with a form: who may, what does it, what is said after it, and the page of the tender
    it leads to.
    """

    permission: str
    service: Callable[..., Any]
    title: str
    button: str
    said: str
    back: str
    hint: str = ""


def act_page(request: Request, code: str, act: Act, form: Form, **given: Any) -> HttpResponse:
    """Show the form of an act on its own page, and do it; a refusal stands beside its field."""
    tender, context = recruitment_page(request, code)
    policy.require(request.actor, act.permission, tender)
    if posted(request, form) and (
        saved(request, form, act.service, act.said, code=code, **given, **form.cleaned_data)
        is not None
    ):
        return redirect(act.back, code)
    context |= {"form": form, "act": act, "back": redirect(act.back, code).url}
    return answer(request, "recruitment/act.html", context, form)


def on_applicant(act: Act, form: type[Form]) -> Callable[..., HttpResponse]:
    """Make the page of an act on one applicant."""

    @login_required
    @never_cache
    @form_page
    def view(request: Request, code: str, number: int) -> HttpResponse:
        return act_page(request, code, act, form(request.POST or None), number=number)

    return view
