"""The opening hall: fragments for live pages, and the acts of host, bidders and custodians."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.domain import ROLES
from bidding import domain, policy
from bidding.forms import hall as forms
from bidding.models import OpeningSession
from bidding.queries import opening as queries
from bidding.services import opening
from kernel.errors import Missing
from kernel.text import gettext_noop
from ledger import papers
from ledger import queries as ledger

LOG_LINES = 40
STEPS = (
    (gettext_noop("签到候场"), ("waiting", "counted")),
    (gettext_noop("宣布纪律"), ("announced",)),
    (gettext_noop("公布名单"), ("listed",)),
    (gettext_noop("密封核验"), ("checking",)),
    (gettext_noop("投标人解密"), ("unlocking", "unlocked")),
    (gettext_noop("托管人启封"), ("releasing", "postponed")),
    (gettext_noop("唱标"), ("reading",)),
    (gettext_noop("现场异议"), ("objecting",)),
    (gettext_noop("确认签字"), ("confirming",)),
    (gettext_noop("结束"), ("ended",)),
)
NEXT_ACTS = {
    "counted": ("announce", gettext_noop("宣布开标开始")),
    "announced": ("list", gettext_noop("公布投标人名单")),
    "listed": ("check_seals", gettext_noop("开始密封核验")),
    "checking": ("start_unlock", gettext_noop("开启解密窗口")),
    "unlocking": ("close_unlock", gettext_noop("关闭解密窗口")),
    "releasing": ("start_reading", gettext_noop("开始唱标")),
    "postponed": ("start_reading", gettext_noop("恢复并开始唱标")),
    "reading": ("read_next", gettext_noop("唱下一份")),
    "objecting": ("invite_confirmation", gettext_noop("进入确认签字")),
    "confirming": ("end", gettext_noop("结束开标")),
}
NEXT_WORDS = {
    "waiting": gettext_noop("投标截止，随即清点并开标"),
    "counted": gettext_noop("主持人宣布开标开始"),
    "announced": gettext_noop("主持人公布投标人名单"),
    "listed": gettext_noop("投标人核验密封"),
    "checking": gettext_noop("密封核验结束，开启解密窗口"),
    "unlocking": gettext_noop("解密窗口关闭"),
    "unlocked": gettext_noop("请托管人启封"),
    "releasing": gettext_noop("托管人公布阶段密钥的最后时间"),
    "postponed": gettext_noop("等待托管人补交阶段密钥"),
    "reading": gettext_noop("唱下一份投标"),
    "objecting": gettext_noop("异议环节结束"),
    "confirming": gettext_noop("确认签字结束"),
    "ended": gettext_noop("开标已结束，开标记录公开"),
    "failed": gettext_noop("投标人不足三家，未予开标"),
}


def hall_context(request: HttpRequest, session: OpeningSession) -> dict[str, Any]:
    """Give what every part of the hall may need; each part shows only what its step made public."""
    bids = queries.hall_bids(session)
    current = next((b for b in reversed(bids) if b.is_read), None)
    act = NEXT_ACTS.get(session.state)
    return {
        "session": session,
        "tender": session.tender,
        "steps": steps_of(session),
        "next": _(NEXT_WORDS[session.state]),
        "bids": bids,
        "current": current if session.state == "reading" else None,
        "read_count": sum(b.is_read for b in bids),
        "custodians": queries.custodians_of(session),
        "objections": queries.objections_of(session),
        "attendances": queries.attendances_of(session) if bids else [],
        "unlocked_count": sum(b.unlocked for b in bids),
        "confirmed_count": queries.attendances_of(session).exclude(confirmed_at=None).count(),
        "paper": papers.paper_of("opening_record", f"{session.tender.code}.{session.stage}"),
        "discipline": _(domain.DISCIPLINE),
        "number": ledger.last_number(session.stream),
        "is_host": policy.allows(request.actor, "opening.host", session),
        "act": act and {"event": act[0], "title": _(act[1])},
    } | own_context(request, session)


def own_context(request: HttpRequest, session: OpeningSession) -> dict[str, Any]:
    """Give what the actor may do now as bidder, custodian or attendant."""
    actor = request.actor
    own = queries.own_bids(actor, session) if actor.is_known else []
    return {
        "own_bids": [(bid, queries.envelope_of(bid, session.stage)) for bid in own],
        "own_seat": queries.custodian_of(actor, session) if actor.is_known else None,
        "attendance": queries.attendance_of(actor, session) if actor.is_known else None,
        "released": queries.released_keys(session).keys(),
        "extend_form": forms.ExtendForm(),
        "objection_form": forms.ObjectionForm(),
        "answer_form": forms.AnswerForm(),
    }


def steps_of(session: OpeningSession) -> list[dict[str, str]]:
    """Give the ten steps with where the session stands."""
    reached = next((i for i, (_t, s) in enumerate(STEPS) if session.state in s), 0)
    if session.state == "failed":
        return [{"title": _(STEPS[0][0]), "state": "failed"}]
    over = session.state == "ended"
    return [
        {
            "title": _(title),
            "state": "done" if i < reached or over else "current" if i == reached else "todo",
        }
        for i, (title, _states) in enumerate(STEPS)
    ]


PARTS = ("status", "steps", "stage", "bids", "custodians", "objections", "log", "acts", "presence")


@require_safe
def part(request: HttpRequest, code: str, stage: str, name: str) -> HttpResponse:
    """Serve one fragment of the hall."""
    if name not in PARTS:
        raise Missing("page.missing", gettext_noop("没有这个页面。"))
    session = queries.session_for(code, stage)
    context = hall_context(request, session)
    if name == "log":
        facts = ledger.entries_since(session.stream, max(0, context["number"] - LOG_LINES))
        context["facts"] = [
            {"entry": fact, "title": _(domain.FACTS[fact.kind].title)}
            for fact in reversed(facts)
            if fact.kind in domain.FACTS
        ]
    context["board"] = "board" in request.GET
    return render(request, f"bidding/_hall_{name}.html", context)


def hall_url(session: OpeningSession) -> str:
    """Give the address of a session's hall."""
    return reverse("hall", args=[session.tender.code, session.stage])


def _answer(request: HttpRequest, code: str, stage: str, said: str) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"done": True, "message": said})
    messages.success(request, said)
    return redirect("hall", code, stage)


ACTS: dict[str, Callable[..., OpeningSession]] = {
    "announce": opening.announce,
    "list": opening.list_bidders,
    "check_seals": opening.start_seal_check,
    "start_unlock": opening.start_unlock,
    "close_unlock": opening.close_unlock,
    "start_reading": opening.start_reading,
    "read_next": opening.read_next,
    "invite_objections": opening.invite_objections,
    "invite_confirmation": opening.invite_confirmation,
    "postpone": opening.postpone,
    "end": opening.end,
}


@require_POST
def act(request: HttpRequest, code: str, stage: str, event: str) -> HttpResponse:
    """Take the host's next step."""
    step = ACTS.get(event)
    if step is None:
        raise Missing("page.missing", gettext_noop("没有这个页面。"))
    step(actor=request.actor, code=code, stage=stage, at=request.at)
    return _answer(request, code, stage, _("已进入下一环节。"))


@require_POST
def extend(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Give more time to hand in shares."""
    form = forms.ExtendForm(request.POST)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else 0
    reason = str(form.data.get("reason", ""))
    place = {"code": code, "stage": stage, "at": request.at}
    opening.extend_unlock(actor=request.actor, minutes=minutes, reason=reason, **place)
    return _answer(request, code, stage, _("解密时间已延长，并已公告理由。"))


@require_POST
def sign_in(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Sign in to the session."""
    opening.sign_in(
        actor=request.actor,
        code=code,
        stage=stage,
        role=role_in(request, code, stage),
        at=request.at,
    )
    return _answer(request, code, stage, _("签到成功。"))


def role_in(request: HttpRequest, code: str, stage: str) -> str:
    """Say as what the actor attends."""
    session = queries.session_for(code, stage)
    if queries.own_bids(request.actor, session):
        return "bidder"
    if queries.custodian_of(request.actor, session):
        return "custodian"
    return next((role for role in ROLES if request.actor.has(role)), "public")


@require_POST
def seals(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Record what the bidder's own client found when it compared objects and receipt."""
    intact = request.POST.get("intact") == "yes"
    opening.check_seals(actor=request.actor, code=code, stage=stage, intact=intact, at=request.at)
    return _answer(request, code, stage, _("密封核验结果已记录。"))


@require_POST
def share(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Take a bidder's share."""
    form = forms.ShareForm(request.POST)
    given = form.given()
    opening.hand_in_share(
        actor=request.actor,
        code=code,
        stage=stage,
        bid=given["bid"],
        share=given["share"],
        at=request.at,
    )
    return _answer(request, code, stage, _("解密份额有效，已记录。"))


@require_POST
def key(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Take a custodian's stage key."""
    private = forms.KeyForm(request.POST).given()
    opening.release_key(
        actor=request.actor, code=code, stage=stage, private_key=private, at=request.at
    )
    return _answer(request, code, stage, _("阶段密钥有效，已公布。"))


@require_POST
def object_(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Raise an objection."""
    opening.raise_objection(
        actor=request.actor,
        code=code,
        stage=stage,
        text=request.POST.get("text", ""),
        at=request.at,
    )
    return _answer(request, code, stage, _("异议已提交，等待主持人答复。"))


@require_POST
def answer(request: HttpRequest, code: str, stage: str, objection: int) -> HttpResponse:
    """Answer an objection in writing."""
    opening.answer_objection(
        actor=request.actor,
        code=code,
        stage=stage,
        objection=objection,
        text=request.POST.get("text", ""),
        at=request.at,
    )
    return _answer(request, code, stage, _("答复已记录并公开。"))


@require_POST
def confirm(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Confirm the opening record."""
    role = role_in(request, code, stage)
    opening.confirm(actor=request.actor, code=code, stage=stage, role=role, at=request.at)
    return _answer(request, code, stage, _("您已确认开标记录。"))
