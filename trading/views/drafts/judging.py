"""How a draft says bids are judged: terms, clauses and the scoring scheme."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import services
from trading.domain import scheme
from trading.forms.drafts import TermFormSet
from trading.forms.schemes import CriterionFormSet, SchemeForm, filled
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
    sets = {name: TermFormSet(given, initial=getattr(tender, name), prefix=name) for name in names}
    if posted(request, *sets.values()):
        changes = {name: filled(formset, "text") for name, formset in sets.items()}
        act(request, code, services.change_tender, _("已保存。"), changes=changes)
        following = "draft_scheme" if sealed else "draft_documents"
        return redirect("draft_terms" if "more" in request.POST else following, code)
    return answer(request, "trading/draft_terms.html", context | sets, *sets.values())


@login_required
@form_page
def draft_scheme(request: Request, code: str) -> HttpResponse:
    """Edit how bids are judged."""
    tender, context = draft_page(request, code, "scheme")
    methods = method_of(tender).schemes
    form = SchemeForm(
        request.POST or None, initial=_scheme_initial(tender.scheme, methods[0]), methods=methods
    )
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
    if posted(request, form, criteria):
        made = form.scheme(filled(criteria, "title"))
        if changed(request, tender, form, {"scheme": made}):
            return redirect("draft_scheme" if "more" in request.POST else "draft_timetable", code)
    context |= {"form": form, "criteria": criteria}
    if tender.scheme:
        context["totals"] = _totals(tender.scheme)
    return answer(request, "trading/draft_scheme.html", context, form, criteria)


def _scheme_initial(given: dict[str, Any], usual: str) -> dict[str, Any]:
    rates, method = given.get("deductions", {}), given.get("method", usual)
    known = scheme.PRICE_PARAMS.get(method, {})
    return {
        "method": method,
        "ties": scheme.tie_rule(given),
        "weight": scheme.price_weight(given) if given else 60 if known else 30,
        **{name: given.get("price", {}).get(name, bounds[0]) for name, bounds in known.items()},
        **{name: float(rate) * 100 for name, rate in rates.items()},
    }


def _totals(given: dict[str, Any]) -> list[tuple[str, Any]]:
    titles = {**scheme.PARTS, "price": _("价格部分")}
    totals = scheme.part_totals(given)
    rows = [(titles[part], total) for part, total in totals.items() if total]
    return [*rows, (_("合计"), sum(totals.values()))]
