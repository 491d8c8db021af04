"""Who of those that registered meets the conditions printed: its own side judges, each taker reads
of itself and may answer once.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain.qualifying import ANSWER, CHECK
from trading.forms.prequalification import ReviewPrequalForm
from trading.forms.qualifying import AnswerTakerForm, ConfirmTakerForm, ReturnTakerForm
from trading.queries.takers import reads_takers
from trading.services import qualifying as judging
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page
from trading.views.rules import Shown, shown

if TYPE_CHECKING:
    from trading.models import Tender


@login_required
@never_cache
@form_page
def qualifying(request: Request, code: str) -> HttpResponse:
    """Show its side who registered and how each stands; show a taker itself alone."""
    context, form = _page(request, code), AnswerTakerForm()
    return answer(request, "trading/qualifying.html", context | {"form": form})


def _page(request: Request, code: str) -> dict[str, Any]:
    tender, context = tender_page(request, code)
    own = queries.own_standing(request.actor, tender, request.at)
    reads = queries.judges_takers(tender) and reads_takers(request.actor, tender)
    if own is None and not reads:
        raise Missing("page.missing", _("没有这个页面。"))
    address = request.META.get("REMOTE_ADDR", "")
    given = {"actor": request.actor, "code": code, "address": address, "at": request.at}
    return {
        **context,
        "own": own,
        "reads": reads,
        "candidates": judging.read_candidates(**given) if reads else [],
        "rows": _rules(tender, request),
        "is_judging": queries.is_judging(tender),
    }


@login_required
@never_cache
@form_page
def answer_taker(request: Request, code: str) -> HttpResponse:
    """Take the one answer of somebody refused."""
    context, form = _page(request, code), AnswerTakerForm(request.POST or None)
    said = _("已提交，复核后告知结果。")
    if posted(request, form) and (
        saved(request, form, services.answer_taker, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("qualifying", code)
    return answer(request, "trading/qualifying.html", context | {"form": form}, form)


@login_required
@require_POST
def settle_takers(request: Request, code: str) -> HttpResponse:
    """Fix the list of those let in."""
    act(request, code, services.settle_takers, _("名单已确定，符合条件的单位将参加竞价。"))
    return redirect("qualifying", code)


@login_required
@never_cache
@form_page
def judge_taker(request: Request, code: str, supplier: str) -> HttpResponse:
    """Say which conditions one who registered does not meet, each with the reason."""
    context = _one(request, code, supplier)
    form = context["form"]
    said = _("审查意见已保存，等待确认。")
    given = {"code": code, "supplier": supplier}
    if posted(request, form) and (
        saved(request, form, services.judge_taker, said, unmet=form.unmet(), **given) is not None
    ):
        return redirect("qualifying", code)
    return answer(request, "trading/judge_taker.html", context, form)


@login_required
@never_cache
@require_POST
@form_page
def confirm_taker(request: Request, code: str, supplier: str) -> HttpResponse:
    """Confirm the opinion that was read."""
    context = _one(request, code, supplier)
    policy.require(request.actor, "taker.confirm", context["tender"])
    form = ConfirmTakerForm(request.POST)
    said, given = _("审查意见已确认。"), {"code": code, "supplier": supplier}
    if posted(request, form) and (
        saved(request, form, services.confirm_taker, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("qualifying", code)
    return answer(request, "trading/judge_taker.html", context | {"confirm_form": form}, form)


@login_required
@never_cache
@form_page
def return_taker(request: Request, code: str, supplier: str) -> HttpResponse:
    """Send an opinion back with the reason."""
    context = _one(request, code, supplier)
    policy.require(request.actor, "taker.return", context["tender"])
    form = ReturnTakerForm(request.POST or None)
    said, given = _("审查意见已退回。"), {"code": code, "supplier": supplier}
    if posted(request, form) and (
        saved(request, form, services.return_taker, said, **given, **form.cleaned_data) is not None
    ):
        return redirect("qualifying", code)
    return answer(request, "trading/judge_taker.html", context | {"return_form": form}, form)


def _rules(tender: "Tender", request: Request) -> list[Shown]:
    """Give the rules by which takers of a sale are judged, as the page of rules shows them."""
    closed = local_date(tender.bids_close_at or request.at)
    rules = queries.rules_of(tender, request.at)
    found = (rules.find_period(code, closed) for code in (CHECK, ANSWER))
    return [shown(rule) for rule in found if rule is not None]


def _one(request: Request, code: str, supplier: str) -> dict[str, Any]:
    """Give the page of one taker to its own side; the look is on record."""
    tender, context = tender_page(request, code)
    address = request.META.get("REMOTE_ADDR", "")
    judging.read_candidates(actor=request.actor, code=code, address=address, at=request.at)
    one = queries.candidate_to_judge(tender, supplier, request.at)
    is_open, read = queries.is_judging(tender), {"turns": one.standing.turns}
    judges = is_open and policy.allows(request.actor, "taker.judge", tender)
    form = ReviewPrequalForm(
        (request.POST or None) if judges else None,
        terms=tender.qualification,
        unmet=one.standing.unmet,
    )
    return {
        **context,
        "one": one,
        "form": form,
        "return_form": ReturnTakerForm(initial=read),
        "confirm_form": ConfirmTakerForm(initial=read, auto_id="confirm_%s"),
        "pairs": [(form[f"meets_{c}"], form[f"reason_{c}"]) for c in form.codes],
        "judges": judges and one.standing.takes_opinion,
        "confirms": is_open
        and one.standing.has_opinion
        and policy.allows(request.actor, "taker.confirm", tender),
        "rows": _rules(tender, request),
    }
