"""One tender with everything about it: what happens next, phases, lots, halls, notices, facts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.queries import opening as openings
from evaluation.queries.drawing import door_of
from kernel.text import gettext_noop as _
from trading import policy, queries
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
        "halls": halls_of(code),
        "registered": queries.registered_lots(request.actor, found),
        "clarifications": queries.clarifications_of(found)[:3],
    }
    return render(request, "portal/tender.html", context)


def halls_of(code: str) -> list[dict[str, Any]]:
    """Name the halls of a tender; a price stage has none before it is called."""
    titles = {"whole": _("开标大厅"), "technical": _("技术部分开标"), "price": _("价格部分开标")}
    return [{"stage": stage, "title": titles[stage]} for stage in openings.stages_called(code)]
