"""Recovery in the hall: a bidder asks, a recovery custodian releases its part of that one bid."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from bidding.forms import hall as forms
from bidding.queries import opening as halls
from bidding.queries import recovery as queries
from bidding.services import opening
from ledger import queries as ledger


@require_POST
def request_recovery(request: Request, code: str, stage: str) -> HttpResponse:
    """Take a bidder's request."""
    lot = forms.RecoveryForm(request.POST).given()
    actor, at = request.actor, request.at
    opening.request_recovery(actor=actor, code=code, stage=stage, lot=lot, at=at)
    messages.success(request, _("已申请恢复份额。恢复托管人会在这里看到申请，进展随时显示。"))
    return redirect("hall", code, stage)


@require_POST
def release_part(request: Request, code: str, stage: str) -> HttpResponse:
    """Take a recovery custodian's part."""
    commit, part = forms.PartForm(request.POST).given()
    opening.release_part(
        actor=request.actor, code=code, stage=stage, commit=commit, part=part, at=request.at
    )
    messages.success(request, _("恢复份额有效，已记录。您的密钥没有离开本机。"))
    return redirect("hall", code, stage)


@require_safe
def recovery_proofs(request: Request, code: str, stage: str, commit: str) -> JsonResponse:  # noqa: ARG001 - a view
    """Prove that the bids are closed and that this bidder asked, for the custodian's own client."""
    halls.session_for(code, stage)
    closed = ledger.first_fact(code, "tender.closed")
    asked = queries.requested_fact(code, stage, commit)
    return JsonResponse(
        {
            "closed": closed and ledger.proof_of(closed),
            "requested": asked and ledger.proof_of(asked),
        }
    )
