"""The pages of auctions: the list, the room, one's own acts, and the log after the end."""

import secrets
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
from bidding.forms import auction as forms
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.queries.sealed_state import answer_of
from bidding.sentences import verdict
from bidding.services import auction as services
from bidding.services.auction import Handed
from bidding.views import auction_parts
from bidding.views.auction_rules import rules_of
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from trading.domain import ceilings
from trading.markets import lifecycle_of

TAKE_MAXIMA = frozenset({"dynamic", "english", "listing", "reverse"})
OFFERED_IN = frozenset({"scheduled", "open", "closing", "paused"})
"""The phases of a listing in which the form of an offer stands on the page."""
ACCEPTED = _("报价有效，已写入记录。")
TAKEN = {
    "quote": _("报价已密封，已加密写入记录。"),
    "condition": _("条件已接受，已写入记录。"),
    "maximum": _("限额已设定，已加密写入记录。"),
    "waive": _("已放弃，已写入记录。"),
    "join": _("已答复：参加。答复已加密写入记录，不能更改。"),
    "decline": _("已答复：不参加。答复已加密写入记录，不能更改。"),
}
"""What is said of an act that was taken and is no open offer."""
OWN, OWN_ANSWER = "bidding/_auction_own.html", "bidding/_priority_answer.html"
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


@login_required
@never_cache
@require_safe
def own(request: Request, code: str) -> HttpResponse:
    """Give an entrant what it may do now by itself; nobody else is told that there is such a part.

    A bid is often being typed when the price moves, so only a new phase brings it anew; answers to
    a question after the end bring anew the part that asks.
    """
    held = queries.auction_for(request.actor, code, request.at)
    after = held.terms.get("after_cap")
    context = {"auction": held, "standing": queries.standing_of(held)} | _own(request, held)
    context["after"] = ceilings.shown(after) if after else {}
    if context["entrant"] is None:
        raise Missing("page.missing", _("没有这个页面。"))
    asked = request.GET.get("part") == "answer"
    return render(request, OWN_ANSWER if asked else OWN, context)


def _own(request: Request, held: Any) -> dict[str, Any]:  # noqa: ANN401 - an auction
    entrant = queries.entrant_of(request.actor, held) if request.actor.is_known else None
    return {
        "entrant": entrant,
        "bidder": queries.owner_acting(request.actor, held) if entrant else "",
        "mine": services.own_part(held, entrant.code) if entrant else None,
        "my_rank": queries.rank_of(held, entrant.code) if entrant else None,
        "own_kinds": auction_parts.own_kinds(held),
        **_listed(held, entrant),
        "rules": rules_of(held),
        "takes_maximum": held.terms["kind"] in TAKE_MAXIMA,
        "direction": "low" if queries.falls(held.terms) else "high",
        "orders": policy.allows(request.actor, "auction.pause", held),
        "order_form": forms.OrderForm(),
        "may_exclude": policy.allows(request.actor, "auction.exclude", held),
        "exclude_form": forms.ExcludeForm(),
        "may_void": policy.allows(request.actor, "auction.void", held)
        and lifecycle_of(held.lot.tender).allows(held.lot.tender.state, "void_lot"),
        "void_form": forms.VoidForm(),
        "may_disqualify": policy.allows(request.actor, "auction.disqualify", held),
        "disqualify_form": forms.DisqualifyForm(),
        "is_disqualified": entrant is not None and queries.is_disqualified(request.actor, held),
        "may_draw": policy.allows(request.actor, "auction.draw", held),
        "nonce_form": forms.NonceForm(),
        "key": secrets.token_urlsafe(12),
    }


def _listed(held: Any, entrant: Any) -> dict[str, Any]:  # noqa: ANN401 - an auction
    """Say what an entrant has answered, and whether it may offer in the present phase."""
    if entrant is None or held.terms["kind"] != "listing":
        return {"may_offer": True}
    answer = answer_of(held, entrant.code)
    may = held.phase in OFFERED_IN and (held.phase != "closing" or answer == "join")
    return {"answer": answer, "may_offer": may}


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
        items = forms.items_in(request.POST, held)
        wish = Handed(code, owner, given["kind"], given["price"], given["key"], at, items=items)
        answer = services.decide(wish, timezone.now)
    if answer.accepted:
        messages.success(request, gettext(TAKEN.get(given["kind"], ACCEPTED)))
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


@login_required
@require_POST
def exclude(request: Request, code: str) -> HttpResponse:
    """Put a bidder out of an auction, for a cause that is told to everybody."""
    queries.auction_for(request.actor, code, request.at)
    given = forms.ExcludeForm(request.POST).given()
    services.exclude_bidder(actor=request.actor, code=code, at=request.at, **given)
    messages.success(request, gettext("已取消该竞买人的资格，其报价不再计算；事由已公布。"))
    return redirect("auction", code)


@login_required
@require_POST
def void(request: Request, code: str) -> HttpResponse:
    """Void what an auction ended with, for a cause that is told to everybody."""
    queries.auction_for(request.actor, code, request.at)
    given = forms.VoidForm(request.POST).given()
    services.void_auction(actor=request.actor, code=code, at=request.at, **given)
    messages.success(request, gettext("已认定成交结果无效并公告；竞得人的保证金待决定。"))
    return redirect("auction", code)


@login_required
@require_POST
def disqualify(request: Request, code: str) -> HttpResponse:
    """Put a bidder out of an auction that is over, for a cause that is told to everybody."""
    queries.auction_for(request.actor, code, request.at)
    form = forms.DisqualifyForm(request.POST)
    given, touches = form.given(), form.has_touched()
    services.disqualify_bidder(
        actor=request.actor, code=code, touches=touches, at=request.at, **given
    )
    messages.success(request, gettext("已取消该竞买人的资格并公布；其保证金待决定。"))
    return redirect("auction", code)


@login_required
@require_POST
def draw(request: Request, code: str) -> HttpResponse:
    """Take the nonce somebody gives for the draw at the highest price, and draw."""
    queries.auction_for(request.actor, code, request.at)
    nonce = forms.NonceForm(request.POST).given()
    services.draw_winner(actor=request.actor, code=code, nonce=nonce, at=request.at)
    messages.success(request, gettext("摇号完成，结果和种子已公布。"))
    return redirect("auction", code)


@require_safe
def log(request: Request, code: str) -> HttpResponse:
    """Give the whole log of an ended auction: `manage.py auction_replay` repeats it."""
    held = queries.auction_for(request.actor, code, request.at)
    answer = HttpResponse(offered.log_file(held), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="auction-{code}.json"'
    return answer


@require_safe
def log_note(request: Request, code: str) -> HttpResponse:
    """Give the platform's signature under the log's file."""
    held = queries.auction_for(request.actor, code, request.at)
    answer = HttpResponse(services.signed_log(held), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="auction-{code}.note"'
    return answer
