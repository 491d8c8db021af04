"""The pages of the result: the winner, the announcement, challenges and contracts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from accounts.requests import Request
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.domain import acceptance
from trading.domain.redress import by_agency, of_its_own
from trading.forms.acceptances import AcceptanceForm
from trading.forms.endings import EndContractForm
from trading.forms.results import ChallengeAnswerForm, ChallengeForm, ChoiceForm, FileForm
from trading.markets import lifecycle_of, method_of, remedy_of, words_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@form_page
def award(request: Request, code: str) -> HttpResponse:
    """Show the candidates and the decision; the purchaser decides here."""
    tender, context = tender_page(request, code)
    side = policy.allows(request.actor, "tender.read_draft", tender)
    papers = queries.award_papers(request.actor, tender)
    voids = policy.allows(request.actor, "lot.void", tender)
    voidable = [lot.number for lot in queries.voidable(tender)] if voids else []
    found = [lot.number for lot in queries.disqualifiable(tender)] if voids else []
    if not (side or papers or voidable or found) and not queries.is_result_told(tender):
        raise Missing("award.not_public", _("中标结果尚未公告。"))
    drawing = queries.awaiting_draw(tender)
    choosing = (
        not drawing
        and queries.is_time_to_confirm(tender, request.at)
        and policy.allows(request.actor, "award.confirm", tender)
    )
    undecided = queries.undecided(tender)
    draws = bool(drawing) and undecided in ([], drawing)
    permission = "award.draw" if draws else "award.decide"
    lots = queries.lots_with_candidates(request.actor, tender)
    forms = [
        ChoiceForm(_given(request), lot=lot, prefix=f"lot{lot.number}")
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
        "may_publish": lifecycle_of(tender).allows(tender.state, "publish_result"),
        "candidates_notice": queries.notices_of(tender).filter(kind="candidates").first(),
        "publicises": method_of(tender).publicises_candidates,
        "suspensions": services.open_reasons(tender),
        "decisions": side and (drawing or (tender.state == "evaluated" and undecided)),
        "draws": draws,
        "passable": [lot.number for lot in queries.passable(tender)]
        if policy.allows(request.actor, "award.pass_over", tender)
        else [],
        "voidable": voidable,
        "disqualifiable": found,
        "may_decide": policy.allows(request.actor, permission, tender),
        "report_due": queries.award_report_due(tender) if side else None,
        "papers": papers,
        "shortfalls": queries.shortfalls_of(tender) if side or voids else [],
    }
    return answer(request, "trading/award.html", context, *forms)


def _given(request: Request) -> QueryDict | None:
    """Give what was sent, though a lot without a choice sends nothing of its own."""
    return request.POST if request.method == "POST" else None


def _confirmed(request: Request, code: str, forms: list[ChoiceForm]) -> bool:
    said = {form.lot.number: form.cleaned_data for form in forms}
    choices = {lot: (of.get("supplier", ""), of.get("reason", "")) for lot, of in said.items()}
    grounds = {lot: of.get("ground", "") for lot, of in said.items()}
    done = words_of(forms[0].lot.tender)["confirmed_now"]
    given = {"code": code, "choices": choices, "grounds": grounds}
    return saved(request, forms[0], services.confirm_winner, done, **given) is not None


@login_required
@require_POST
def publish_candidates(request: Request, code: str) -> HttpResponse:
    """Show the ranked candidates to the public."""
    said = _("中标候选人已公示，公示文件正在签发。")
    notice = act(request, code, services.publish_candidates, said)
    return redirect("notice", code, notice.number)


@login_required
@require_POST
def report_award(request: Request, code: str) -> HttpResponse:
    """Note that the regulator has the written report."""
    act(request, code, services.report_award, _("已登记。"))
    return redirect("award", code)


@require_safe
def publicity_paper(request: Request, code: str, number: int, kind: str) -> HttpResponse:
    """Hand out the signed publicity of candidates, or of those to be hired, to anybody."""
    _tender, context = tender_page(request, code)
    document = queries.public_paper(kind, f"{code}.{number}")
    if document is None:
        return render(request, "trading/paper_waits.html", context | {"notice": number})
    return downloads.served(request, document.digest, f"{code}-{number}.pdf", document.media_type)


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
    remedy = remedy_of(tender)
    if remedy is None:
        raise Missing("challenge.missing", _("没有这份质疑，或您无权查看。"))
    may_file = policy.allows(request.actor, "challenge.file", tender)
    windows = queries.challenge_windows(request.actor, tender, request.at) if may_file else []
    is_person = may_file and queries.filer_in(request.actor, tender) is None
    form = ChallengeForm(
        request.POST or None,
        request.FILES or None,
        windows=windows,
        is_person=is_person,
        remedy=remedy,
        when=queries.in_days(remedy.when, tender),
    )
    if request.method == "POST" and is_person:
        limits.consume(request, "objection")
    said = _("已提交，对方应在答复期限内答复。")
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
        "remedy": remedy,
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
    itself = queries.redone_if_upheld(found)
    decides = policy.allows(request.actor, "challenge.redress", found)
    ways, lots = of_its_own(queries.redress_ways(tender)), queries.redress_lots(tender, itself=True)
    ways = ways if decides else by_agency(ways)
    sent, own = request.POST or None, found.lot
    form = ChallengeAnswerForm(sent, ways=ways, lots=lots, itself=itself, own=own)
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.answer_challenge, **given, **form.given()) is not None
    ):
        return redirect("challenge", code, number)
    acts = _acts(request, found)
    context |= {"challenge": found, "form": form, "acts": acts, "remedy": remedy_of(tender)}
    complaints = policy.allows(request.actor, "complaint.file", tender)
    context["may_complain"] = complaints and policy.allows(
        request.actor, "challenge.withdraw", found
    )
    remedy = remedy_of(tender)
    context["upheld_means"] = itself
    context["then"] = queries.in_days(remedy.then, tender) if remedy else ""
    return answer(request, "trading/challenge.html", context, form)


@login_required
@never_cache
@require_safe
def challenge_letter(request: Request, code: str, number: str) -> HttpResponse:
    """Give a challenge with its answer as a PDF to those who may read it."""
    tender = queries.tender_for(request.actor, code, request.at)
    found = queries.challenge_for(request.actor, tender, number)
    content = queries.challenge_letter(found, request.at)
    return downloads.printed("challenge_letter", found.code, content, found.code)


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


def _shown(request: Request, contracts: list[Any]) -> list[Any]:
    """Put beside each contract what its taker has to pay by when, and how it was accepted."""
    today = local_date(request.at)
    for contract in contracts:
        contract.reports = queries.acceptances_for(request.actor, contract)
        contract.promised = queries.promised(contract)
        contract.payment_due = due = queries.payment_due(contract)
        contract.is_overdue = due is not None and due.is_overdue(today)
    return contracts


@require_safe
def contracts(request: Request, code: str) -> HttpResponse:
    """Show the contracts: due, signed, published, filed."""
    tender, context = tender_page(request, code)
    context |= {
        "contracts": _shown(request, queries.contracts_for(request.actor, tender)),
        "form": FileForm(),
        "suspensions": services.open_reasons(tender),
        "may_archive": lifecycle_of(tender).allows(tender.state, "archive"),
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
    said = words_of(tender)["contract_now"]
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
@form_page
def accept_contract(request: Request, code: str, number: int) -> HttpResponse:
    """Record the report on what was delivered under the contract of a lot."""
    tender, context = tender_page(request, code)
    contract = queries.contract_of(tender, number)
    policy.require(request.actor, "contract.accept", contract)
    form = AcceptanceForm(request.POST or None, parts=acceptance.parts(contract.lot.items))
    if posted(request, form) and (
        saved(
            request,
            form,
            services.accept_contract,
            _("验收书已登记。"),
            code=code,
            number=number,
            report=form.given(),
        )
        is not None
    ):
        return redirect("contracts", code)
    context |= {"form": form, "contract": contract, "article": acceptance.ARTICLE}
    return answer(request, "trading/accept_contract.html", context, form)


@login_required
@form_page
def end_contract(request: Request, code: str, number: int) -> HttpResponse:
    """Record that the contract of a lot ended without being performed."""
    tender, context = tender_page(request, code)
    contract = queries.contract_of(tender, number)
    policy.require(request.actor, "contract.end", contract)
    form = EndContractForm(request.POST or None, request.FILES or None, market=tender.market)
    said, kept = _("合同终止已登记。"), {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.end_contract, said, **kept, **form.given()) is not None
    ):
        return redirect("contracts", code)
    context |= {"form": form, "contract": contract}
    return answer(request, "trading/end_contract.html", context, form)


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
