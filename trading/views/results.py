"""The pages of the result: the winner, the announcement, challenges and contracts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.forms.results import ChallengeAnswerForm, ChallengeForm, ChoiceForm, FileForm
from trading.markets import lifecycle_of, market_of, method_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@form_page
def award(request: Request, code: str) -> HttpResponse:
    """Show the candidates and the decision; the purchaser decides here."""
    tender, context = tender_page(request, code)
    side = policy.allows(request.actor, "tender.read_draft", tender)
    if not side and tender.state in {"evaluated", "priced", "winner_confirmed"}:
        raise Missing("award.not_public", _("中标结果尚未公告。"))
    choosing = lifecycle_of(tender).allows(tender.state, "confirm_winner") and policy.allows(
        request.actor, "award.confirm", tender
    )
    lots = queries.lots_with_candidates(request.actor, tender)
    forms = [
        ChoiceForm(request.POST or None, lot=lot, prefix=f"lot{lot.number}", initial={"rank": 1})
        for lot in lots
        if choosing and lot.state == "open"
    ]
    if request.method == "POST" and not forms:
        act(request, code, services.confirm_winner, choices={})  # refuses, and says why
        return redirect("award", code)
    if posted(request, *forms) and _confirmed(request, code, forms):
        return redirect("award", code)
    context |= {
        "lots": lots,
        "forms": forms,
        "notice": queries.notices_of(tender).filter(kind="result").first(),
        "papers": queries.award_papers(request.actor, tender),
    }
    return answer(request, "trading/award.html", context, *forms)


def _confirmed(request: Request, code: str, forms: list[ChoiceForm]) -> bool:
    choices = {
        form.lot.number: (int(form.cleaned_data["rank"]), form.cleaned_data["reason"])
        for form in forms
    }
    said = market_of(forms[0].lot.tender).words["confirmed_now"]
    done = saved(request, forms[0], services.confirm_winner, said, code=code, choices=choices)
    return done is not None


@login_required
@require_POST
def publish_result(request: Request, code: str) -> HttpResponse:
    """Publish the result and send the letters."""
    notice = act(request, code, services.publish_result, word="result_now")
    return redirect("notice", code, notice.number)


@login_required
@form_page
def challenges(request: Request, code: str) -> HttpResponse:
    """List the challenges I may read; a supplier files one here."""
    tender, context = tender_page(request, code)
    if "challenge" not in method_of(tender).remedies:
        raise Missing("challenge.missing", _("没有这份质疑，或您无权查看。"))
    may_file = policy.allows(request.actor, "challenge.file", tender)
    windows = queries.challenge_windows(request.actor, tender, request.at) if may_file else []
    form = ChallengeForm(request.POST or None, windows=windows)
    said = _("质疑已提交，对方应在七个工作日内答复。")
    if posted(request, form) and (
        filed := saved(request, form, services.file_challenge, said, code=code, **form.cleaned_data)
    ):
        return redirect("challenge", code, filed.code)
    context |= {
        "challenges": queries.challenges_visible_to(request.actor)
        .filter(tender=tender)
        .order_by("-filed_at"),
        "marks": queries.challenge_marks_for(request.actor, tender),
        "form": form,
        "may_file": may_file,
        "windows": windows,
        "may_file_now": any(window["is_open"] for window in windows),
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
    if posted(request, form) and (
        saved(
            request, form, services.answer_challenge, code=code, number=number, **form.cleaned_data
        )
        is not None
    ):
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
    act(request, code, services.accept_challenge, number=number)
    return redirect("challenge", code, number)


@login_required
@require_POST
def reject_challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Refuse a challenge that does not hold its form."""
    reason = request.POST.get("reason", "")
    act(request, code, services.reject_challenge, number=number, reason=reason)
    return redirect("challenge", code, number)


@login_required
@require_POST
def withdraw_challenge(request: Request, code: str, number: str) -> HttpResponse:
    """Take a challenge back."""
    act(request, code, services.withdraw_challenge, number=number)
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
    said = market_of(tender).words["contract_now"]
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.sign_contract, said, document=form.upload(), **given)
        is not None
    ):
        return redirect("contracts", code)
    context |= {"form": form, "contract": contract}
    return answer(request, "trading/sign_contract.html", context, form)


@login_required
@require_POST
def publish_contract(request: Request, code: str, number: int) -> HttpResponse:
    """Publish a signed contract."""
    act(request, code, services.publish_contract, number=number)
    return redirect("contracts", code)


@login_required
@require_POST
def file_contract(request: Request, code: str, number: int) -> HttpResponse:
    """File a contract with the finance department."""
    act(request, code, services.file_contract, number=number)
    return redirect("contracts", code)


@login_required
@require_POST
def archive_tender(request: Request, code: str) -> HttpResponse:
    """Close the file."""
    act(request, code, services.archive_tender, _("已归档。"))
    return redirect("tender", code)


@require_safe
def paper(request: Request, code: str, kind: str, subject: str) -> HttpResponse:
    """Hand out an award notice or result letter to those it concerns."""
    tender = queries.tender_for(request.actor, code, request.at)
    document = queries.award_paper(request.actor, tender, kind, subject)
    return downloads.served(request, document.digest, f"{subject}.pdf", document.media_type)
