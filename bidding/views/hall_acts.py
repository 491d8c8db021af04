"""What host, bidders, custodians and everybody present do in the hall: forms that come back."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from bidding.forms import hall as forms
from bidding.services import opening
from kernel.errors import Missing
from kernel.text import gettext_noop

SAID = {
    "read_next": gettext_noop("已唱出下一份。"),
    "read_all": gettext_noop("其余投标已全部唱出，每份各有一条记录。"),
}


def _answer(request: Request, code: str, stage: str, said: str) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"done": True, "message": said})
    messages.success(request, said)
    return redirect("hall", code, stage)


@require_POST
def act(request: Request, code: str, stage: str, event: str) -> HttpResponse:
    """Take the host's next step."""
    step = opening.STEPS.get(event)
    if step is None:
        raise Missing("page.missing", gettext_noop("没有这个页面。"))
    more = {"seen": forms.seen(request.POST)} if event in opening.READS else {}
    session = step(actor=request.actor, code=code, stage=stage, **more, at=request.at)
    said = SAID.get(event) if session.state == "reading" else None
    return _answer(request, code, stage, _(said) if said else _("已进入下一环节。"))


@require_POST
def extend(request: Request, code: str, stage: str) -> HttpResponse:
    """Give more time to hand in shares."""
    longer, reason = forms.ExtendForm(request.POST).given()
    actor, at = request.actor, request.at
    opening.extend_unlock(actor=actor, code=code, stage=stage, longer=longer, reason=reason, at=at)
    return _answer(request, code, stage, _("解密时间已延长，并已公告理由。"))


@require_POST
def sign_in(request: Request, code: str, stage: str) -> HttpResponse:
    """Sign in to the session."""
    opening.sign_in(actor=request.actor, code=code, stage=stage, at=request.at)
    return _answer(request, code, stage, _("签到成功。"))


@require_POST
def seals(request: Request, code: str, stage: str) -> HttpResponse:
    """Record what the bidder's own client found when it compared objects and receipt."""
    intact = forms.SealsForm(request.POST).given()
    opening.check_seals(actor=request.actor, code=code, stage=stage, intact=intact, at=request.at)
    return _answer(request, code, stage, _("密封核验结果已记录。"))


@require_POST
def share(request: Request, code: str, stage: str) -> HttpResponse:
    """Take a bidder's share."""
    lot, given = forms.ShareForm(request.POST).given()
    opening.hand_in_share(
        actor=request.actor, code=code, stage=stage, lot=lot, share=given, at=request.at
    )
    return _answer(request, code, stage, _("解密份额有效，已记录。"))


@require_POST
def resupply(request: Request, code: str, stage: str) -> HttpResponse:
    """Take the sealed read-out again from its bidder."""
    lot, content = forms.ResupplyForm(request.POST, request.FILES).given()
    opening.resupply(
        actor=request.actor, code=code, stage=stage, lot=lot, content=content, at=request.at
    )
    return _answer(request, code, stage, _("补交的密文与提交时一致，已接收并启封。"))


@require_POST
def key(request: Request, code: str, stage: str) -> HttpResponse:
    """Take a custodian's stage key."""
    index, private = forms.KeyForm(request.POST).given()
    opening.release_key(
        actor=request.actor,
        code=code,
        stage=stage,
        index=index,
        private_key=private,
        at=request.at,
    )
    return _answer(request, code, stage, _("阶段密钥有效，已公布。"))


@require_POST
def object_(request: Request, code: str, stage: str) -> HttpResponse:
    """Raise an objection."""
    text = request.POST.get("text", "")
    opening.raise_objection(actor=request.actor, code=code, stage=stage, text=text, at=request.at)
    return _answer(request, code, stage, _("异议已提交，等待主持人答复。"))


@require_POST
def answer(request: Request, code: str, stage: str, objection: int) -> HttpResponse:
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
def confirm(request: Request, code: str, stage: str) -> HttpResponse:
    """Confirm the opening record."""
    opening.confirm(actor=request.actor, code=code, stage=stage, at=request.at)
    return _answer(request, code, stage, _("您已确认开标记录。"))
