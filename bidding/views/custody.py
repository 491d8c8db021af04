"""Where a custodian makes its key, in its own browser; the platform takes the public keys only."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from bidding.sentences import SEALING
from kernel.text import gettext_noop as _
from ledger import sequencer
from trading import queries, services
from trading.domain import STAGES as SEALED
from trading.views.pages import tender_page

STAGES: Final = {"whole": _("整份投标"), "technical": _("技术部分"), "price": _("价格部分")}


@login_required
@never_cache
@require_safe
def custody(request: Request, code: str) -> HttpResponse:
    """Show a custodian what is held, and let the browser make the keys."""
    tender, context = tender_page(request, code)
    holder = queries.custodian_of(tender, request.actor.person_id)
    stages = SEALED[tender.stages]
    context |= {
        "holder": holder,
        "recovers": holder.circle == "recovery",
        "stages": stages,
        "keys": [
            {"stage": stage, "title": STAGES[stage], "public": holder.public_keys.get(stage)}
            for stage in stages
        ],
        "username": request.actor.ref.removeprefix("person:"),
        "log_key": str(sequencer.log_signer().verifier),
        "sentences": [(code, gettext(text)) for code, text in SEALING.items()],
    }
    return render(request, "bidding/custody.html", context)


@login_required
@require_POST
def register_key(request: Request, code: str) -> HttpResponse:
    """Take the public keys a custodian's browser made: one form field a stage."""
    tender = queries.tender_for(request.actor, code, request.at)
    stages = SEALED[tender.stages]
    keys = {stage: request.POST.get(f"key-{stage}", "") for stage in stages}
    services.register_custodian_key(actor=request.actor, code=code, public_keys=keys, at=request.at)
    messages.success(request, gettext("公钥已登记。请保管好您的密钥文件，开标时需要用它启封。"))
    return redirect("custody", code)
