"""The pages of framework agreements and of what is called off under them."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.calendar import end_of_day, local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import framework
from trading.forms.drafts import ReasonForm
from trading.forms.frameworks import CallOffForm, TerminateForm
from trading.forms.results import FileForm
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import FrameworkAgreement, Tender


OWN_SHOWN = 20


def framework_page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    """Give a tender whose shortlist everybody may know; of others there are no agreements."""
    tender, context = tender_page(request, code)
    if not queries.is_framework_told(tender):
        raise Missing("framework.missing", _("没有这份框架协议。"))
    context["terms"] = queries.framework_terms(tender)
    return tender, context


@require_safe
def frameworks(request: Request, code: str) -> HttpResponse:
    """List the agreements of every lot, and what was called off as far as the reader may know."""
    tender, context = framework_page(request, code)
    calls = [
        queries.as_seen(request.actor, c) for c in queries.call_offs_for(request.actor, tender)
    ]
    context["lots"] = [
        {
            "lot": lot,
            "unit": queries.unit_of(lot),
            "agreements": [
                {"made": one, "state": queries.standing_of(one, request.at)}
                for one in queries.agreements_of(tender).filter(lot=lot)
            ],
            "calls": [made for made in calls if made.lot_id == lot.pk],
            "competes": tender.state != "contracted"
            or queries.way_now(lot, request.at) == framework.COMPETITION,
        }
        for lot in tender.lots.all()
        if lot.agreements.exists()
    ]
    context["may_call"] = _may_call(request, tender)
    context["competes"] = queries.competes(tender)
    context["may_archive"] = policy.allows(request.actor, "tender.archive", tender) and (
        tender.state == "contracted" and not queries.has_open_frameworks(tender, request.at)
    )
    return render(request, "trading/frameworks.html", context)


@login_required
@require_safe
def catalogue(request: Request) -> HttpResponse:
    """List the frameworks one may call off from, with prices agreed, and one's own call-offs."""
    own = queries.own_call_offs(request.actor)[:OWN_SHOWN]
    rows = queries.catalogue(request.actor, request.at)
    return render(request, "trading/catalogue.html", {"rows": rows, "calls": own})


def _may_call(request: Request, tender: "Tender") -> bool:
    return tender.state == "contracted" and policy.allows(request.actor, "call_off.place", tender)


def _one(request: Request, code: str, number: int, place: int) -> tuple[Any, dict[str, Any]]:
    tender, context = framework_page(request, code)
    made = queries.agreement_of(tender, number, place)
    found = queries.call_offs_for(request.actor, tender).filter(agreement=made)
    seen = [queries.as_seen(request.actor, one) for one in found]
    calls = [one for one in seen if one.agreement is not None]
    context |= {
        "made": made,
        "state": queries.standing_of(made, request.at),
        "unit": queries.unit_of(made.lot),
        "calls": calls,
        "suspensions": services.open_reasons(tender),
    }
    return made, context


@require_safe
def agreement(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Show one agreement: supplier, agreed price, term, and what was called off under it."""
    made, context = _one(request, code, number, place)
    context["may_sign"] = made.state == "shortlisted" and _allowed(request, "sign", made)
    open_ones = ("shortlisted", "in_force")
    context["may_terminate"] = made.state in open_ones and _allowed(request, "terminate", made)
    asked = made.state == "in_force" and made.withdrawal_asked_at is not None
    context["reads_withdrawal"] = queries.reads_withdrawal(request.actor, made)
    context["may_ask"] = _may_ask(request, made)
    context["may_answer"] = asked and _allowed(request, "accept_withdrawal", made)
    return render(request, "trading/agreement.html", context | {"reason": ReasonForm()})


def _may_ask(request: Request, made: "FrameworkAgreement") -> bool:
    """Tell whether the supplier may ask to get out now: it has signed, like all the others."""
    standing = queries.standing_of(made, request.at) == "in_force"
    open_now = standing and made.lot.tender.state == "contracted" and not made.withdrawal_asked_at
    return bool(open_now) and _allowed(request, "ask_withdrawal", made)


def _allowed(request: Request, event: str, made: "FrameworkAgreement") -> bool:
    return policy.allows(request.actor, f"framework.{event}", made)


@login_required
@form_page
def sign_framework(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Record the signed agreement of a supplier."""
    made, context = _one(request, code, number, place)
    policy.require(request.actor, "framework.sign", made)
    form = FileForm(request.POST or None, request.FILES or None)
    given = {"code": code, "number": number, "place": place}
    said = _("框架协议已登记，有效期自今日起计算。")
    if posted(request, form) and (
        saved(request, form, services.sign_framework, said, document=form.upload(), **given)
        is not None
    ):
        return redirect("agreement", code, number, place)
    return answer(request, "trading/sign_framework.html", context | {"form": form}, form)


@login_required
@form_page
def terminate_framework(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Take a supplier's place from it."""
    made, context = _one(request, code, number, place)
    policy.require(request.actor, "framework.terminate", made)
    form = TerminateForm(request.POST or None)
    given = {"code": code, "number": number, "place": place}
    if posted(request, form) and (
        saved(
            request,
            form,
            services.terminate_framework,
            _("已解除。"),
            **given,
            **form.cleaned_data,
        )
        is not None
    ):
        return redirect("agreement", code, number, place)
    return answer(request, "trading/terminate_framework.html", context | {"form": form}, form)


@login_required
@form_page
def ask_withdrawal(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Ask to get out of one's agreement."""
    made, context = _one(request, code, number, place)
    policy.require(request.actor, "framework.ask_withdrawal", made)
    form = ReasonForm(request.POST or None)
    given = {"code": code, "number": number, "place": place}
    said = _("申请已提交，等待征集人答复；答复前框架协议继续履行。")
    if posted(request, form) and (
        saved(request, form, services.ask_withdrawal, said, **given, **form.cleaned_data)
        is not None
    ):
        return redirect("agreement", code, number, place)
    return answer(request, "trading/ask_withdrawal.html", context | {"form": form}, form)


@login_required
@require_POST
def accept_withdrawal(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Let a supplier out of its agreement."""
    said = _("已同意退出，不再向该供应商采购。")
    act(request, code, services.accept_withdrawal, said, number=number, place=place)
    return redirect("agreement", code, number, place)


@login_required
@require_POST
def refuse_withdrawal(request: Request, code: str, number: int, place: int) -> HttpResponse:
    """Hold a supplier to its agreement."""
    given: dict[str, Any] = {"number": number, "place": place, "reason": _reason(request)}
    act(request, code, services.refuse_withdrawal, _("未同意退出，理由已记录。"), **given)
    return redirect("agreement", code, number, place)


@login_required
@form_page
def place_call_off(request: Request, code: str, number: int) -> HttpResponse:
    """Call off from a lot's agreements."""
    tender, context = framework_page(request, code)
    policy.require(request.actor, "call_off.place", tender)
    lot = queries.lot_of(tender, number)
    way = queries.way_now(lot, request.at)
    standing, unit = queries.standing_agreements(lot, request.at), queries.unit_of(lot)
    buying = queries.buyers_among(request.actor, tender)
    given: dict[str, Any] = {"way": way, "agreements": standing, "unit": unit, "buying": buying}
    form = CallOffForm(request.POST or None, **given)
    said = _("已发给供应商，等待答复。")
    if posted(request, form):
        order = form.order()
        made = saved(
            request, form, services.place_call_off, said, code=code, number=number, order=order
        )
        if made is not None:
            return redirect("call_off", code, number, made.number)
    context |= {"form": form, "lot": lot, "standing": standing, "unit": unit}
    context["spent"] = [(one, queries.spent_by(one, tender)) for one in buying]
    context |= {"chooses": way == framework.DIRECT, "competes": way == framework.COMPETITION}
    context["answer"] = queries.rules_of(tender, request.at).period(
        "call_off_answer", local_date(request.at)
    )
    return answer(request, "trading/place_call_off.html", context, form)


@require_safe
def call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Show one call-off to those who may know of it, with what each of them can do now."""
    tender, context = framework_page(request, code)
    made = queries.call_off_for(request.actor, tender, number, serial)
    context |= _shown(request, made)
    return render(request, "trading/call_off.html", context | {"reason": ReasonForm()})


def _shown(request: Request, made: Any) -> dict[str, Any]:  # noqa: ANN401 - a call-off
    due = queries.signing_due(made)
    doable = {
        "accept": made.state == "asked",
        "refuse": made.state in {"asked", "accepted"},
        "skip": due is not None and request.at >= end_of_day(due),
        "publish": made.state in {"accepted", "contracted"} and not made.published_at,
        "sign": made.state == "accepted",
    }
    can = {
        event: possible and policy.allows(request.actor, f"call_off.{event}", made)
        for event, possible in doable.items()
    }
    turns, seen = queries.turns_for(request.actor, made), queries.as_seen(request.actor, made)
    return {
        "made": seen,
        "unit": queries.unit_of(seen.lot),
        "signing_due": due if seen.state == "accepted" else None,
        "turns": turns,
        "can": can,
        "form": FileForm(),
    }


@login_required
@require_POST
def accept_call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Take a call-off on."""
    said = _("已接受，请按约定与采购人签订合同。")
    act(request, code, services.accept_call_off, said, number=number, serial=serial)
    return redirect("call_off", code, number, serial)


def _reason(request: Request) -> str:
    return request.POST.get("reason", "")


@login_required
@require_POST
def refuse_call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Turn a call-off down."""
    given: dict[str, Any] = {"number": number, "serial": serial, "reason": _reason(request)}
    act(request, code, services.refuse_call_off, _("已拒绝，理由已记录。"), **given)
    return redirect("call_off", code, number, serial)


@login_required
@require_POST
def skip_call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Pass over a supplier that accepted and does not sign."""
    given: dict[str, Any] = {"number": number, "serial": serial, "reason": _reason(request)}
    act(request, code, services.skip_call_off, _("已跳过，理由已记录。"), **given)
    return redirect("call_off", code, number, serial)


@login_required
@require_POST
def publish_call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Publish the result of a call-off."""
    notice = act(request, code, services.publish_call_off, number=number, serial=serial)
    return redirect("notice", code, notice.number)


@login_required
@form_page
def sign_call_off(request: Request, code: str, number: int, serial: int) -> HttpResponse:
    """Record the signed contract of a call-off."""
    tender, context = framework_page(request, code)
    made = queries.call_off_for(request.actor, tender, number, serial)
    policy.require(request.actor, "call_off.sign", made)
    form = FileForm(request.POST or None, request.FILES or None)
    given = {"code": code, "number": number, "serial": serial}
    said = _("合同已登记。")
    if posted(request, form) and (
        saved(request, form, services.sign_call_off, said, document=form.upload(), **given)
        is not None
    ):
        return redirect("call_off", code, number, serial)
    context |= {**_shown(request, made), "form": form}
    return answer(request, "trading/sign_call_off.html", context, form)
