"""Pages of the performance securities of contracts: who lodged what, and each act on one."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from deposits import policy, queries
from deposits.forms import (
    SecurityDropForm,
    SecurityForfeitForm,
    SecurityLetterForm,
    SecurityReceiptForm,
    SecurityReleaseForm,
    SecurityRestoreForm,
    SecurityReturnForm,
)
from deposits.services import (
    securities,
)
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.views.acts import saved
from trading.views.pages import answer, form_page, tender_page


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
