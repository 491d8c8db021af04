"""The pages on which a tender is drafted, approved and published."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import completeness, scheme
from trading.forms.drafts import (
    BasicForm,
    CustodianForm,
    DocumentForm,
    ItemFormSet,
    LotForm,
    NewTenderForm,
    ReasonForm,
    TermFormSet,
    ThresholdForm,
    TimetableForm,
)
from trading.forms.inputs import accepted
from trading.forms.schemes import CriterionFormSet, SchemeForm, filled
from trading.views.pages import answer, form_page, tender_page

if TYPE_CHECKING:
    from trading.models import Tender

SECTIONS = (
    ("basic", "draft_basic", _("基本信息"), ("basic",)),
    ("lots", "draft_lots", _("采购包"), ("lots",)),
    ("terms", "draft_terms", _("资格与符合性"), ("qualification", "conformity")),
    ("scheme", "draft_scheme", _("评分办法"), ("scheme",)),
    ("timetable", "draft_timetable", _("时间安排"), ("timetable",)),
    ("documents", "draft_documents", _("采购文件"), ("documents",)),
    ("custodians", "draft_custodians", _("密钥托管"), ("custodians",)),
)
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
    if request.method == "POST" and form.is_valid():
        made = accepted(
            form,
            lambda: services.draft_tender(actor=request.actor, at=request.at, **form.cleaned_data),
        )
        if made is not None:
            return redirect("draft_basic", made.code)
    return answer(request, "trading/new_tender.html", {"form": form}, form)


def draft_page(request: Request, code: str, section: str) -> tuple["Tender", dict[str, Any]]:
    """Give a draft to its own side, with what is missing and broken in it."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.read_draft", tender)
    facts = queries.facts(tender)
    missing = completeness.missing_before_publication(facts)
    breaches = completeness.broken_periods(facts, local_date(tender.published_at or request.at))
    context |= {
        "section": section,
        "sections": list(_sections(missing, breaches, section)),
        "missing": missing,
        "breaches": breaches,
        "here": [f for f in missing if f.section in _findings_of(section)],
        "editable": tender.state == "draft"
        and policy.allows(request.actor, "tender.change", tender),
    }
    return tender, context


def _findings_of(section: str) -> tuple[str, ...]:
    return next((findings for name, _u, _t, findings in SECTIONS if name == section), ())


def _sections(missing: list[Any], breaches: list[Any], here: str) -> Iterator[dict[str, Any]]:
    for name, url, title, findings in SECTIONS:
        lacking = sum(finding.section in findings for finding in missing)
        lacking += len(breaches) if name == "timetable" else 0
        yield {"name": name, "url": url, "title": title, "lacking": lacking, "here": name == here}


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
        "without_keys": [f for f in context["missing"] if f.code != "custodians.no_key"],
    }
    return render(request, "trading/draft.html", context)


@login_required
@form_page
def draft_basic(request: Request, code: str) -> HttpResponse:
    """Edit the facts a notice names."""
    tender, context = draft_page(request, code, "basic")
    names = list(BasicForm.base_fields)
    form = BasicForm(request.POST or None, initial={n: getattr(tender, n) for n in names})
    if request.method == "POST" and form.is_valid() and _changed(request, tender, form):
        return redirect("draft_lots", code)
    return answer(request, "trading/draft_form.html", context | {"form": form}, form)


def _changed(
    request: Request,
    tender: "Tender",
    form: Form,
    changes: dict[str, Any] | None = None,
) -> bool:
    values = form.cleaned_data if changes is None else changes
    done = accepted(
        form,
        lambda: services.change_tender(
            actor=request.actor, code=tender.code, changes=values, at=request.at
        ),
    )
    if done is not None:
        messages.success(request, gettext("已保存。"))
    return done is not None


@login_required
@require_safe
def draft_lots(request: Request, code: str) -> HttpResponse:
    """List the lots."""
    tender, context = draft_page(request, code, "lots")
    return render(request, "trading/draft_lots.html", context | {"lots": tender.lots.all()})


@login_required
@form_page
def draft_lot(request: Request, code: str, number: int = 0) -> HttpResponse:
    """Add a lot (number 0) or change one, with the items a bidder prices."""
    tender, context = draft_page(request, code, "lots")
    lot = queries.lot_of(tender, number) if number else None
    initial = {n: getattr(lot, n) for n in LotForm.base_fields} if lot else None
    form = LotForm(request.POST or None, initial=initial)
    items = ItemFormSet(request.POST or None, initial=lot.items if lot else None, prefix="items")
    valid = request.method == "POST" and form.is_valid() and items.is_valid()
    if valid and _saved_lot(request, code, number, form, filled(items, "name")):
        messages.success(request, gettext("已保存。"))
        return redirect("draft_lots", code)
    context |= {"form": form, "items": items, "lot": lot}
    return answer(request, "trading/draft_lot.html", context, form, items)


def _saved_lot(
    request: Request, code: str, number: int, form: LotForm, items: list[dict[str, Any]]
) -> bool:
    values = {**form.cleaned_data, "items": items}
    if number:
        done = accepted(
            form,
            lambda: services.change_lot(
                actor=request.actor, code=code, number=number, lot=values, at=request.at
            ),
        )
    else:
        done = accepted(
            form,
            lambda: services.add_lot(actor=request.actor, code=code, lot=values, at=request.at),
        )
    return done is not None


@login_required
@require_POST
def remove_lot(request: Request, code: str, number: int) -> HttpResponse:
    """Take a lot out of a draft."""
    queries.tender_for(request.actor, code, request.at)
    services.remove_lot(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("draft_lots", code)


@login_required
@form_page
def draft_terms(request: Request, code: str) -> HttpResponse:
    """Edit the qualification terms and the conformity clauses."""
    tender, context = draft_page(request, code, "terms")
    given = request.POST or None
    sets = {
        "qualification": TermFormSet(given, initial=tender.qualification, prefix="qualification"),
        "conformity": TermFormSet(given, initial=tender.conformity, prefix="conformity"),
    }
    if request.method == "POST" and all(formset.is_valid() for formset in sets.values()):
        changes = {name: filled(formset, "text") for name, formset in sets.items()}
        services.change_tender(actor=request.actor, code=code, changes=changes, at=request.at)
        messages.success(request, gettext("已保存。"))
        return redirect("draft_terms" if "more" in request.POST else "draft_scheme", code)
    return answer(request, "trading/draft_terms.html", context | sets, *sets.values())


@login_required
@form_page
def draft_scheme(request: Request, code: str) -> HttpResponse:
    """Edit how bids are judged."""
    tender, context = draft_page(request, code, "scheme")
    form = SchemeForm(request.POST or None, initial=_scheme_initial(tender.scheme))
    rows = [
        {
            "part": leaf.part,
            "branch": leaf.branch,
            "title": leaf.title,
            "full": leaf.full,
            "subjective": leaf.subjective,
            "rule": leaf.rule,
        }
        for leaf in scheme.leaves(tender.scheme)
    ]
    criteria = CriterionFormSet(request.POST or None, initial=rows, prefix="criteria")
    if request.method == "POST" and form.is_valid() and criteria.is_valid():
        made = form.scheme(filled(criteria, "title"))
        if _changed(request, tender, form, {"scheme": made}):
            return redirect("draft_scheme" if "more" in request.POST else "draft_timetable", code)
    context |= {"form": form, "criteria": criteria}
    if tender.scheme:
        context["totals"] = _totals(tender.scheme)
    return answer(request, "trading/draft_scheme.html", context, form, criteria)


def _scheme_initial(given: dict[str, Any]) -> dict[str, Any]:
    rates = given.get("deductions", {})
    return {
        "method": given.get("method", "comprehensive"),
        "weight": scheme.price_weight(given) if given else 30,
        **{name: float(rate) * 100 for name, rate in rates.items()},
    }


def _totals(given: dict[str, Any]) -> list[tuple[str, Any]]:
    titles = {**scheme.PARTS, "price": _("价格部分")}
    totals = scheme.part_totals(given)
    rows = [(titles[part], total) for part, total in totals.items() if total]
    return [*rows, (_("合计"), sum(totals.values()))]


@login_required
@form_page
def draft_timetable(request: Request, code: str) -> HttpResponse:
    """Choose the dates; the rules propose them and say what the chosen ones break."""
    tender, context = draft_page(request, code, "timetable")
    names = list(TimetableForm.base_fields)
    proposed = queries.proposed_dates(request.at)
    initial = {name: getattr(tender, name) or proposed[name] for name in names}
    form = TimetableForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _changed(request, tender, form):
        return redirect("draft_timetable", code)
    context |= {
        "form": form,
        "timetable": queries.timetable_of(tender, local_date(request.at)),
        "proposed": proposed,
        "is_proposal": not any(getattr(tender, name) for name in names),
    }
    return answer(request, "trading/draft_timetable.html", context, form)


@login_required
@require_safe
def check_timetable(request: Request, code: str) -> HttpResponse:
    """Judge dates that are not saved yet, as somebody changes them."""
    tender, context = draft_page(request, code, "timetable")
    form = TimetableForm(request.GET)
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(tender, name, value)
    facts = queries.facts(tender)
    context |= {
        "breaches": completeness.broken_periods(facts, local_date(request.at)),
        "timetable": queries.timetable_of(tender, local_date(request.at)),
    }
    return render(request, "trading/_periods.html", context)


@login_required
@form_page
def draft_documents(request: Request, code: str) -> HttpResponse:
    """Upload the files of the tender; each is known by its digests."""
    tender, context = draft_page(request, code, "documents")
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = accepted(
            form,
            lambda: services.attach_document(
                actor=request.actor, code=code, document=form.upload(), at=request.at
            ),
        )
        if kept is not None:
            return redirect("draft_documents", code)
    context |= {"form": form, "attachments": queries.attachments_of(tender)}
    if form.errors and "application/json" in request.headers.get("Accept", ""):
        said = "；".join(str(e) for errors in form.errors.values() for e in errors)
        return JsonResponse(
            {"code": "attachment.refused", "message": said, "facts": {}}, status=422
        )
    return answer(request, "trading/draft_documents.html", context, form)


@login_required
@require_POST
def remove_document(request: Request, code: str, number: int) -> HttpResponse:
    """Take a file out of a draft."""
    queries.tender_for(request.actor, code, request.at)
    services.remove_document(actor=request.actor, code=code, number=number, at=request.at)
    return redirect("draft_documents", code)


@login_required
@form_page
def draft_custodians(request: Request, code: str) -> HttpResponse:
    """Name the custodians and how many of them open a stage."""
    tender, context = draft_page(request, code, "custodians")
    found = queries.custodian_choices(tender, request.at)
    titles = dict(tender.custodians.model.Office.choices)
    choices = [(f"{office}:{who}", f"{titles[office]}：{name}") for who, name, office in found]
    naming = "holder" in request.POST
    form = CustodianForm(request.POST if naming else None, choices=choices)
    counting = "threshold" in request.POST
    threshold = ThresholdForm(
        request.POST if counting else None, initial={"threshold": tender.threshold}
    )
    if naming and form.is_valid() and _named(request, code, form):
        return redirect("draft_custodians", code)
    if counting and threshold.is_valid() and _changed(request, tender, threshold):
        return redirect("draft_custodians", code)
    context |= {
        "form": form,
        "threshold": threshold,
        "custodians": tender.custodians.select_related("person"),
    }
    return answer(request, "trading/draft_custodians.html", context, form, threshold)


def _named(request: Request, code: str, form: CustodianForm) -> bool:
    office, person = form.cleaned_data["holder"].split(":", 1)
    named = accepted(
        form,
        lambda: services.name_custodian(
            actor=request.actor, code=code, person=person, office=office, at=request.at
        ),
    )
    return named is not None


@login_required
@require_POST
def remove_custodian(request: Request, code: str, index: int) -> HttpResponse:
    """Take a custodian off a draft."""
    queries.tender_for(request.actor, code, request.at)
    services.remove_custodian(actor=request.actor, code=code, index=index, at=request.at)
    return redirect("draft_custodians", code)


@login_required
@require_POST
def submit_tender(request: Request, code: str) -> HttpResponse:
    """Hand the draft to the purchaser."""
    queries.tender_for(request.actor, code, request.at)
    services.submit_tender(actor=request.actor, code=code, at=request.at)
    messages.success(request, gettext("已提交采购人审核。"))
    return redirect("draft", code)


@login_required
@require_POST
def approve_tender(request: Request, code: str) -> HttpResponse:
    """Approve the text as it stands."""
    queries.tender_for(request.actor, code, request.at)
    services.approve_tender(actor=request.actor, code=code, at=request.at)
    messages.success(request, gettext("审核通过。文本已按摘要锁定，代理机构可以发布。"))
    return redirect("draft", code)


@login_required
@require_POST
def return_tender(request: Request, code: str) -> HttpResponse:
    """Send the draft back with the reason."""
    queries.tender_for(request.actor, code, request.at)
    reason = request.POST.get("reason", "")
    services.return_tender(actor=request.actor, code=code, reason=reason, at=request.at)
    messages.success(request, gettext("已退回代理机构修改。"))
    return redirect("draft", code)


@login_required
@form_page
def publish_tender(request: Request, code: str) -> HttpResponse:
    """Show exactly what will be published, then publish it."""
    tender, context = draft_page(request, code, "publish")
    if request.method == "POST":
        services.publish_tender(actor=request.actor, code=code, at=request.at)
        messages.success(request, gettext("公告已发布。"))
        return redirect("tender", code)
    text = queries.text_of(tender)
    context |= {
        "text": queries.shown_text(text),
        "digest": queries.digest_of(text),
        "custody": queries.policy_of(tender),
        "why_not": policy.why_not(request.actor, "tender.publish", tender),
    }
    return render(request, "trading/publish.html", context)


@login_required
@form_page
def terminate_tender(request: Request, code: str) -> HttpResponse:
    """End a procurement whose task is cancelled."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.terminate", tender)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.terminate_tender(actor=request.actor, code=code, reason=reason, at=request.at)
        return redirect("tender", code)
    return answer(request, "trading/terminate.html", context | {"form": form}, form)
