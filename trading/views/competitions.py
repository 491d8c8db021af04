"""The pages of a second competition: the purchaser begins it, and low offers are looked into."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import competition, framework
from trading.forms.competitions import ExplanationForm, OpenCompetitionForm, PriceDecisionForm
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@form_page
def compete(request: Request, code: str, number: int) -> HttpResponse:
    """List what was competed for under a lot; its purchaser begins the next one here."""
    tender, context = tender_page(request, code)
    lot = queries.lot_of(tender, number)
    side = policy.allows(request.actor, "tender.read_draft", tender)
    may_open = tender.state == "contracted" and policy.allows(
        request.actor, "competition.open", tender
    )
    if not (queries.competes(tender) and queries.is_framework_told(tender)):
        raise Missing("page.missing", _("没有这个页面。"))
    alone = queries.way_now(lot, request.at) != framework.COMPETITION
    buying = queries.buyers_among(request.actor, tender)
    form = OpenCompetitionForm(request.POST or None, buying=buying)
    if posted(request, form) and (
        made := saved(
            request,
            form,
            services.open_competition,
            _("已发起二次竞价，由代理机构完善后送审。"),
            code=code,
            number=number,
            **form.cleaned_data,
        )
    ):
        return redirect("draft", made.code)
    context |= {
        "lot": lot,
        "form": form if may_open and not alone else None,
        "alone": alone and tender.state == "contracted",
        "may_open": may_open,
        "unit": queries.unit_of(lot),
        "asked": queries.shortlisted_now(lot, request.at) if may_open else (),
        "competitions": queries.competitions_under(lot, is_side=side),
    }
    return answer(request, "trading/compete.html", context, form)


@login_required
@require_safe
def low_prices(request: Request, code: str) -> HttpResponse:
    """Show the offers that were asked about: each supplier its own, the purchaser's side all."""
    tender, context = tender_page(request, code)
    seen = _seen(request, tender)
    if not seen:
        raise Missing("page.missing", _("没有这个页面。"))
    return render(request, "trading/low_prices.html", context | {"questions": seen})


def _seen(request: Request, tender: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a tender
    decides = policy.allows(request.actor, "price.decide", tender)
    explains = policy.allows(request.actor, "price.explain", tender)
    return [
        {
            "asked": asked,
            "lines": [(competition.LINES[name], line) for name, line in asked.lines.items()],
            "explain": ExplanationForm()
            if asked.lot.state == "open"
            and explains
            and not asked.explained_at
            and request.at < asked.due_at
            else None,
            "decide": PriceDecisionForm()
            if asked.lot.state == "open"
            and decides
            and not asked.decided_at
            and (asked.explained_at or request.at >= asked.due_at)
            else None,
        }
        for asked in queries.questions_for(request.actor, tender)
    ]


@login_required
@require_POST
def explain_price(request: Request, code: str, number: int) -> HttpResponse:
    """Take a supplier's reasons for its low offer."""
    form = ExplanationForm(request.POST)
    said = form.cleaned_data["explanation"] if form.is_valid() else ""
    act(
        request,
        code,
        services.explain_price,
        _("书面说明已提交。"),
        number=number,
        explanation=said,
    )
    return redirect("low_prices", code)


@login_required
@require_POST
def decide_price(request: Request, code: str, number: int, supplier: str) -> HttpResponse:
    """Say whether a low offer stands."""
    form = PriceDecisionForm(request.POST)
    if not form.is_valid():
        raise Invalid("price.decision", _("请选择审查结论并写明意见。"), field="is_proven")
    given = {"number": number, "supplier": supplier, **form.given()}
    act(request, code, services.decide_price, _("审查结论已记录。"), **given)
    return redirect("low_prices", code)
