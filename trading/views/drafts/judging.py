"""How a draft says bids are judged: terms, clauses and the scoring scheme."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import queries, services
from trading.domain import priced, scheme
from trading.domain.formulas import Offer
from trading.forms.drafts import TermFormSet
from trading.forms.qualifying import QualificationCheckForm
from trading.forms.schemes import (
    OF_OFFER,
    OF_PARAM,
    CriterionFormSet,
    PricedFactFormSet,
    RulesForm,
    SchemeForm,
    filled,
    priced_facts,
    rules_initial,
)
from trading.markets import method_of
from trading.views.acts import act, posted
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_terms(request: Request, code: str) -> HttpResponse:
    """Edit the qualification terms and the conformity clauses."""
    tender, context = draft_page(request, code, "terms")
    given = request.POST or None
    sealed = method_of(tender).is_sealed
    names = ("qualification", "conformity") if sealed else ("qualification",)
    settled = queries.settled_fields(tender)
    sets = {
        name: TermFormSet(given, initial=getattr(tender, name), prefix=name)
        for name in names
        if name not in settled
    }
    check = None
    if method_of(tender).judges_after:
        check = QualificationCheckForm(
            given, initial={"qualification_after": tender.qualification_after}
        )
        context["check"] = check
    forms: list[BaseForm | BaseFormSet[Any]] = [*sets.values()]
    forms += [check] if check else []
    if posted(request, *forms):
        changes = {name: filled(formset, "text") for name, formset in sets.items()}
        changes |= check.cleaned_data if check else {}
        act(request, code, services.change_tender, _("已保存。"), changes=changes)
        following = "draft_scheme" if sealed else "draft_documents"
        return redirect("draft_terms" if "more" in request.POST else following, code)
    context |= {**sets, "settled": () if "qualification" in sets else tender.qualification}
    return answer(request, "trading/draft_terms.html", context, *forms)


@login_required
@form_page
def draft_scheme(request: Request, code: str) -> HttpResponse:
    """Edit how bids are judged."""
    tender, context = draft_page(request, code, "scheme")
    methods, given = method_of(tender).schemes, request.POST or None
    offers = queries.judging(tender).offers
    form = SchemeForm(
        given,
        initial=_scheme_initial(tender.scheme, methods[0]),
        methods=methods,
        offers=offers,
    )
    more = RulesForm(given, initial=rules_initial(tender.scheme.get("options", {})))
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
    parts = {"parts": _parts(offers.values())}
    criteria = CriterionFormSet(given, initial=rows, prefix="criteria", form_kwargs=parts)
    facts = _priced_formset(request, tender.scheme, methods)
    if posted(request, form, more, criteria, *facts):
        costs = [row for formset in facts for row in priced_facts(filled(formset, "title"))]
        rules = more.options() | ({priced.NAME: costs} if costs else {})
        made = form.scheme(filled(criteria, "title")) | {"options": rules}
        if changed(request, tender, form, {"scheme": made}):
            stays = "more" in request.POST or form.asks_more
            return redirect("draft_scheme" if stays else "draft_timetable", code)
    context |= {"form": form, "more": more, "criteria": criteria, "facts": facts}
    if tender.scheme:
        context["totals"] = _totals(tender.scheme)
    return answer(request, "trading/draft_scheme.html", context, form, more, criteria, *facts)


def _priced_formset(
    request: Request, given: dict[str, Any], methods: Iterable[str]
) -> list["BaseFormSet[Any]"]:
    """Give the rows for what is priced beside the sum, where a way of judging on offer has such."""
    if not scheme.PRICES_FACTS & set(methods):
        return []
    sent = request.POST if "facts-TOTAL_FORMS" in request.POST else None
    rows = [asdict(one) | {"field": _place(one)} for one in priced.facts_of(given)]
    return (
        [] if request.POST and not sent else [PricedFactFormSet(sent, initial=rows, prefix="facts")]
    )


def _place(fact: priced.PricedFact) -> str:
    return fact.field if fact.field in priced.USUAL else ""


def _parts(offers: Iterable[Offer]) -> list[str]:
    """List the parts a criterion may belong to: the usual ones, and those a formula asks for."""
    asked = {part for one in offers for part in one.settle({}).needs}
    return [part for part in scheme.PARTS if part in {*scheme.USUAL_PARTS, *asked}]


def _scheme_initial(given: dict[str, Any], usual: str) -> dict[str, Any]:
    rates, method = given.get("deductions", {}), given.get("method", usual)
    known = scheme.PRICE_PARAMS.get(method, {})
    return {
        "method": f"{OF_OFFER}{given['formula']['slug']}" if "formula" in given else method,
        "ties": scheme.tie_rule(given),
        "weight": scheme.price_weight(given) if given else 60 if known else 30,
        **{name: given.get("price", {}).get(name, bounds[0]) for name, bounds in known.items()},
        **{name: float(rate) * 100 for name, rate in rates.items()},
        **{OF_PARAM + k: v for k, v in given.get("formula", {}).get("params", {}).items()},
    }


def _totals(given: dict[str, Any]) -> list[tuple[str, Any]]:
    titles = {**scheme.PARTS, "price": _("价格部分")}
    totals = scheme.part_totals(given)
    rows = [(titles[part], total) for part, total in totals.items() if total]
    return [*rows, (_("合计"), sum(totals.values()))]
