"""What a bidder does here, all of it withheld, and how the agency answers questions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import downloads, policy, queries, services
from trading.forms.drafts import ItemFormSet
from trading.forms.notices import (
    AmendLotForm,
    AmendmentForm,
    AnswerForm,
    QuestionForm,
    RegistrationForm,
)
from trading.forms.schemes import filled
from trading.markets import words_of
from trading.queries.takers import priority_lots
from trading.services import takers
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from django.forms import BaseFormSet

    from trading.models import Lot, Notice, Tender


@login_required
@never_cache
@require_safe
def document_takers(request: Request, code: str) -> HttpResponse:
    """Show officials who took the documents, once bids are closed."""
    tender, context = tender_page(request, code)
    address = request.META.get("REMOTE_ADDR", "")
    context["takers"] = takers.read_takers(
        actor=request.actor, code=code, address=address, at=request.at
    )
    invited = queries.named(queries.seen_invited(request.actor, tender))
    context["invited"] = [
        {**one, "partners": queries.partners_of(tender, one["uscc"])} for one in invited
    ]
    return render(request, "trading/takers.html", context)


@login_required
@never_cache
@form_page
def register(request: Request, code: str) -> HttpResponse:
    """Register for lots; nobody but the bidder sees it before the opening."""
    tender, context = tender_page(request, code)
    queries.call_for(request.actor, code, request.at)
    policy.require(request.actor, "lot.register", tender)
    have = set(queries.registered_lots(request.actor, tender))
    words = words_of(tender)
    left = [
        (str(lot.number), f"{gettext(words['lot_number']) % {'number': lot.number}}　{lot.title}")
        for lot in tender.lots.all()
    ]
    left = [(number, title) for number, title in left if int(number) not in have]
    form = RegistrationForm(
        request.POST or None,
        lots=left,
        label=gettext(words["registering_lots"]),
        initial=_contact(request),
    )
    if posted(request, form) and _registered(request, code, words, form):
        return redirect("documents", code)
    context |= {"form": form, "left": left, "have": sorted(have)}
    context["rights"] = priority_lots(request.actor, tender)
    return answer(request, "trading/register.html", context, form)


def _contact(request: Request) -> dict[str, str]:
    user = request.user
    return {"contact": request.actor.name, "phone": str(getattr(user, "phone", ""))}


def _registered(
    request: Request, code: str, words: Mapping[str, str], form: RegistrationForm
) -> bool:
    given = form.cleaned_data
    done = saved(
        request,
        form,
        services.register_for_lots,
        words["registered_now"],
        code=code,
        numbers=[int(number) for number in given["lots"]],
        contact=given["contact"],
        phone=given["phone"],
    )
    return done is not None


@login_required
@never_cache
@require_safe
def documents(request: Request, code: str) -> HttpResponse:
    """List the files of the tender for a registered bidder, and for the purchasing side."""
    tender, context = tender_page(request, code)
    if not policy.allows(request.actor, "tender.read_draft", tender):
        queries.call_for(request.actor, code, request.at)
        policy.require(request.actor, "document.download", tender)
    context |= {
        "attachments": queries.attachments_of(tender),
        "have": queries.registered_lots(request.actor, tender),
    }
    return render(request, "trading/documents.html", context)


@login_required
@never_cache
@require_safe
def download_document(request: Request, code: str, number: int) -> HttpResponse:
    """Hand out one file, whole or in parts."""
    tender = queries.tender_for(request.actor, code, request.at)
    if policy.allows(request.actor, "tender.read_draft", tender):
        kept = queries.attachment_of(tender, number)
    else:
        kept = services.download_document(
            actor=request.actor, code=code, number=number, at=request.at
        )
    return downloads.served(request, kept.document.digest, kept.name, kept.document.media_type)


@never_cache
@form_page
def questions(request: Request, code: str) -> HttpResponse:
    """Show the public questions with their answers; bidders ask here, the agency answers."""
    tender, context = tender_page(request, code)
    may_ask = request.actor.is_known and policy.allows(request.actor, "question.ask", tender)
    form = QuestionForm(request.POST or None)
    said = _("疑问已提交。答复后公开，不显示提问单位。")
    if posted(request, form) and (
        saved(request, form, services.ask_question, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("questions", code)
    answers = policy.allows(request.actor, "clarification.publish", tender)
    context |= {
        "form": form,
        "may_ask": may_ask and tender.state == "announced",
        "clarifications": queries.clarifications_of(tender),
        "open_questions": queries.open_questions(tender) if answers else [],
        "answer_form": AnswerForm(),
    }
    return answer(request, "trading/questions.html", context, form)


@login_required
@form_page
def publish_clarification(request: Request, code: str, token: str) -> HttpResponse:
    """Answer one question in public."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "clarification.publish", tender)
    asked = queries.question_of(tender, token)
    form = AnswerForm(request.POST or None)
    given = {"code": code, "token": token}
    if posted(request, form) and (
        notice := saved(request, form, services.publish_clarification, **given, **form.cleaned_data)
    ):
        return redirect("notice", code, notice.number)
    context |= {"form": form, "asked": asked, "moved": _moved(tender, request)}
    return answer(request, "trading/answer_question.html", context, form)


@login_required
@form_page
def amend_tender(request: Request, code: str) -> HttpResponse:
    """Change a published text by a public amendment."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.amend", tender)
    names = ("summary", "place", "contact_name", "contact_phone", "bids_close_at")
    initial = {name: getattr(tender, name) for name in names}
    form = AmendmentForm(
        request.POST or None, request.FILES or None, initial=initial, tender=tender
    )
    if posted(request, form) and (notice := _amended(request, tender, form)):
        return redirect("notice", code, notice.number)
    lots = queries.lots_to_amend(tender, request.at)
    context |= {"form": form, "moved": _moved(tender, request), "lots": lots}
    return answer(request, "trading/amend.html", context, form)


@login_required
@form_page
def amend_lot(request: Request, code: str, number: int) -> HttpResponse:
    """Change one lot, with the items a bidder prices, by a public amendment."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.amend", tender)
    lot = queries.lot_of(tender, number)
    form = AmendLotForm(request.POST or None, lot=lot)
    items = ItemFormSet(request.POST or None, initial=lot.items, prefix="items")
    if posted(request, form, items) and (notice := _amended_lot(request, lot, form, items)):
        return redirect("notice", code, notice.number)
    context |= {"form": form, "items": items, "lot": lot, "moved": _moved(tender, request)}
    return answer(request, "trading/amend_lot.html", context, form, items)


def _amended_lot(
    request: Request, lot: "Lot", form: AmendLotForm, items: "BaseFormSet[Any]"
) -> "Notice | None":
    given, listed = form.cleaned_data, filled(items, "name")
    return saved(
        request,
        form,
        services.amend_tender,
        code=lot.tender.code,
        changes={},
        lots={lot.number: {**form.changes(lot), "items": listed}},
        reason=given["reason"],
        affects_bids=given["affects_bids"],
        bids_close_at=given["bids_close_at"],
    )


def _amended(request: Request, tender: "Tender", form: AmendmentForm) -> "Notice | None":
    given = form.cleaned_data
    return saved(
        request,
        form,
        services.amend_tender,
        code=tender.code,
        changes=form.changes(tender),
        reason=given["reason"],
        affects_bids=given["affects_bids"],
        bids_close_at=given["bids_close_at"],
        documents=form.uploads(),
    )


def _moved(tender: "Tender", request: Request) -> object:
    """Say before sending whether the deadline would move, and to when."""
    return queries.deadline_if_amended(tender, request.at)
