"""The public list of supervisors, nomination, vetting, agreement, letter, and the end of a term."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import accepted
from accounts.requests import Request
from ledger import papers
from ledger import queries as ledger
from monitoring import forms, policy, queries
from monitoring.forms import done
from monitoring.services import supervisors


@require_safe
def supervisor_list(request: Request) -> HttpResponse:
    """List who is in office and who is being publicised; those who run the pool see all."""
    actor = request.actor
    context = {
        "appointed": queries.appointed(),
        "publicity": queries.publicised(),
        "pool": queries.pool_for(actor),
        "own": queries.own_supervisors(actor),
        "assignments": queries.own_assignments(actor),
    }
    return render(request, "monitoring/supervisors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: Request) -> HttpResponse:
    """Nominate a person for a unit."""
    if not request.actor.is_known:
        return redirect_to_login(request.path)
    form = forms.NominationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = accepted(
            form,
            lambda: supervisors.nominate(actor=request.actor, at=request.at, **form.cleaned_data),
        )
        if made is not None:
            messages.success(request, _("推荐已提交，等待交易中心审查。"))
            return redirect("supervisor", made.pk)
    status = 422 if form.errors else 200
    return render(request, "monitoring/nominate.html", {"form": form}, status=status)


@require_safe
def supervisor(request: Request, pk: int) -> HttpResponse:
    """Show one supervisor and what the reader may do."""
    return _page(request, pk)


def _page(request: Request, pk: int, **extra: Any) -> HttpResponse:
    actor = request.actor
    found = queries.supervisor_for(actor, pk)
    letter = papers.paper_of("supervisor_letter", str(found.letter_number))
    context = {
        "s": found,
        "letter": letter if letter and letter.document else None,
        "events": supervisors.events_for(actor=actor, supervisor=found),
        "runs_pool": policy.allows(actor, "supervisor.read", found),
        "vetting_form": forms.VettingForm(),
        "reason_form": forms.ReasonForm(),
        "publicity_is_over": supervisors.publicity_is_over(found, request.at),
    }
    status = 422 if extra else 200
    return render(request, "monitoring/supervisor.html", context | extra, status=status)


@require_POST
def vet(request: Request, pk: int) -> HttpResponse:
    """Vet a nominee."""
    form = forms.VettingForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: supervisors.vet(
            actor=request.actor,
            supervisor=pk,
            passed=form.cleaned_data["passed"],
            reason=form.cleaned_data["reason"],
            interests=form.cleaned_data["interests"],
            at=request.at,
        ),
    ):
        messages.success(request, _("审查结论已记录。"))
        return redirect("supervisor", pk)
    return _page(request, pk, vetting_form=form)


@require_POST
def agree(request: Request, pk: int) -> HttpResponse:
    """Sign the agreement."""
    supervisors.agree(actor=request.actor, supervisor=pk, at=request.at)
    messages.success(request, _("协议已签署，等待颁发聘书。"))
    return redirect("supervisor", pk)


@require_POST
def appoint(request: Request, pk: int) -> HttpResponse:
    """Appoint and order the letter."""
    supervisors.appoint(actor=request.actor, supervisor=pk, at=request.at)
    messages.success(request, _("已聘任，聘书正在制作。"))
    return redirect("supervisor", pk)


def _with_reason(service: Callable[..., Any]) -> Callable[..., HttpResponse]:
    @require_POST
    def move(request: Request, pk: int) -> HttpResponse:
        form = forms.ReasonForm(request.POST)
        if form.is_valid() and done(
            form,
            lambda: service(
                actor=request.actor,
                supervisor=pk,
                reason=form.cleaned_data["reason"],
                at=request.at,
            ),
        ):
            messages.success(request, _("已记录。"))
            return redirect("supervisor", pk)
        return _page(request, pk, reason_form=form)

    return move


suspend = _with_reason(supervisors.suspend)
resign = _with_reason(supervisors.resign)
dismiss = _with_reason(supervisors.dismiss)


@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    """Let a suspended supervisor serve again."""
    supervisors.resume(actor=request.actor, supervisor=pk, at=request.at)
    messages.success(request, _("已恢复履职。"))
    return redirect("supervisor", pk)


@require_safe
def letter(request: Request, pk: int) -> HttpResponse:
    """Give the signed letter of appointment."""
    found = queries.supervisor_for(request.actor, pk)
    digest = queries.letter_of(found)
    answer = HttpResponse(ledger.read_document(digest), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.letter_number}.pdf"'
    return answer
