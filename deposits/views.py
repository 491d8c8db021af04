"""Pages of the money around a bid: the bidder's own, everybody's after closing, the refunds."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
    SecurityDropForm,
    SecurityForfeitForm,
    SecurityLetterForm,
    SecurityReceiptForm,
    SecurityReleaseForm,
    SecurityRestoreForm,
    SecurityReturnForm,
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
    securities,
    slips,
)
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from django.forms import Form

SHOWN = 200


class Act(NamedTuple):
    """What somebody may do with a performance security: where, when, by which form and service."""

    permission: str
    states: frozenset[str]
    title: str
    said: str
    form: Callable[..., Any]
    service: Callable[..., Any]
    after_signing: bool | None = None
    """Whether it belongs after the contract is signed or before; None: to both."""


ACTS: Final[Mapping[str, Act]] = {
    "lodge_security": Act(
        "security.lodge",
        frozenset({""}),
        _("提交履约保函"),
        _("履约保函已提交。"),
        SecurityLetterForm,
        securities.lodge_security,
    ),
    "receive_security": Act(
        "security.receive",
        frozenset({""}),
        _("登记到账"),
        _("履约保证金已登记到账。"),
        SecurityReceiptForm,
        securities.receive_security,
    ),
    "release_security": Act(
        "security.release",
        frozenset({"lodged"}),
        _("确认履约完成"),
        _("已确认履约完成，等待退还履约保证金。"),
        SecurityReleaseForm,
        securities.release_security,
        after_signing=True,
    ),
    "drop_security": Act(
        "security.drop",
        frozenset({"lodged"}),
        _("合同不再签订，释放履约保证金"),
        _("已释放履约保证金，等待退还。"),
        SecurityDropForm,
        securities.drop_security,
        after_signing=False,
    ),
    "forfeit_security": Act(
        "security.forfeit",
        frozenset({"lodged"}),
        _("履约保证金不予退还"),
        _("决定已记录，供应商可以看到理由。"),
        SecurityForfeitForm,
        securities.forfeit_security,
        after_signing=True,
    ),
    "restore_security": Act(
        "security.restore",
        frozenset({"forfeited"}),
        _("撤销不予退还的决定"),
        _("决定已撤销，账目已冲正。"),
        SecurityRestoreForm,
        securities.restore_security,
    ),
    "return_security": Act(
        "security.return",
        frozenset({"released"}),
        _("退还履约保证金"),
        _("履约保证金已退还。"),
        SecurityReturnForm,
        securities.return_security,
    ),
}


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
    """Note what the guarantor answered."""
    form = ClaimAnswerForm(request.POST or None, initial={"on": local_date(request.at)})
    said = _("已登记保函出具机构的答复。")
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


@login_required
@never_cache
@require_safe
def security(request: Request, code: str) -> HttpResponse:
    """Show parties and oversight what contracts ask as security and what was lodged."""
    tender, context = tender_page(request, code)
    rows = queries.securities_of(
        tender, lambda contract: policy.allows(request.actor, "security.see", contract)
    )
    if not rows:
        raise Missing("security.missing", _("没有您可以查看的履约保证金。"))
    context |= {"rows": [{"row": row, "doors": _doors(request, row)} for row in rows]}
    return render(request, "deposits/security.html", context)


def _doors(request: Request, row: queries.Secured) -> list[dict[str, str]]:
    asked = {"lodge_security": "guarantee", "receive_security": "transfer"}
    return [
        {"name": name, "title": act.title}
        for name, act in ACTS.items()
        if row.state in act.states
        and act.after_signing in {None, row.contract.signed_at is not None}
        and asked.get(name, row.asked.forms[0]) in row.asked.forms
        and policy.allows(request.actor, act.permission, row.contract)
    ]


@login_required
@never_cache
@form_page
def lodge_security(request: Request, code: str, number: int) -> HttpResponse:
    """Lodge a letter for a contract."""
    return _act(request, code, number, "lodge_security")


@login_required
@never_cache
@form_page
def receive_security(request: Request, code: str, number: int) -> HttpResponse:
    """Book a transfer for a contract."""
    return _act(request, code, number, "receive_security")


@login_required
@never_cache
@form_page
def release_security(request: Request, code: str, number: int) -> HttpResponse:
    """Say that a contract was performed."""
    return _act(request, code, number, "release_security")


@login_required
@never_cache
@form_page
def drop_security(request: Request, code: str, number: int) -> HttpResponse:
    """Release the security of a contract that will not be signed."""
    return _act(request, code, number, "drop_security")


@login_required
@never_cache
@form_page
def forfeit_security(request: Request, code: str, number: int) -> HttpResponse:
    """Keep the security of a contract that is not performed."""
    return _act(request, code, number, "forfeit_security")


@login_required
@never_cache
@form_page
def restore_security(request: Request, code: str, number: int) -> HttpResponse:
    """Take that decision back."""
    return _act(request, code, number, "restore_security")


@login_required
@never_cache
@form_page
def return_security(request: Request, code: str, number: int) -> HttpResponse:
    """Give a security back."""
    return _act(request, code, number, "return_security")


def _act(request: Request, code: str, number: int, name: str) -> HttpResponse:
    """Ask for what an act needs and do it by its service."""
    act, (tender, context) = ACTS[name], tender_page(request, code)
    row = queries.secured(trading.contract_of(tender, number))
    policy.require(request.actor, act.permission, row.contract)
    initial = {
        "amount": row.asked.amount,
        "beneficiary": row.asked.beneficiary,
    }
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = act.form(*given, initial=initial)
    if form.is_bound and form.is_valid():
        told = {"code": code, "number": number, **form.given()}
        if saved(request, form, act.service, act.said, **told) is not None:
            return redirect("security", code)
    context |= {"form": form, "row": row, "heading": act.title}
    return answer(request, "deposits/security_act.html", context, form)
