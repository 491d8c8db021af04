"""Rate a service, and read how content those served were."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from kernel.calendar import local_date
from monitoring import rated
from monitoring.forms import RatingForm, done
from monitoring.satisfaction import FEWEST, SERVICES
from monitoring.services import ratings
from trading import queries as trading
from trading.periods import market_titles


@require_safe
def satisfaction(request: Request) -> HttpResponse:
    """Show by market and service how many answered and how content they were."""
    lines = [
        {
            "market": _(market_titles().get(line.market, line.market)),
            "service": _(SERVICES[line.service]),
            "answers": line.answers,
            "mean": line.mean,
        }
        for line in rated.told(local_date(request.at))
    ]
    context = {"lines": lines, "fewest": FEWEST}
    return render(request, "monitoring/satisfaction.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_service(request: Request, code: str) -> HttpResponse:
    """Rate a service one was served by, once."""
    tender = trading.tender_for(request.actor, code, request.at)
    left = rated.to_rate(request.actor, tender)
    form = RatingForm(request.POST or None, services=left)
    if request.method == "POST" and form.is_valid():
        given = {"code": code, **form.cleaned_data, "at": request.at}
        if done(form, lambda: ratings.rate_service(actor=request.actor, **given) or True):
            messages.success(request, _("已收到评价，谢谢。"))
            return redirect("rate_service", code)
    context = {"tender": tender, "form": form, "left": left}
    status = 422 if form.is_bound else 200
    return render(request, "monitoring/rate_service.html", context, status=status)
