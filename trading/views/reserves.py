"""The page on which the owner of what is sold seals its reserve."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.grants import ReserveForm
from trading.markets import method_of
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@never_cache
@form_page
def seal_reserve(request: Request, code: str) -> HttpResponse:
    """Seal the reserve of each lot; what was sealed is never shown again before the end."""
    tender, context = tender_page(request, code)
    if not method_of(tender).keeps_reserve:
        raise Missing("page.missing", _("没有这个页面。"))
    policy.require(request.actor, "tender.seal_reserve", tender)
    asked, kept = request.POST.get("lot", ""), queries.reserves_of(tender)
    rows = [
        (
            lot,
            kept.get(lot.number),
            ReserveForm(request.POST if asked == str(lot.number) else None, lot=lot),
        )
        for lot in tender.lots.all()
    ]
    sent = next((form for _lot, _kept, form in rows if form.is_bound), None)
    if sent and posted(request, sent) and _sealed(request, code, sent):
        return redirect("seal_reserve", code)
    forms = [form for _lot, _kept, form in rows]
    return answer(request, "trading/reserve.html", context | {"rows": rows}, *forms)


def _sealed(request: Request, code: str, form: ReserveForm) -> bool:
    given = {**form.cleaned_data, "code": code, "number": form.lot.number}
    said = _("底价已密封，承诺已公布。")
    return saved(request, form, services.seal_reserve, said, **given) is not None
