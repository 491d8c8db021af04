"""New terms for a disclosure that nobody has registered for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, services
from trading.forms.repricing import RepricingForm
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@form_page
def reprice_tender(request: Request, code: str) -> HttpResponse:
    """Offer on new terms what nobody has registered for."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.reprice", tender)
    if tender.state != "no_taker":
        raise Missing("page.missing", _("没有这个页面。"))
    lots = tender.lots.filter(state="open").order_by("number")
    form = RepricingForm(request.POST or None, request.FILES or None, lots=list(lots))
    if posted(request, form) and (
        saved(
            request,
            form,
            services.reprice_tender,
            _("已重新披露。"),
            code=code,
            **form.given(),
        )
        is not None
    ):
        return redirect("tender", code)
    return answer(request, "trading/reprice.html", context | {"form": form}, form)
