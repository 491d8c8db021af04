"""Pages of the money around a bid: the bidder's own, everybody's after closing, the refunds."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from deposits import policy, queries
from deposits.forms import (
    ClaimAnswerForm,
    ClaimForm,
    ForfeitForm,
    GuaranteeForm,
    LetterFileForm,
    LiftForm,
    RefundsForm,
    UndoForm,
)
from deposits.services import (
    accounts,
    claims,
    forfeits,
    guarantees,
    holds,
    reading,
    refunds,
    slips,
)
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from django.forms import Form

SHOWN = 200


@login_required
@never_cache
@require_safe
def own_deposit(request: Request, code: str) -> HttpResponse:
    """Show a bidder its own deposits: account, payments, letter, refunds, decisions."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "deposit.see_own", tender)
    context |= {
        "lines": queries.own_deposits(request.actor, tender),
        "takes_bids": queries.takes_bids(tender, request.at),
    }
    return render(request, "deposits/own_deposit.html", context)


@login_required
@require_POST
def open_account(request: Request, code: str, number: int) -> HttpResponse:
    """Give the bidder its sub-account for a lot."""
    act(request, code, accounts.open_account, number=number)
    return redirect("own_deposit", code)


@login_required
@never_cache
@form_page
def hand_in_guarantee(request: Request, code: str, number: int) -> HttpResponse:
    """Bind a guarantee letter to a lot."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "guarantee.hand_in", tender)
    wanted = queries.wanted_letter(tender, number)
    initial = {
        "amount": wanted.amount,
        "valid_until": wanted.valid_until,
        "beneficiary": wanted.beneficiary,
    }
    form = GuaranteeForm(request.POST or None, request.FILES or None, initial=initial)
    said = _("保函信息已加密提交，开标前只有您能看到。")
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, guarantees.hand_in_guarantee, said, **given, **form.given())
        is not None
    ):
        return redirect("own_deposit", code)
    context |= {"form": form, "wanted": wanted, "number": number}
    return answer(request, "deposits/guarantee.html", context, form)


@login_required
@never_cache
@form_page
def show_guarantee(request: Request, code: str, number: int) -> HttpResponse:
    """Show the file of the letter that was bound before the deadline."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "guarantee.show", tender)
    form = LetterFileForm(request.POST or None, request.FILES or None)
    said = _("保函文件与截止前提交的一致，已存档。")
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, guarantees.show_guarantee, said, document=form.upload(), **given)
        is not None
    ):
        return redirect("own_deposit", code)
    context |= {"form": form, "number": number}
    return answer(request, "deposits/show_guarantee.html", context, form)


@login_required
@never_cache
@require_safe
def deposits(request: Request, code: str) -> HttpResponse:
    """Show officials who laid down what, once bids are closed."""
    tender, context = tender_page(request, code)
    address = request.META.get("REMOTE_ADDR", "")
    context |= {
        "rows": reading.read_deposits(
            actor=request.actor, code=code, address=address, at=request.at
        ),
        "decides": policy.allows(request.actor, "deposit.forfeit", tender),
        "claims": policy.allows(request.actor, "claim.make", tender),
        "prints": policy.allows(request.actor, "deposit.print_slip", tender),
    }
    return render(request, "deposits/deposits.html", context)


@login_required
@never_cache
@require_safe
def own_slip(request: Request, code: str, number: int) -> HttpResponse:
    """Print the slip of the bidder's own deposit, made for this request; nothing keeps it."""
    return _served(slips.own_slip(actor=request.actor, code=code, number=number, at=request.at))


@login_required
@never_cache
@require_safe
def kept_slip(request: Request, code: str, number: int, uscc: str) -> HttpResponse:
    """Print the slip of anybody's deposit for the centre, after closing."""
    where = _where(request)
    return _served(
        slips.kept_slip(actor=request.actor, code=code, number=number, uscc=uscc, **where)
    )


@login_required
@never_cache
@require_safe
def refund_slip(request: Request, code: str, key: int) -> HttpResponse:
    """Print the slip of money that went back."""
    return _served(slips.refund_slip(actor=request.actor, code=code, key=key, **_where(request)))


def _where(request: Request) -> dict[str, Any]:
    return {"address": request.META.get("REMOTE_ADDR", ""), "at": request.at}


def _served(slip: slips.Slip) -> HttpResponse:
    answer = HttpResponse(slip.printed(), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{slip.name}"'
    return answer


@login_required
@never_cache
@form_page
def forfeit(request: Request, code: str, number: int, uscc: str) -> HttpResponse:
    """Decide that a deposit is not given back."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "deposit.forfeit", tender)
    deposit = queries.deposit_for(tender, number, uscc)
    form = ForfeitForm(request.POST or None)
    said = _("决定已记录，供应商可以看到理由。")
    given = {"code": code, "number": number, "uscc": uscc}
    if posted(request, form) and (
        saved(request, form, forfeits.forfeit, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("deposits", code)
    context |= {"form": form, "deposit": deposit}
    return answer(request, "deposits/forfeit.html", context, form)


@login_required
@never_cache
@form_page
def undo_forfeit(request: Request, code: str, number: int) -> HttpResponse:
    """Take a decision back, with the reason."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "forfeit.undo", tender)
    decided = queries.forfeit_for(tender, number)
    form = UndoForm(request.POST or None)
    said = _("决定已撤销，账目已冲正。")
    if posted(request, form) and (
        saved(
            request, form, forfeits.undo_forfeit, said, code=code, key=number, **form.cleaned_data
        )
        is not None
    ):
        return redirect("deposits", code)
    context |= {"form": form, "decided": decided}
    return answer(request, "deposits/undo_forfeit.html", context, form)


@login_required
@never_cache
@form_page
def lift_hold(request: Request, code: str, number: int, uscc: str) -> HttpResponse:
    """Decide that a deposit that was held is given back."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "hold.lift", tender)
    deposit = queries.deposit_for(tender, number, uscc)
    form = LiftForm(request.POST or None)
    said = _("已决定退还，按规定期限办理。")
    given = {"code": code, "number": number, "uscc": uscc}
    if posted(request, form) and (
        saved(request, form, holds.lift_hold, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("deposits", code)
    context |= {"form": form, "deposit": deposit}
    return answer(request, "deposits/lift_hold.html", context, form)


@login_required
@never_cache
@form_page
def make_claim(request: Request, code: str, number: int) -> HttpResponse:
    """Note that the guarantor of a letter was asked to pay."""
    form = ClaimForm(request.POST or None, initial={"on": local_date(request.at)})
    said = _("已登记索赔，等待保函出具机构答复。")
    act = ClaimAct("claim.make", claims.make_claim, said)
    return _claim(request, code, number, form, act)


@login_required
@never_cache
@form_page
def answer_claim(request: Request, code: str, number: int) -> HttpResponse:
    """Note how a claim ended: paid, refused or withdrawn."""
    form = ClaimAnswerForm(request.POST or None, initial={"on": local_date(request.at)})
    said = _("已登记索赔的结果。")
    act = ClaimAct("claim.answer", claims.answer_claim, said)
    return _claim(request, code, number, form, act)


class ClaimAct(NamedTuple):
    """What the purchaser does about a claim: by which right and service, and what is said after."""

    permission: str
    service: Callable[..., Any]
    said: str


def _claim(request: Request, code: str, key: int, form: "Form", act: ClaimAct) -> HttpResponse:
    """Ask for what an act on a claim needs and do it by its service."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, act.permission, tender)
    context |= {"form": form, "claim": queries.claim_for(tender, key)}
    given = {"code": code, "key": key}
    if posted(request, form) and (
        saved(request, form, act.service, act.said, **given, **form.cleaned_data) is not None
    ):
        return redirect("deposits", code)
    return answer(request, "deposits/claim.html", context, form)


@login_required
@never_cache
@form_page
def confirm_refunds(request: Request) -> HttpResponse:
    """List what has to go back by when; the centre confirms one or many by the bank's numbers."""
    policy.require(request.actor, "refund.see")
    waiting = queries.refunds_to_pay()
    today = local_date(request.at)
    shown = waiting[:SHOWN]
    form = RefundsForm(request.POST or None, refunds=shown, initial={"paid_on": today})
    if posted(request, form) and _paid(request, form):
        return redirect("refunds")
    context = {
        "form": form,
        "rows": [
            (refund, field, queries.interest_on(refund, today)) for refund, field in form.rows()
        ],
        "more": max(0, len(waiting) - SHOWN),
        "paid": queries.refunds_paid(),
        "today": today,
        "books": queries.books(),
    }
    return answer(request, "deposits/refunds.html", context, form)


def _paid(request: Request, form: "Form") -> bool:
    if not isinstance(form, RefundsForm):
        raise TypeError("refunds are confirmed by their form")
    done = saved(
        request,
        form,
        refunds.confirm_refunds,
        payments=form.payments(),
        paid_on=form.cleaned_data["paid_on"],
    )
    if done is None:
        return False
    messages.success(request, gettext("已确认 %(count)s 笔退款。") % {"count": len(done)})
    return True
