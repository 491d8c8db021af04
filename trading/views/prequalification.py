"""The prequalification of a tender: what everybody reads, an applicant's own application, and the
review by its own side.
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
from trading.forms.prequalification import (
    AmendPrequalForm,
    ClosePrequalForm,
    PrequalApplicationForm,
    ReviewPrequalForm,
)
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Tender
    from trading.queries import Filed


def _page(request: Request, code: str) -> tuple["Tender", dict[str, Any]]:
    tender = queries.prequalified_for(request.actor, code, request.at)
    _tender, context = tender_page(request, code)
    return tender, context


@never_cache
@require_safe
def prequalification(request: Request, code: str) -> HttpResponse:
    """Show the terms and dates to everybody, to an applicant its own application and result, to
    the side that reviews who applied, once applications are closed.
    """
    tender, context = _page(request, code)
    own, _turns = queries.own_filed(request.actor, tender)
    how = method_of(tender).prequalification
    context |= {
        "published": queries.shown_fields(queries.prequal_fields(tender)),
        "documents": queries.gate_documents(tender),
        "own": own,
        "asked": queries.asked_to_join(request.actor, tender),
        "is_open": queries.is_gate_open(tender, request.at),
        "may_apply": policy.allows(request.actor, "prequal.submit", tender),
        "remedy": how.remedy if how else "",
        "closed": queries.is_gate_closed(tender),
        "filed": queries.seen_filed(request.actor, tender),
        "reads": policy.allows(request.actor, "prequal.read", tender),
    }
    return render(request, "trading/prequalification.html", context)


@login_required
@never_cache
@form_page
def submit_prequal(request: Request, code: str) -> HttpResponse:
    """Apply, or replace one's application."""
    tender, context = _page(request, code)
    policy.require(request.actor, "prequal.submit", tender)
    own, _turns = queries.own_filed(request.actor, tender)
    initial: dict[str, Any] = {"contact": request.actor.name}
    initial |= {n: own.content[n] for n in ("statement", "contact", "phone")} if own else {}
    initial["partners"] = "\n".join(one.name for one in own.partners) if own else ""
    takes: dict[str, Any] = {"initial": initial, "takes_consortia": tender.most_partners > 0}
    form = PrequalApplicationForm(request.POST or None, request.FILES or None, **takes)
    said = _("申请已密封提交。截止前可以替换或撤回，申请人是谁、有几家在开标前保密。")
    if posted(request, form) and _submitted(request, code, form, said):
        return redirect("prequalification", code)
    context |= {"form": form, "own": own, "qualification": tender.qualification}
    return answer(request, "trading/submit_prequal.html", context, form)


def _submitted(request: Request, code: str, form: PrequalApplicationForm, said: str) -> bool:
    given = {"code": code, "application": form.application()}
    return saved(request, form, services.submit_prequal, said, **given) is not None


@login_required
@require_POST
def withdraw_prequal(request: Request, code: str) -> HttpResponse:
    """Take one's application back."""
    act(request, code, services.withdraw_prequal, _("申请已撤回，截止前可以重新提交。"))
    return redirect("prequalification", code)


@login_required
@never_cache
@require_safe
def download_prequal_document(request: Request, code: str, number: int) -> HttpResponse:
    """Hand out a prequalification document."""
    tender = queries.prequalified_for(request.actor, code, request.at)
    if policy.allows(request.actor, "tender.read_draft", tender):
        kept = queries.gate_document(tender, number)
    else:
        kept = services.download_prequal_document(
            actor=request.actor, code=code, number=number, at=request.at
        )
    return downloads.served(request, kept.document.digest, kept.name, kept.document.media_type)


@login_required
@require_POST
def join_prequal(request: Request, code: str, row: UUID) -> HttpResponse:
    """Say that one takes part in the consortium that a lead names it in."""
    said = _("已确认参加联合体。申请截止前可以退出，截止后成员不得变更。")
    act(request, code, services.join_prequal, said, application=row)
    return redirect("prequalification", code)


@login_required
@require_POST
def leave_prequal(request: Request, code: str, row: UUID) -> HttpResponse:
    """Take that back."""
    act(request, code, services.leave_prequal, _("已退出联合体。"), application=row)
    return redirect("prequalification", code)


@login_required
@never_cache
@require_safe
def joint_agreement(request: Request, code: str, row: UUID) -> HttpResponse:
    """Give a joint agreement to who is named in it, to its lead and to the side that reviews."""
    tender = queries.prequalified_for(request.actor, code, request.at)
    kept = queries.agreement_in(request.actor, tender, row)
    plain = queries.unlocked(tender, kept)
    return downloads.given(plain, kept["sha256"], kept["name"], files.media_type(kept["name"]))


@login_required
@never_cache
@require_safe
def own_prequal_file(request: Request, code: str) -> HttpResponse:
    """Give an applicant its own file back."""
    tender = queries.prequalified_for(request.actor, code, request.at)
    own, _turns = queries.own_filed(request.actor, tender)
    if own is None:
        raise Missing("gate.missing", _("没有这份材料，或您无权查看。"))
    return _unlocked(tender, own)


@login_required
@never_cache
@require_safe
def applicant_file(request: Request, code: str, row: UUID) -> HttpResponse:
    """Give the side that reviews the file of an applicant."""
    tender = queries.prequalified_for(request.actor, code, request.at)
    return _unlocked(tender, queries.filed_of(request.actor, tender, row))


def _unlocked(tender: "Tender", filed: "Filed") -> HttpResponse:
    name = filed.content["name"]
    plain = queries.file_of(tender, filed)
    return downloads.given(plain, filed.content["sha256"], name, files.media_type(name))


@login_required
@never_cache
@form_page
def review_prequal(request: Request, code: str, row: UUID) -> HttpResponse:
    """Say which terms an applicant does not meet, each with its reason."""
    tender, context = _page(request, code)
    policy.require(request.actor, "prequal.read", tender)
    filed = queries.filed_of(request.actor, tender, row)
    form = ReviewPrequalForm(
        request.POST or None,
        terms=tender.qualification,
        unmet=filed.verdict.unmet if filed.verdict else {},
    )
    if posted(request, form) and _reviewed(request, code, row, form):
        return redirect("prequalification", code)
    context |= {
        "form": form,
        "filed": filed,
        "pairs": [(form[f"meets_{c}"], form[f"reason_{c}"]) for c in form.codes],
        "editable": tender.state == "prequal_review"
        and not filed.void
        and policy.allows(request.actor, "prequal.review", tender),
    }
    return answer(request, "trading/review_prequal.html", context, form)


def _reviewed(request: Request, code: str, row: UUID, form: ReviewPrequalForm) -> bool:
    said = _("审查结论已保存，结果通知前可以更正。")
    given = {"code": code, "application": row, "unmet": form.unmet()}
    return saved(request, form, services.review_prequal, said, **given) is not None


@login_required
@never_cache
@form_page
def close_prequal(request: Request, code: str) -> HttpResponse:
    """Tell every applicant its result, and let in those who passed."""
    tender, context = _page(request, code)
    policy.require(request.actor, "tender.close_prequal", tender)
    names = ("documents_from", "documents_until", "bids_close_at")
    initial = {name: getattr(tender, name) for name in names}
    filed = queries.seen_filed(request.actor, tender)
    form = ClosePrequalForm(
        request.POST or None,
        initial=initial,
        has_applicants=bool(filed),
        committee=queries.review_committee(tender),
    )
    if posted(request, form) and _closed(request, tender, form):
        return redirect("tender", code)
    context |= {"form": form, "filed": filed, "least": queries.least_prequalified(tender)}
    return answer(request, "trading/close_prequal.html", context, form)


def _closed(request: Request, tender: "Tender", form: ClosePrequalForm) -> bool:
    said = _("资格预审已结束，结果已同时告知每一个申请人。")
    given = {"code": tender.code, **form.given(tender)}
    return saved(request, form, services.close_prequal, said, **given) is not None


@login_required
@form_page
def amend_prequal(request: Request, code: str) -> HttpResponse:
    """Change by a public amendment what applicants answer."""
    tender, context = _page(request, code)
    policy.require(request.actor, "tender.amend_prequal", tender)
    names = ("summary", "contact_name", "contact_phone")
    initial = {name: getattr(tender, name) for name in names}
    initial["closes_at"] = tender.prequalification_close_at
    form = AmendPrequalForm(request.POST or None, request.FILES or None, initial=initial)
    if posted(request, form) and (
        notice := saved(request, form, services.amend_prequal, code=code, **form.given(tender))
    ):
        return redirect("notice", code, notice.number)
    context |= {"form": form, "heading": _("发布资格预审更正公告"), "back": "prequalification"}
    return answer(request, "trading/amend_gate.html", context, form)


@login_required
@never_cache
@require_safe
def prequal_letter(request: Request, code: str) -> HttpResponse:
    """Give an applicant its written result as a PDF made for this request; nothing keeps it, for a
    kept one would tell who applied.
    """
    tender, filed = queries.own_result(request.actor, code, request.at)
    content = queries.result_letter(tender, filed, request.at)
    return downloads.printed("prequal_result", code, content, f"{code}.prequalification")
