"""One tender with everything about it: what happens next, phases, lots, halls, notices, facts."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.queries import opening as openings
from bidding.queries.auctions import auctions_of
from deposits import queries as deposits
from evaluation.queries.drawing import door_of
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from monitoring import rated
from recruitment import policy as recruitment
from trading import policy, queries
from trading.domain import failing
from trading.markets import method_of
from trading.models import Tender
from trading.views.pages import tender_page
from trading.views.public import PARTS, part_context


@require_safe
def tender(request: Request, code: str) -> HttpResponse:
    """Show a published tender; its own side works on a draft on the draft's pages."""
    found, context = tender_page(request, code)
    if found.published_at is None:
        side = policy.allows(request.actor, "tender.read_draft", found)
        return redirect("draft" if side else "custody", code)
    for name in PARTS:
        context |= part_context(request, found, name)
    context |= {
        "evaluation_door": door_of(request.actor, code),
        "halls": halls_of(found),
        "to_rate": rated.to_rate(request.actor, found),
        "rooms": auctions_of(code),
        "deposit_terms": deposit_terms(found, request.at),
        "applies": recruitment.allows(request.actor, "application.submit", found)
        or not request.actor.is_known,
        "is_invited": queries.is_invited(request.actor, found),
        "inquiries": bool(list(queries.inquiries_for(request.actor, found))),
        "registered": queries.registered_lots(request.actor, found),
        "clarifications": queries.clarifications_of(found)[:3],
        "attempts": queries.attempts_of(request.actor, found),
        "may_repeat": queries.may_repeat(found),
        "may_stop": queries.may_stop(found, request.at),
        "may_declare_failed": failing.may_declare(found.state, context["method"].failing)
        and policy.allows(request.actor, "tender.declare_failed", found),
    }
    return render(request, "portal/tender.html", context)


def deposit_terms(tender: Tender, at: datetime) -> dict[str, int]:
    """Count refunds by their term once the result is told: how many bid is no secret by then."""
    told = tender.state in {"award_notified", "contracted", "archived"}
    told = told or queries.has_result(tender)
    told = told and queries.is_result_told(tender)
    return (
        deposits.terms_kept(tender, local_date(at)) if told and queries.asks_deposit(tender) else {}
    )


HALLS: Final = {
    "whole": _("开标大厅"),
    "technical": _("技术部分开标"),
    "price": _("价格部分开标"),
}
HALLS_OF_TALKS: Final = {"technical": _("响应文件开启"), "price": _("最后报价开启")}


def halls_of(tender: Tender) -> list[dict[str, Any]]:
    """Name the halls of a tender; a price stage has none before it is called."""
    titles = {**HALLS, **(HALLS_OF_TALKS if method_of(tender).talks else {})}
    stages = openings.stages_called(tender.code)
    return [{"stage": stage, "title": titles[stage]} for stage in stages]
