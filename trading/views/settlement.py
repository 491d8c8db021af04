"""What is paid for what was sold, and the certificate of the deal."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.settlement import PaymentForm
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@form_page
def record_payment(request: Request, code: str, number: int) -> HttpResponse:
    """Record a payment of the price of a lot."""
    tender, context = tender_page(request, code)
    contract = queries.contract_of(tender, number)
    policy.require(request.actor, "payment.record", contract)
    owed = queries.owed(contract)
    left = owed.price - owed.paid
    by_exchange = method_of(tender).settles
    form = PaymentForm(request.POST or None, initial={"amount": left}, by_exchange=by_exchange)
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(
            request,
            form,
            services.record_payment,
            _("价款已登记。"),
            payment=form.payment(),
            **given,
        )
        is not None
    ):
        return redirect("contracts", code)
    context |= {"form": form, "contract": contract, "owed": owed, "left": left}
    context["due"] = queries.payment_due(contract)
    return answer(request, "trading/record_payment.html", context, form)


@login_required
@require_POST
def certify_tender(request: Request, code: str) -> HttpResponse:
    """Certify the deals of a sale."""
    act(request, code, services.certify_tender, _("交易凭证正在签发。"))
    return redirect("award", code)
