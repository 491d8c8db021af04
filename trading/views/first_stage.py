"""The first stage of two: what everybody reads, a proposer's own proposal, the proposals for the
tender's own side, and the call for bids with the document made from them.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.domain import files
from trading.forms.first_stage import AmendFirstStageForm, CallForm, ProposalForm
from trading.views.acts import act, posted, saved
from trading.views.drafts.frame import draft_page
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Tender
    from trading.queries import Filed


def _page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    tender = queries.first_stage_for(request.actor, code, request.at)
    _tender, context = tender_page(request, code)
    return tender, context


@never_cache
@require_safe
def first_stage(request: Request, code: str) -> HttpResponse:
    """Show what is asked for to everybody, to a proposer its own proposal, to the tender's own side
    who proposed, once proposals are closed.
    """
    tender, context = _page(request, code)
    own, _turns = queries.own_filed(request.actor, tender)
    context |= {
        "published": queries.shown_fields(queries.told_at_gate(tender)),
        "documents": queries.gate_documents(tender),
        "own": own,
        "is_open": queries.is_gate_open(tender, request.at),
        "may_propose": policy.allows(request.actor, "proposal.submit", tender),
        "is_invited": tender.state == "announced" and queries.is_invited(request.actor, tender),
        "closed": queries.is_gate_closed(tender),
        "filed": queries.seen_filed(request.actor, tender),
        "reads": policy.allows(request.actor, "proposal.read", tender),
    }
    return render(request, "trading/first_stage.html", context)


@login_required
@never_cache
@form_page
def submit_proposal(request: Request, code: str) -> HttpResponse:
    """Propose, or replace one's proposal."""
    tender, context = _page(request, code)
    policy.require(request.actor, "proposal.submit", tender)
    own, _turns = queries.own_filed(request.actor, tender)
    initial: dict[str, Any] = {"contact": request.actor.name}
    initial |= {n: own.content[n] for n in ("statement", "contact", "phone")} if own else {}
    form = ProposalForm(request.POST or None, request.FILES or None, initial=initial)
    if posted(request, form) and _submitted(request, code, form):
        return redirect("first_stage", code)
    return answer(
        request, "trading/submit_proposal.html", context | {"form": form, "own": own}, form
    )


def _submitted(request: Request, code: str, form: ProposalForm) -> bool:
    said = _("技术建议已密封提交。截止前可以替换或撤回，是谁、有几家在开标前保密。")
    given = {"code": code, "application": form.application()}
    return saved(request, form, services.submit_proposal, said, **given) is not None


@login_required
@require_POST
def withdraw_proposal(request: Request, code: str) -> HttpResponse:
    """Take one's proposal back."""
    act(request, code, services.withdraw_proposal, _("技术建议已撤回，截止前可以重新提交。"))
    return redirect("first_stage", code)


@login_required
@never_cache
@require_safe
def download_first_document(request: Request, code: str, number: int) -> HttpResponse:
    """Hand out a document of the first stage."""
    tender = queries.first_stage_for(request.actor, code, request.at)
    if policy.allows(request.actor, "tender.read_draft", tender):
        kept = queries.gate_document(tender, number)
    else:
        kept = services.download_first_document(
            actor=request.actor, code=code, number=number, at=request.at
        )
    return downloads.served(request, kept.document.digest, kept.name, kept.document.media_type)


@login_required
@never_cache
@require_safe
def own_proposal_file(request: Request, code: str) -> HttpResponse:
    """Give a proposer its own file back."""
    tender = queries.first_stage_for(request.actor, code, request.at)
    own, _turns = queries.own_filed(request.actor, tender)
    if own is None:
        raise Missing("gate.missing", _("没有这份材料，或您无权查看。"))
    return _unlocked(tender, own)


@login_required
@never_cache
@require_safe
def proposal(request: Request, code: str, row: UUID) -> HttpResponse:
    """Show the tender's own side one proposal."""
    tender, context = _page(request, code)
    filed = queries.filed_of(request.actor, tender, row)
    return render(request, "trading/proposal.html", context | {"filed": filed})


@login_required
@never_cache
@require_safe
def proposal_file(request: Request, code: str, row: UUID) -> HttpResponse:
    """Give the tender's own side the file of a proposal."""
    tender = queries.first_stage_for(request.actor, code, request.at)
    return _unlocked(tender, queries.filed_of(request.actor, tender, row))


def _unlocked(tender: "Tender", filed: "Filed") -> HttpResponse:
    name, plain = filed.content["name"], queries.file_of(tender, filed)
    return downloads.given(plain, filed.content["sha256"], name, files.media_type(name))


@login_required
@form_page
def amend_first_stage(request: Request, code: str) -> HttpResponse:
    """Change by a public amendment what is asked to be proposed."""
    tender, context = _page(request, code)
    policy.require(request.actor, "tender.amend_first_stage", tender)
    names = ("summary", "contact_name", "contact_phone")
    initial = {name: getattr(tender, name) for name in names}
    initial["closes_at"] = tender.proposals_close_at
    form = AmendFirstStageForm(request.POST or None, request.FILES or None, initial=initial)
    if posted(request, form) and (
        notice := saved(request, form, services.amend_first_stage, code=code, **form.given(tender))
    ):
        return redirect("notice", code, notice.number)
    context |= {"form": form, "heading": _("发布第一阶段更正公告"), "back": "first_stage"}
    return answer(request, "trading/amend_gate.html", context, form)


@login_required
@never_cache
@form_page
def call_second_stage(request: Request, code: str) -> HttpResponse:
    """Show exactly what goes to those who proposed, then call for bids with it."""
    queries.first_stage_for(request.actor, code, request.at)
    tender, context = draft_page(request, code, "publish")
    policy.require(request.actor, "tender.call_second_stage", tender)
    text = queries.text_of(tender)
    digest = queries.digest_of(text)
    form = CallForm(request.POST or None, initial={"digest": digest})
    if posted(request, form) and _called(request, code, form):
        return redirect("tender", code)
    context |= {
        "form": CallForm(initial={"digest": digest}),
        "refused": form,
        "text": queries.shown_text(text),
        "digest": digest,
        "filed": queries.seen_filed(request.actor, tender),
        "ready": tender.state == "proposals_review",
    }
    return answer(request, "trading/call_second_stage.html", context, form)


def _called(request: Request, code: str, form: CallForm) -> bool:
    said = _("第二阶段招标公告已发布，投标邀请书已发给每一个提交了技术建议的投标人。")
    given = {"code": code, "digest": form.cleaned_data["digest"]}
    return saved(request, form, services.call_second_stage, said, **given) is not None
