"""The page of the drawn factor: the commitment for everybody, the draw for those who may make it,
and the proof afterwards.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from evaluation import policy
from evaluation.forms import FactorForm, accepted
from evaluation.queries import factors as queries
from evaluation.services import factors as services
from kernel.text import gettext_noop as _
from trading import queries as trading


@require_http_methods(["GET", "HEAD", "POST"])
def factors(request: Request, code: str) -> HttpResponse:
    """Show the list, the commitment and the draw of the factor; one of those present draws here."""
    tender = trading.tender_for(request.actor, code, request.at)
    proof = queries.factor_proof(tender)
    form = FactorForm(request.POST or None)
    if request.method == "POST":
        policy.require(request.actor, "factor.draw", tender)
        if form.is_valid() and accepted(
            form,
            lambda: services.draw_factor(
                actor=request.actor, code=code, nonce=form.cleaned_data["nonce"], at=request.at
            ),
        ):
            messages.success(request, gettext(_("系数已抽取，种子已公布。")))
            return redirect("factors", code)
    context = {
        "tender": tender,
        "proof": proof,
        "record": f"{code}.factor",
        "form": form,
        "next": trading.next_step(tender),
        "may_draw": policy.allows(request.actor, "factor.draw", tender),
        "is_time": tender.state in services.DRAWING and queries.prices_read(tender),
    }
    return render(request, "evaluation/factors.html", context, status=422 if form.errors else 200)
