"""The pages of auctions: the list, the room, one's own acts, and the log after the end."""

import json
import secrets
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from bidding import gate, policy
from bidding.auction import kinds as auction_kinds
from bidding.forms import auction as forms
from bidding.queries import auctions as queries
from bidding.sentences import verdict
from bidding.services import auction as services
from bidding.services.auction import Handed
from bidding.views import auction_parts
from kernel import money
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger

TAKE_MAXIMA = frozenset({"dynamic", "english", "listing", "reverse"})
ORDERS = {
    "pause": (services.pause_auction, _("竞价已暂停，剩余时间保留。")),
    "resume": (services.resume_auction, _("竞价已恢复。")),
}


@require_safe
def auctions(request: Request) -> HttpResponse:
    """List the auctions under way, those that come, and those that ended."""
    found = {
        "live": queries.live_auctions(),
        "coming": queries.coming_auctions(),
        "past": [(held, queries.standing_of(held)) for held in queries.past_auctions()],
    }
    return render(request, "bidding/auctions.html", found)


@require_safe
def auction(request: Request, code: str) -> HttpResponse:
    """Show the room: for everybody the price and who leads by code, for an entrant its acts.

    The number is read first: what happens while the page is made is then told to it.
    """
    held = queries.auction_for(request.actor, code, request.at)
    number = ledger.last_number(held.stream)
    context = auction_parts.public_context(held, number) | _own(request, held)
    return render(
        request,
        "bidding/auction.html",
        context | {"number": number, "language": get_language(), "at": request.at},
    )


def _own(request: Request, held: Any) -> dict[str, Any]:  # noqa: ANN401 - an auction
    entrant = queries.entrant_of(request.actor, held) if request.actor.is_known else None
    return {
        "entrant": entrant,
        "bidder": queries.owner_acting(request.actor, held) if entrant else "",
        "rules": rules_of(held),
        "takes_maximum": held.terms["kind"] in TAKE_MAXIMA,
        "direction": "low" if held.terms["kind"] == "reverse" else "high",
        "orders": policy.allows(request.actor, "auction.pause", held),
        "order_form": forms.OrderForm(),
        "key": secrets.token_urlsafe(12),
    }


@require_safe
def part(request: Request, code: str, name: str) -> HttpResponse:
    """Give one fragment of the room by itself."""
    return auction_parts.part(request, code, name)


@login_required
@never_cache
@require_POST
def act(request: Request, code: str) -> HttpResponse:
    """Take an act of a bidder whose browser runs no scripts."""
    held = queries.auction_for(request.actor, code, request.at)
    owner = queries.owner_acting(request.actor, held)
    form, is_good = forms.act_of(request.POST)
    if not is_good:
        raise Invalid("auction.malformed", _("请填写有效的报价金额。"), field="price")
    given = form.cleaned_data
    with gate.arrival(timezone.now) as at:
        wish = Handed(code, owner, given["kind"], given["price"], given["key"], at)
        answer = services.decide(wish, timezone.now)
    if answer.accepted:
        messages.success(request, gettext("报价有效，已写入记录。"))
    else:
        messages.error(request, verdict(answer.reason, answer.facts))
    return redirect("auction", code)


@login_required
@require_POST
def order(request: Request, code: str, event: str) -> HttpResponse:
    """Pause an auction, or let it go on."""
    if event not in ORDERS:
        raise Missing("page.missing", _("没有这个页面。"))
    queries.auction_for(request.actor, code, request.at)
    service, said = ORDERS[event]
    reason = forms.OrderForm(request.POST).given()
    service(actor=request.actor, code=code, reason=reason, at=request.at)
    messages.success(request, gettext(said))
    return redirect("auction", code)


@require_safe
def log(request: Request, code: str) -> HttpResponse:
    """Give the whole log of an ended auction: `manage.py auction_replay` repeats it."""
    held = queries.auction_for(request.actor, code, request.at)
    body = json.dumps(queries.log_of(held), ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="auction-{code}.json"'
    return answer


def rules_of(held: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - an auction
    """Say the terms of an auction in words, as the notice printed them."""
    terms, extension = held.terms, held.terms.get("extension", {})
    rules = [
        (gettext("竞价方式"), gettext(auction_kinds()[terms["kind"]].title)),
        (gettext("起始价"), f"¥ {money.format_yuan(Decimal(terms['start_price']))}"),
    ]
    if "increment" in terms:
        rules.append((gettext("加价幅度"), f"¥ {money.format_yuan(Decimal(terms['increment']))}"))
    if "add_s" in extension:
        said = gettext("每次有效报价后重新计时 %(seconds)s 秒")
        rules.append((gettext("限时竞价"), said % {"seconds": extension["add_s"]}))
    rules.append((gettext("时间"), gettext("一律以平台收到报价的时间为准，截止的瞬间即为已截止。")))
    return rules
