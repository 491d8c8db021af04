"""A bidder's own pages of a tender, and the page where anybody checks a receipt."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bidding import policy
from bidding.domain import FIELD_TITLES
from bidding.forms.receipt import ReceiptForm
from bidding.queries import bids as queries
from bidding.queries import receipts, windows
from bidding.sealing.lint import ENDINGS
from bidding.sentences import SEALING
from kernel.errors import DomainError, Missing
from kernel.text import gettext_noop as _
from ledger import press
from trading import queries as trading
from trading.markets import method_of

if TYPE_CHECKING:
    from bidding.admission import Step


def bidder_context(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the tender and the bidder the actor acts for; nobody else has these pages."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    tender = trading.call_for(actor, code, at)
    policy.require(actor, "bid.read", tender)
    if not method_of(tender).is_sealed:
        raise Missing("bid.not_sealed", _("本项目不以密封投标方式交易。"))
    window = windows.window_of(tender)
    return {
        "tender": tender,
        "bidder": trading.bidder_in(actor, tender),
        "actor": actor,
        "at": at,
        "window": window,
        "closes_at": windows.stored_deadline(tender),
        "hall_stage": windows.stage_of(tender, window),
    }


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the bidder stands with each lot, and what comes next."""
    context = bidder_context(request, code)
    lines = queries.lot_lines(context["tender"], context["bidder"], context["at"])
    return render(request, "bidding/bid.html", context | {"lines": lines})


@login_required
@never_cache
@require_safe
def seal(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Host the element that seals in the browser; what is typed there never leaves it in clear."""
    context = bidder_context(request, code)
    tender, bidder = context["tender"], context["bidder"]
    lot = trading.lot_of(tender, number)
    registered = queries.lots_open_to(tender, bidder.uscc, context["window"])
    place = policy.BidPlace(tender, bidder, number, registered)
    policy.require(context["actor"], "bid.submit", place)
    line = queries.lot_line(tender, bidder, lot, context["at"])
    sealing, method = queries.sealing_policy(tender), method_of(tender)
    figures = queries.figures_of(tender, sealing.stages)
    asked = method.offer_fields
    named = ("days", *asked) if method.delivers else asked
    return render(
        request,
        "bidding/seal_bid.html",
        context
        | {
            "lot": lot,
            "line": line,
            "stages": sealing.stages,
            "offer_fields": [(name, FIELD_TITLES[name]) for name in asked],
            "offer_names": "".join(f" {name}" for name in named),
            "bound": queries.bound_of(lot),
            "figures": figures,
            "takes_rate": any(one.get("takes_off") for one in figures),
            "asked_figures": json.dumps(figures, ensure_ascii=False),
            "method": method,
            "policy": sealing,
            "recovery": sealing.recovery,
            "endings": " ".join(ENDINGS),
            "receipt_key": str(receipts.receipt_verifier()),
            "hidden_names": json.dumps([bidder.name], ensure_ascii=False),
            "sentences": [(code, gettext(text)) for code, text in SEALING.items()],
        },
    )


@login_required
@never_cache
@require_safe
def own_receipts(request: HttpRequest, code: str) -> HttpResponse:
    """List the bidder's own receipts, newest last, whether they still count or not."""
    context = bidder_context(request, code)
    rows = [
        {"step": step, "hash": step.hash.hex(), "live": step.hash in queries.live_hashes(steps)}
        for steps in queries.all_steps_of(context["tender"], context["bidder"].uscc)
        for step in steps
    ]
    return render(request, "bidding/bid_receipts.html", context | {"rows": rows})


def own_step(context: dict[str, Any], commit: str) -> "Step":
    """Give one of the bidder's own accepted commits."""
    chains = queries.all_steps_of(context["tender"], context["bidder"].uscc)
    found = next((s for steps in chains for s in steps if s.hash.hex() == commit), None)
    if found is None:
        raise Missing("receipt.missing", _("没有这份回执。"))
    return found


@login_required
@never_cache
@require_safe
def print_receipt(request: HttpRequest, code: str, commit: str) -> HttpResponse:
    """Give one of the bidder's own receipts as a PDF made for this request; nothing keeps it."""
    context = bidder_context(request, code)
    content = receipts.printed(
        context["tender"], context["bidder"], own_step(context, commit), context["at"]
    )
    answer = HttpResponse(
        press.made_apart("bid_receipt", code, content), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}-{commit[:8]}.receipt.pdf"'
    return answer


@login_required
@never_cache
@require_safe
def download_receipt(request: HttpRequest, code: str, commit: str) -> HttpResponse:
    """Give one of the bidder's own receipts as the signed text it is."""
    context = bidder_context(request, code)
    found = own_step(context, commit)
    answer = HttpResponse(found.receipt, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{commit[:8]}.receipt.txt"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_receipt(request: HttpRequest) -> HttpResponse:
    """Check a pasted or uploaded receipt against key and record; no account is needed."""
    form = ReceiptForm(request.POST or None, request.FILES or None)
    checked = None
    if request.method == "POST" and form.is_valid():
        try:
            checked = receipts.check_receipt(form.cleaned_data["receipt"])
        except DomainError as refusal:
            form.add_error("receipt", gettext(refusal.message))
    context = {
        "form": form,
        "checked": checked,
        "receipt_key": str(receipts.receipt_verifier()),
        "proof_json": "" if checked is None else json.dumps(checked.as_plain()["inclusion"]),
    }
    return render(
        request,
        "bidding/verify_receipt.html",
        context,
        status=422 if form.is_bound and form.errors else 200,
    )
