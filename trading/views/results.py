"""The pages of the result: the winner, the announcement, challenges and contracts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.forms.inputs import accepted
from trading.forms.results import ChallengeAnswerForm, ChallengeForm, ChoiceForm, FileForm
from trading.views.pages import answer, form_page, tender_page


@form_page
def award(request: Request, code: str) -> HttpResponse:
    """Show the candidates and the decision; the purchaser decides here."""
    tender, context = tender_page(request, code)
    side = policy.allows(request.actor, "tender.read_draft", tender)
    if not side and tender.state in {"evaluated", "winner_confirmed"}:
        raise Missing("award.not_public", _("中标结果尚未公告。"))
    choosing = tender.state == "evaluated" and policy.allows(request.actor, "award.confirm", tender)
    lots = queries.lots_with_candidates(tender)
    forms = [
        ChoiceForm(request.POST or None, lot=lot, prefix=f"lot{lot.number}", initial={"rank": 1})
        for lot in lots
        if choosing and lot.state == "open"
    ]
    if request.method == "POST" and choosing and all(form.is_valid() for form in forms):
        choices = {
            form.lot.number: (int(form.cleaned_data["rank"]), form.cleaned_data["reason"])
            for form in forms
        }
        done = accepted(
            forms[0],
            lambda: services.confirm_winner(
                actor=request.actor, code=code, choices=choices, at=request.at
            ),
        )
        if done is not None:
            messages.success(request, gettext("中标人已确定。"))
            return redirect("award", code)
    context |= {
        "lots": lots,
        "forms": forms,
        "notice": queries.notices_of(tender).filter(kind="result").first(),
        "papers": queries.award_papers(request.actor, tender),
    }
    return answer(request, "trading/award.html", context, *forms)


@login_required
@require_POST
def publish_result(request: Request, code: str) -> HttpResponse:
    """Publish the result and send the letters."""
    queries.tender_for(request.actor, code, request.at)
    notice = services.publish_result(actor=request.actor, code=code, at=request.at)
    messages.success(request, gettext("结果已公告，中标通知书和结果通知书正在签发。"))
    return redirect("notice", code, notice.number)


@login_required
@form_page
def challenges(request: Request, code: str) -> HttpResponse:
    """List the challenges I may read; a supplier files one here."""
    tender, context = tender_page(request, code)
    may_file = policy.allows(request.actor, "challenge.file", tender)
    form = ChallengeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        filed = accepted(
            form,
            lambda: services.file_challenge(
                actor=request.actor, code=code, at=request.at, **form.cleaned_data
            ),
        )
        if filed is not None:
            messages.success(request, gettext("质疑已提交，对方应在七个工作日内答复。"))
            return redirect("challenge", code, filed.code)
    context |= {
        "challenges": queries.challenges_visible_to(request.actor)
        .filter(tender=tender)
        .order_by("-filed_at"),
        "form": form,
        "may_file": may_file,
        "windows": queries.challenge_windows(request.actor, tender) if may_file else [],
        "suspensions": services.open_reasons(tender),
    }
    return answer(request, "trading/challenges.html", context, form)


@login_required
@form_page
def challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Show one challenge; the purchasing side answers it here."""
    tender, context = tender_page(request, code)
    found = queries.challenge_for(request.actor, tender, number)
    form = ChallengeAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = accepted(
            form,
            lambda: services.answer_challenge(
                actor=request.actor, code=code, number=number, at=request.at, **form.cleaned_data
            ),
        )
        if done is not None:
            return redirect("challenge", code, number)
    context |= {"challenge": found, "form": form, "acts": _acts(request, found)}
    return answer(request, "trading/challenge.html", context, form)


def _acts(request: Request, found: Any) -> dict[str, bool]:  # noqa: ANN401 - a challenge
    """Say which acts are possible on a challenge for this person in its state."""
    possible = queries.challenge_events(found)
    return {
        event: event in possible and policy.allows(request.actor, f"challenge.{event}", found)
        for event in ("accept", "reject", "answer", "withdraw")
    }


@login_required
@require_POST
def accept_challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Take a challenge up."""
    services.accept_challenge(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("challenge", code, number)


@login_required
@require_POST
def reject_challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Refuse a challenge that does not hold its form."""
    reason = request.POST.get("reason", "")
    services.reject_challenge(
        actor=request.actor, code=code, number=number, reason=reason, at=request.at
    )
    return redirect("challenge", code, number)


@login_required
@require_POST
def withdraw_challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Take a challenge back."""
    services.withdraw_challenge(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("challenge", code, number)


@require_safe
def contracts(request: Request, code: str) -> HttpResponse:
    """Show the contracts: due, signed, published, filed."""
    tender, context = tender_page(request, code)
    context |= {
        "contracts": queries.contracts_of(tender),
        "form": FileForm(),
        "suspensions": services.open_reasons(tender),
        "may_sign": policy.allows(request.actor, "tender.terminate", tender),
    }
    return render(request, "trading/contracts.html", context)


@login_required
@form_page
def sign_contract(request: Request, code: str, number: int) -> HttpResponse:
    """Record the signed contract of a lot."""
    tender, context = tender_page(request, code)
    contract = queries.contract_of(tender, number)
    policy.require(request.actor, "contract.sign", contract)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done = accepted(
            form,
            lambda: services.sign_contract(
                actor=request.actor,
                code=code,
                number=number,
                document=form.upload(),
                at=request.at,
            ),
        )
        if done is not None:
            messages.success(request, gettext("合同已登记，请在两个工作日内公告。"))
            return redirect("contracts", code)
    context |= {"form": form, "contract": contract}
    return answer(request, "trading/sign_contract.html", context, form)


@login_required
@require_POST
def publish_contract(request: Request, code: str, number: int) -> HttpResponse:
    """Publish a signed contract."""
    queries.tender_for(request.actor, code, request.at)
    services.publish_contract(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("contracts", code)


@login_required
@require_POST
def file_contract(request: Request, code: str, number: int) -> HttpResponse:
    """File a contract with the finance department."""
    queries.tender_for(request.actor, code, request.at)
    services.file_contract(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("contracts", code)


@login_required
@require_POST
def archive_tender(request: Request, code: str) -> HttpResponse:
    """Close the file."""
    queries.tender_for(request.actor, code, request.at)
    services.archive_tender(actor=request.actor, code=code, at=request.at)
    messages.success(request, gettext("已归档。"))
    return redirect("tender", code)


@require_safe
def paper(request: Request, code: str, kind: str, subject: str) -> HttpResponse:
    """Hand out an award notice or result letter to those it concerns."""
    tender = queries.tender_for(request.actor, code, request.at)
    document = queries.award_paper(request.actor, tender, kind, subject)
    return downloads.served(request, document.digest, f"{subject}.pdf", document.media_type)
