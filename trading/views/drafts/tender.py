"""A draft as a whole: my tenders, a new one, its overview and basic facts."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from trading import policy, queries, services
from trading.domain import completeness, required
from trading.forms.drafts import NewTenderForm, ReasonForm
from trading.forms.intentions import NamedIntentionForm
from trading.forms.kinds import forms_of
from trading.forms.stated import StatedForm
from trading.queries.entering import needs_entry
from trading.views.acts import posted, saved
from trading.views.drafts.frame import changed, draft_page, settle
from trading.views.pages import answer, form_page

PER_PAGE = 20


@login_required
@require_safe
def tenders(request: Request) -> HttpResponse:
    """List the tenders of my side."""
    page = Paginator(queries.own_tenders(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    may_draft = policy.allows(request.actor, "tender.draft")
    return render(request, "trading/tenders.html", {"page": page, "may_draft": may_draft})


@login_required
@form_page
def draft_tender(request: Request) -> HttpResponse:
    """Begin a draft."""
    policy.require(request.actor, "tender.draft")
    form = NewTenderForm(request.POST or None)
    if posted(request, form) and (
        made := saved(request, form, services.draft_tender, **form.begun())
    ):
        return redirect("draft_basic", made.code)
    return answer(request, "trading/new_tender.html", {"form": form}, form)


@login_required
@require_safe
def draft(request: Request, code: str) -> HttpResponse:
    """Show the whole draft: what is missing, what is broken, what happens next."""
    tender, context = draft_page(request, code, "overview")
    text = queries.text_of(tender)
    context |= {
        "text": queries.shown_text(text),
        "digest": queries.digest_of(text),
        "reason_form": ReasonForm(),
        "needs_entry": tender.state == "approved" and needs_entry(tender, request.at),
        "publicity": queries.must_publicise(tender, request.at),
        "without_keys": [
            f for f in context["missing"] if f["code"] not in completeness.AFTER_SUBMISSION
        ],
    }
    return render(request, "trading/draft.html", context)


@login_required
@form_page
def draft_basic(request: Request, code: str) -> HttpResponse:
    """Edit the facts a notice names."""
    tender, context = draft_page(request, code, "basic")
    asked = forms_of(tender).basic
    names = list(asked.base_fields)
    form = asked(
        request.POST or None,
        initial={n: getattr(tender, n) for n in names},
        tender=tender,
    )
    settle(queries.settled_fields(tender), form)
    stated = StatedForm(
        request.POST or None,
        asked=required.asked(queries.rules_of(tender, request.at)),
        initial={one["code"]: one["text"] for one in tender.particulars},
    )
    named = NamedIntentionForm(request.POST or None, tender=tender)
    if posted(request, form, stated, named) and changed(
        request, tender, form, {**form.cleaned_data, **_stated(stated), **named.cleaned_data}
    ):
        return redirect("draft_lots", code)
    page = forms_of(tender).basic_page
    context |= {"form": form, "stated": stated, "named": named}
    return answer(request, page, context, form, stated, named)


def _stated(form: StatedForm) -> dict[str, dict[str, str]]:
    """Give the paragraphs as a change; where none is asked for there is none."""
    return {"particulars": form.cleaned_data} if form.fields else {}
