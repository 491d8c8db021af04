"""The opening hall as everybody sees it: fragments for live pages, and what clients check by."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding import domain, policy
from bidding.forms import hall as forms
from bidding.queries import opening as queries
from bidding.queries import receipts
from bidding.sealing import strict
from bidding.sentences import SEALING
from bidding.services import opening, reading
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import papers, sequencer
from ledger import queries as ledger

if TYPE_CHECKING:
    from bidding.models import Bid, Envelope, OpeningSession

LOG_LINES: Final = 40
FRESH_SECONDS: Final = 60
KEPT_FRAGMENTS: Final = 512
STEPS: Final = (
    (_("签到候场"), ("waiting", "counted")),
    (_("宣布纪律"), ("announced",)),
    (_("公布名单"), ("listed",)),
    (_("密封核验"), ("checking",)),
    (_("投标人解密"), ("unlocking", "unlocked")),
    (_("托管人启封"), ("releasing", "postponed")),
    (_("唱标"), ("reading",)),
    (_("现场异议"), ("objecting",)),
    (_("确认签字"), ("confirming",)),
    (_("结束"), ("ended",)),
)
NEXT_WORDS: Final = {
    "waiting": _("投标截止，随即清点并开标"),
    "counted": _("主持人宣布开标开始"),
    "announced": _("主持人公布投标人名单"),
    "listed": _("投标人核验密封"),
    "checking": _("密封核验结束，开启解密窗口"),
    "unlocking": _("解密窗口关闭"),
    "unlocked": _("请托管人启封"),
    "releasing": _("托管人公布阶段密钥的最后时间"),
    "postponed": _("等待托管人补交阶段密钥"),
    "reading": _("唱下一份投标"),
    "objecting": _("异议环节结束"),
    "confirming": _("确认签字结束"),
    "ended": _("开标已结束，开标记录公开"),
    "failed": _("投标人不足三家，未予开标"),
    "cancelled": _("采购已终止，不再开标"),
}
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
    "objecting": ("invite_confirmation", _("进入确认签字"), _("进入后不再接收现场异议。")),
    "confirming": ("end", _("结束开标"), _("开标记录随即定稿、签发并公开，未确认的记为“未签”。")),
}
"""The host's next act in each step: its name, its words, and what to know before it is done."""

PARTS: Final = (
    "status",
    "steps",
    "stage",
    "bids",
    "custodians",
    "objections",
    "log",
    "presence",
    "acts",
)
STEP_KINDS: Final = (
    "opening.scheduled opening.counted opening.failed opening.announced opening.listed "
    "opening.seal_check_started opening.unlock_started opening.unlock_extended "
    "opening.unlock_closed opening.release_started opening.postponed opening.reading_started "
    "opening.objections_invited opening.confirmation_invited opening.ended"
)
"""The facts that change the step, and with it what the whole hall shows."""
BID_KINDS: Final = (
    "opening.listed opening.failed opening.unlock_closed opening.reading_started opening.ended "
    "bid.revoked bid.treated_as_withdrawn opening.object_damaged opening.object_resupplied"
)
PERSONAL: Final = {"acts", "objections"}


def hall_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give what every part of the hall may need; each part shows only what its step made public."""
    return (
        public_context(session)
        | host_context(request, session)
        | own_context(request, session)
        | {"number": ledger.last_number(session.stream), "board": "board" in request.GET}
    )


def public_context(session: "OpeningSession") -> dict[str, Any]:
    """Give what anybody may see at this step."""
    bids = queries.hall_bids(session)
    attended = list(queries.attendances_of(session)) if bids else []
    return {
        "session": session,
        "over": session.state in domain.OVER,
        "tender": session.tender,
        "steps": steps_of(session),
        "next": gettext(NEXT_WORDS[session.state]),
        "bids": bids,
        "current": queries.current_bid(session),
        "read_count": sum(bid.is_read for bid in bids),
        "in_count": sum(bid.is_in for bid in bids),
        "unlocked_count": sum(bid.unlocked for bid in bids),
        "custodians": queries.custodians_of(session),
        "released": queries.released_keys(session).keys(),
        "objections": queries.objections_of(session),
        "attendances": attended,
        "confirmed_count": sum(a.confirmed_at is not None for a in attended),
        "paper": papers.paper_of("opening_record", f"{session.tender.code}.{session.stage}"),
        "discipline": gettext(domain.DISCIPLINE),
        "facts": log_lines(session),
        "field_titles": [(key, gettext(title)) for key, title in domain.FIELD_TITLES.items()],
        "told_titles": [(kind, gettext(fact.title)) for kind, fact in domain.FACTS.items()],
        "step_kinds": STEP_KINDS,
        "bid_kinds": BID_KINDS,
    }


def log_lines(session: "OpeningSession") -> list[dict[str, Any]]:
    """Give the newest facts of the session, newest first."""
    newest = ledger.last_number(session.stream)
    facts = ledger.entries_since(session.stream, max(0, newest - LOG_LINES))
    return [
        {"entry": fact, "title": gettext(domain.FACTS[fact.kind].title)}
        for fact in reversed(facts)
        if fact.kind in domain.FACTS
    ]


def host_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give the host's next act, and why it cannot be done yet."""
    is_host = policy.allows(request.actor, "opening.host", session)
    act = ACTS.get(session.state)
    if not is_host or act is None:
        return {"is_host": is_host, "act": None}
    event, title, detail = act
    waits = queries.waits_for(session, request.at)
    return {
        "is_host": True,
        "act": {
            "event": event,
            "title": gettext(title),
            "detail": gettext(detail) if detail else "",
            "waits": gettext(waits) if waits else "",
        },
        "extend_form": forms.ExtendForm(),
        "answer_form": forms.AnswerForm(),
    }


def own_context(request: Request, session: "OpeningSession") -> dict[str, Any]:
    """Give what the actor may do now as bidder, custodian or attendant."""
    actor = request.actor
    if not actor.is_known:
        return {"role": "", "own_bids": [], "own_seat": None, "attendance": None}
    own = queries.own_bids(actor, session)
    return {
        "role": queries.role_in(actor, session),
        "hears_objections": session.state in opening.HEARD_IN,
        "takes_keys": session.state in opening.TAKES_KEYS,
        "own_bids": [own_bid(bid, queries.envelope_of(bid, session.stage)) for bid in own],
        "own_seat": queries.custodian_of(actor, session),
        "attendance": queries.attendance_of(actor, session),
        "is_signed_in": queries.is_signed_in(actor, session),
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
    }


def steps_of(session: "OpeningSession") -> list[dict[str, str]]:
    """Give the ten steps with where the session stands."""
    reached = next((i for i, (_t, s) in enumerate(STEPS) if session.state in s), 0)
    if session.state in {"failed", "cancelled"}:
        return [{"title": gettext(STEPS[0][0]), "state": "failed"}]
    over = session.state == "ended"
    return [
        {
            "title": gettext(title),
            "state": "done" if i < reached or over else "current" if i == reached else "todo",
        }
        for i, (title, _states) in enumerate(STEPS)
    ]


@require_safe
def part(request: Request, code: str, stage: str, name: str) -> HttpResponse:
    """Serve one fragment of the hall."""
    if name not in PARTS:
        raise Missing("page.missing", _("没有这个页面。"))
    if request.actor.is_known and name in PERSONAL:
        session = queries.session_for(code, stage)
        answer = render(request, f"bidding/_hall_{name}.html", hall_context(request, session))
        answer["Cache-Control"] = "private, no-store"
        return answer
    return _public_part(request, code, stage, name)


def _public_part(request: Request, code: str, stage: str, name: str) -> HttpResponse:
    """Answer thousands of watchers from one rendering: a fragment changes with a fact only."""
    number = ledger.last_number(queries.stream_of(code, stage))
    board = "board" in request.GET
    key = (code, stage, name, board, get_language() or "", number, _window(request.at))
    tag = f'"{number}-{key[-1]}-{key[4]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    answer = HttpResponse(_rendered(key))
    answer["ETag"], answer["Cache-Control"] = tag, "public, no-cache"
    return answer


def _window(at: datetime) -> int:
    """Give the minute, after which a fragment is rendered anew whatever happened."""
    return int(at.timestamp()) // FRESH_SECONDS


@lru_cache(maxsize=KEPT_FRAGMENTS)
def _rendered(key: tuple[str, str, str, bool, str, int, int]) -> str:
    code, stage, name, board = key[:4]
    session = queries.session_for(code, stage)
    watcher = {"role": "", "own_bids": [], "is_host": False, "board": board}
    return render_to_string(f"bidding/_hall_{name}.html", public_context(session) | watcher)


@require_safe
def stored(request: Request, code: str, stage: str, lot: int) -> JsonResponse:
    """Give a bidder what the platform stores of its bid, for its own client to check (BL art. 36).

    Everything is computed from the stored bytes, never from what the database says of them.
    """
    session = queries.session_for(code, stage)
    policy.require(request.actor, "opening.check_seals", session)
    bid = next((b for b in queries.own_bids(request.actor, session) if b.lot.number == lot), None)
    if bid is None:
        raise Missing("opening.not_your_bid", _("贵单位在该采购包没有投标。"))
    answer = JsonResponse(reading.stored_objects(bid))
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def proofs(request: Request, code: str, stage: str) -> JsonResponse:  # noqa: ARG001 - a view
    """Prove that closing and the end of the unlock window are in the log, for custodians."""
    closed = ledger.first_fact(code, "tender.closed")
    unlocked = queries.fact_of(code, stage, "opening.unlock_closed")
    return JsonResponse(
        {
            "closed": closed and ledger.proof_of(closed),
            "unlocked": unlocked and ledger.proof_of(unlocked),
        }
    )


def hall_url(session: "OpeningSession") -> str:
    """Give the address of a session's hall."""
    return reverse("hall", args=[session.tender.code, session.stage])
