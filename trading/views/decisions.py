"""Where an award committee's decision is recorded, and where lots decide instead."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet, Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.money import parse
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import separation
from trading.forms.decisions import AwardNonceForm, DecisionForm
from trading.forms.results import DisqualifyForm, PassOverForm, VoidForm
from trading.markets import passing_of
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Lot, Tender


@login_required
@never_cache
@form_page
def decide_award(request: Request, code: str) -> HttpResponse:
    """Record the minutes of the award committee for each lot, or give the nonce of a draw: its own,
    or one between equals who stand first.
    """
    tender, context = tender_page(request, code)
    undecided, drawn = queries.undecided(tender), queries.awaiting_draw(tender)
    side = policy.allows(request.actor, "tender.read_draft", tender)
    draws = bool(drawn) and policy.allows(request.actor, "award.draw", tender)
    decides = bool(tender.award_way) and tender.state == "evaluated"
    if not (decides or drawn) or not (side or draws):
        raise Missing("page.missing", _("没有这个页面。"))
    votes = policy.allows(request.actor, "award.decide", tender)
    open_ones = sorted({*undecided, *drawn})
    mine = [n for n in open_ones if (draws if n in drawn else votes)]
    forms = [_form(request, lot) for lot in tender.lots.filter(number__in=mine)]
    sent = next(((lot, form) for lot, form in forms if form.is_bound), None)
    if sent and _decided(request, tender, *sent):
        return redirect("decide_award", code)
    context |= {
        "forms": forms,
        "draws": bool(drawn) and open_ones == drawn,
        "way": separation.WAYS.get(tender.award_way, ""),
        "lots": queries.lots_with_candidates(request.actor, tender),
        "undecided": open_ones,
    }
    shown = [part for _lot, form in forms for part in _parts(form)]
    return answer(request, "trading/decide_award.html", context, *shown)


@login_required
@never_cache
@require_safe
def decision_minutes(request: Request, code: str) -> HttpResponse:
    """Show the tender's side and oversight what each member of the award committee said."""
    _tender, context = tender_page(request, code)
    address = request.META.get("REMOTE_ADDR", "")
    given = {"actor": request.actor, "code": code, "address": address, "at": request.at}
    context["minutes"] = services.read_minutes(**given)
    return render(request, "trading/decision_minutes.html", context)


@login_required
@never_cache
@form_page
def pass_over(request: Request, code: str, number: int) -> HttpResponse:
    """Pass over whoever was to have a lot: decide anew among the rest, or tender anew."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "award.pass_over", tender)
    lot = next((lot for lot in queries.passable(tender) if lot.number == number), None)
    if lot is None:
        raise Missing("page.missing", _("没有这个页面。"))
    asks = lot.contracts.filter(voided_at=None, security__gt=0).exists()
    law = passing_of(tender)
    gone = queries.falling(lot)
    seen = {"supplier": gone}
    form = PassOverForm(
        request.POST or None,
        asks_security=asks,
        law=law,
        grounds=queries.passing_grounds(lot, law.grounds),
        initial=seen,
    )
    said = _("已公告取消其资格。")
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.pass_over, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("award", code)
    left = [{**c, "price": parse(c["price"])} for c in queries.candidates_left(lot)]
    context |= {
        "form": form,
        "law": law,
        "follows": law.follows["decide_anew" if tender.award_way else "pass_over"],
        "lot": lot,
        "gone": next(c for c in left if c["uscc"] == gone),
        "left": [c for c in left if c["uscc"] != gone],
    }
    return answer(request, "trading/pass_over.html", context, form)


@login_required
@never_cache
@form_page
def disqualify_bidder(request: Request, code: str, number: int) -> HttpResponse:
    """Put a bidder of a lot out that is found out after the evaluation (the authority)."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "bidder.disqualify", tender)
    lot = queries.disqualifiable_lot(tender, number)
    form = DisqualifyForm(request.POST or None, lot=lot)
    said = _("已公告取消该投标人的资格；其保证金待决定。")
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.disqualify_bidder, said, **given, **form.cleaned_data)
        is not None
    ):
        return redirect("tender", code)
    context |= {"form": form, "lot": lot, "taker": queries.taker_of(lot)}
    return answer(request, "trading/disqualify_bidder.html", context, form)


@login_required
@never_cache
@form_page
def void_lot(request: Request, code: str, number: int) -> HttpResponse:
    """Void the result of a lot whose contract is not signed (the authority)."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "lot.void", tender)
    lot = queries.voidable_lot(tender, number)
    form = VoidForm(request.POST or None)
    said = _("已公告成交结果无效。")
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.void_lot, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("tender", code)
    context |= {"form": form, "lot": lot, "taker": queries.candidates_left(lot)[0]["name"]}
    return answer(request, "trading/void_lot.html", context, form)


def _form(request: Request, lot: "Lot") -> "tuple[Lot, Form]":
    sent = request.POST if request.POST.get("lot") == str(lot.number) else None
    if lot.decision.get("among"):
        return lot, AwardNonceForm(sent, lot=lot)
    if sent and "more" in sent:
        return lot, DecisionForm.widened(sent, lot)
    return lot, DecisionForm(sent, lot=lot)


def _parts(form: Form) -> "list[Form | BaseFormSet[Any]]":
    """Give a form with the rows of its members, where members say something."""
    return [form, form.ballots] if isinstance(form, DecisionForm) and form.has_members else [form]


def _decided(request: Request, tender: "Tender", lot: "Lot", form: Form) -> bool:
    given = {"code": tender.code, "number": lot.number}
    said = _("已定标。")
    if isinstance(form, DecisionForm):
        return posted(request, *_parts(form)) and (
            saved(request, form, services.decide_award, said, **given, **form.given()) is not None
        )
    return posted(request, form) and (
        saved(request, form, services.draw_award, said, **given, **form.cleaned_data) is not None
    )
