"""Anonymous leads: filed by anybody, followed by receipt code, looked into by the authority."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.forms import accepted
from accounts.requests import Request
from kernel.errors import Missing
from monitoring import forms
from monitoring import leads as reading
from monitoring.forms import done
from monitoring.services import leads

form_page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@form_page
def file_lead(request: Request) -> HttpResponse:
    """Take a lead without a name, and show its receipt code, once."""
    form = forms.LeadForm(request.POST or None)
    if request.method == "POST":
        limits.consume_unnamed(request, "lead")
    actor, at = request.actor, request.at
    if form.is_valid():
        receipt = accepted(form, lambda: leads.file_lead(actor=actor, at=at, **form.cleaned_data))
        if receipt is not None:
            return render(request, "monitoring/lead_filed.html", {"receipt": receipt})
    context = {"form": form, "following": forms.ReceiptForm()}
    return render(request, "monitoring/lead_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def follow_lead(request: Request) -> HttpResponse:
    """Show a lead to whoever has its code, which stands in no address and no log."""
    limits.consume_unnamed(request, "lead_follow")
    form = forms.ReceiptForm(request.POST)
    if not (form.is_valid() and done(form, lambda: _followed(form))):
        context = {"form": forms.LeadForm(), "following": form}
        return render(request, "monitoring/lead_new.html", context, status=422)
    return _own_page(request, form.cleaned_data["receipt"], forms.LeadTextForm())


def _followed(form: forms.ReceiptForm) -> object:
    return leads.follow_lead(receipt=form.cleaned_data["receipt"])


@never_cache
@require_POST
def add_to_lead(request: Request) -> HttpResponse:
    """Add something to a lead by its code."""
    limits.consume_unnamed(request, "lead_follow")
    receipt, form = request.POST.get("receipt", ""), forms.LeadTextForm(request.POST)
    actor, at = request.actor, request.at
    if form.is_valid() and done(
        form,
        lambda: leads.add_to_lead(actor=actor, receipt=receipt, at=at, **form.cleaned_data),
    ):
        messages.success(request, _("补充的内容已收到。"))
        form = forms.LeadTextForm()
    return _own_page(request, receipt, form)


def _own_page(request: Request, receipt: str, form: forms.LeadTextForm) -> HttpResponse:
    found = leads.follow_lead(receipt=receipt)
    context = {
        "lead": found,
        "thread": reading.lead_thread(found),
        "receipt": receipt,
        "form": form,
        "may_add": found.state != "closed",
    }
    status = 422 if form.errors else 200
    return render(request, "monitoring/lead_own.html", context, status=status)


@never_cache
@require_safe
def leads_inbox(request: Request) -> HttpResponse:
    """List the leads for who looks into them; for others there is no such page."""
    if not reading.reads_leads(request.actor):
        raise Missing("lead.missing", "没有这条线索，或您无权查看。")
    return render(request, "monitoring/leads.html", {"leads": reading.leads_of(request.actor)})


@never_cache
@form_page
def lead(request: Request, number: str) -> HttpResponse:
    """Show a lead to who looks into it, and take the answer."""
    form = forms.LeadTextForm(request.POST or None)
    ways: dict[str, Callable[..., object]] = {
        "answer": leads.answer_lead,
        "close": leads.close_lead,
    }
    service = ways.get(request.POST.get("way", ""))
    actor, at = request.actor, request.at
    if (
        service is not None
        and form.is_valid()
        and done(form, lambda: service(actor=actor, number=number, at=at, **form.cleaned_data))
    ):
        messages.success(request, _("答复已发出，凭回执码可以查看。"))
        return redirect("lead", number)
    address = request.META.get("REMOTE_ADDR", "")
    found = leads.read_lead(actor=actor, number=number, address=address, at=at)
    context = {"lead": found, "thread": reading.lead_thread(found), "form": form}
    return render(request, "monitoring/lead.html", context, status=422 if form.errors else 200)
