"""In which media the notices of a tender stand: its agency records each."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.media import MediumForm
from trading.queries.media import publications_of
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@never_cache
@form_page
def record_medium(request: Request, code: str, number: int) -> HttpResponse:
    """Show where a notice stands, and record another medium of it."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "notice.record_medium", tender)
    notice = queries.notice_of(code, number)
    form = MediumForm(request.POST or None, named=tender.other_media)
    if posted(request, form):
        given = {"code": code, "number": number, **form.cleaned_data}
        if saved(request, form, services.record_medium, _("已登记。"), **given) is not None:
            return redirect("record_medium", code, number)
    context |= {"notice": notice, "form": form, "media": publications_of(notice)}
    return answer(request, "trading/record_medium.html", context, form)


@login_required
@never_cache
def media(request: Request, code: str) -> HttpResponse:
    """List a tender's notices with the media they stand in."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "notice.record_medium", tender)
    notices = [(one, publications_of(one)) for one in queries.notices_of(tender)]
    return answer(request, "trading/media.html", context | {"notices": notices})
