"""The opening hall for who acts in it: the next act, the own bids, and what clients check by."""

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding import policy
from bidding.forms import hall as forms
from bidding.queries import attending, receipts, windows
from bidding.queries import opening as queries
from bidding.queries import recovery as recoveries
from bidding.sealing import strict
from bidding.sentences import SEALING
from bidding.services import opening, reading
from bidding.views import hall_parts
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from ledger import sequencer

if TYPE_CHECKING:
    from bidding.models import Bid, Envelope, OpeningSession

ACTS: Final = {
    "counted": ("announce", _("宣布开标开始"), ""),
    "announced": ("list", _("公布投标人名单"), _("名单一经公布即对全社会可见，不能收回。")),
    "listed": ("check_seals", _("开始密封核验"), ""),
    "checking": ("start_unlock", _("开启解密窗口"), _("解密计时随即开始。")),
    "unlocking": (
        "close_unlock",
        _("关闭解密窗口"),
        _("窗口关闭后不再接收份额；未解密的投标视为撤销。"),
    ),
    "releasing": ("start_reading", _("启封并开始唱标"), _("所有已解密的投标将同时打开。")),
    "postponed": ("start_reading", _("恢复启封并开始唱标"), _("所有已解密的投标将同时打开。")),
    "reading": ("read_next", _("唱下一份"), ""),
    "read": ("read_next", _("进入现场异议"), ""),
    "objecting": ("invite_confirmation", _("进入确认签字"), _("进入后不再接收现场异议。")),
    "confirming": ("end", _("结束开标"), _("开标记录随即定稿、签发并公开，未确认的记为“未签”。")),
}
"""The host's next act in each step: its name, its words, and what to know before it is done."""

OWN_KINDS: Final = (
    "opening.cancelled opening.key_released opening.share_accepted opening.object_damaged "
    "opening.object_resupplied opening.recovery_requested opening.part_released "
    "opening.recovery_used bid.revoked bid.treated_as_withdrawn"
)
"""The facts inside a step that change what a bidder or a custodian may do; of those about one bid,
its own bidder alone asks."""


def hall_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give what every part of the hall may need; each part shows only what its step made public.

    The number is read first: what happens while the page is made is then told to it.
    """
    number = ledger.last_number(session.stream)
    return (
        hall_parts.public_context(session, request.at)
        | host_context(request, session)
        | own_context(request, session)
        | {"number": number, "board": "board" in request.GET}
    )


def host_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give the host's next act, and why it cannot be done yet."""
    is_host = policy.allows(request.actor, "opening.host", session)
    left = queries.left_count(session) if is_host and session.state == "reading" else 0
    is_read = session.state == "reading" and not left
    act = ACTS.get("read" if is_read else session.state)
    if not is_host or act is None:
        return {"is_host": is_host, "act": None, "acts_kinds": acts_kinds(is_host=is_host)}
    event, title, detail = act
    waits = queries.waits_for(session, request.at)
    return {
        "is_host": True,
        "acts_kinds": acts_kinds(is_host=True),
        "left": left,
        "act": {
            "event": event,
            "title": gettext(title),
            "detail": gettext(detail) if detail else "",
            "waits": gettext(waits) if waits else "",
        },
        "extend_form": forms.ExtendForm(),
        "answer_form": forms.AnswerForm(),
    }


def acts_kinds(*, is_host: bool) -> str:
    """Name the facts that change what somebody may do: for the host any, for others few.

    Three hundred bidders do not all ask again because one of them has handed in its share.
    """
    return "opening.* bid.* attendance.*" if is_host else f"{hall_parts.STEP_KINDS} {OWN_KINDS}"


def own_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give what the actor may do now as bidder, custodian or attendant."""
    actor = request.actor
    if not actor.is_known:
        return {"role": "", "own_bids": [], "own_seat": None, "attendance": None}
    own, recovery_seat = attending.own_bids(actor, session), recoveries.seat_of(actor, session)
    return {
        "role": attending.role_in(actor, session),
        "window": windows.window_of_stage(session.tender, session.stage),
        "hears_objections": session.state in opening.HEARD_IN,
        "takes_keys": session.state in opening.TAKES_KEYS,
        "own_bids": [own_bid(bid, queries.envelope_of(bid, session.stage)) for bid in own],
        "own_commits": " ".join(bid.commit_hash for bid in own),
        "own_seat": attending.custodian_of(actor, session),
        "recovery_seat": recovery_seat,
        "recovery_tasks": recoveries.open_requests(session, recovery_seat) if recovery_seat else [],
        "attendance": attending.attendance_of(actor, session),
        "is_signed_in": attending.is_signed_in(actor, session),
        "objection_form": forms.ObjectionForm(),
        "sentences": [(code, gettext(text)) for code, text in SEALING.items()],
        "receipt_key": str(receipts.receipt_verifier()),
        "log_key": str(sequencer.log_signer().verifier),
        "username": actor.ref.removeprefix("person:"),
    }


def own_bid(bid: "Bid", envelope: "Envelope") -> dict[str, Any]:
    """Give a bidder its own bid, with what its client needs to unlock it."""
    return {
        "bid": bid,
        "envelope": envelope,
        "state": "unlocked"
        if envelope.share_at and bid.state in {"sealed", "opened"}
        else bid.state,
        "core": strict.base64url(bytes(envelope.core)),
        "wraps": strict.base64url(bytes(envelope.wraps)),
        "is_escrowed": recoveries.is_escrowed(envelope),
        "recovery": recoveries.request_of(envelope),
    }


@require_safe
def part(request: Request, code: str, stage: str, name: str) -> HttpResponse:
    """Serve one fragment of the hall."""
    if name not in hall_parts.PARTS:
        raise Missing("page.missing", _("没有这个页面。"))
    if request.actor.is_known and name in hall_parts.PERSONAL:
        session = queries.session_for(code, stage)
        answer = render(request, f"bidding/_hall_{name}.html", hall_context(request, session))
        answer["Cache-Control"] = "private, no-store"
        return answer
    return hall_parts.shared(request, code, stage, name)


@require_safe
def stored(request: Request, code: str, stage: str, lot: int) -> JsonResponse:
    """Give a bidder what the platform stores of its bid, for its own client to check (BL art. 36).

    Everything is computed from the stored bytes, never from what the database says of them.
    """
    session = queries.session_for(code, stage)
    policy.require(request.actor, "opening.check_seals", session)
    bid = next((b for b in attending.own_bids(request.actor, session) if b.lot.number == lot), None)
    if bid is None:
        raise Missing("opening.not_your_bid", _("贵单位在该采购包没有投标。"))
    answer = JsonResponse(reading.stored_objects(bid, stage))
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def proofs(request: Request, code: str, stage: str) -> JsonResponse:  # noqa: ARG001 - a view
    """Prove that closing, the call and the end of the unlock window are in the log, for
    custodians.
    """
    session = queries.session_for(code, stage)
    later = windows.window_of_stage(session.tender, stage)
    facts = {
        "closed": ledger.first_fact(code, "tender.quotes_closed" if later else "tender.closed"),
        "called": queries.fact_of(code, stage, "opening.scheduled"),
        "unlocked": queries.fact_of(code, stage, "opening.unlock_closed"),
    }
    return JsonResponse({name: fact and ledger.proof_of(fact) for name, fact in facts.items()})


def hall_url(session: "OpeningSession") -> str:
    """Give the address of a session's hall."""
    return reverse("hall", args=[session.tender.code, session.stage])
