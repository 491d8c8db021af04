"""A sale told of in advance: what its draft says, and the notice itself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.requests import Request
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import predisclosure
from trading.forms.predisclosure import PreDisclosureForm
from trading.markets import method_of
from trading.views.acts import act, posted
from trading.views.drafts.frame import changed, draft_page
from trading.views.pages import answer, form_page


@login_required
@form_page
def draft_pre_disclosure(request: Request, code: str) -> HttpResponse:
    """Say whether control changes, and what is then told before the terms."""
    tender, context = draft_page(request, code, "pre_disclosure")
    form = PreDisclosureForm(request.POST or None, said=tender.pre_disclosure)
    if posted(request, form) and changed(request, tender, form, {"pre_disclosure": form.said()}):
        return redirect("draft_pre_disclosure", code)
    context |= {"form": form, "editable": context["editable"] and not tender.pre_disclosed_at}
    return answer(request, "trading/draft_pre_disclosure.html", context, form)


@login_required
@form_page
def pre_disclose_tender(request: Request, code: str) -> HttpResponse:
    """Show exactly what the public will be told in advance, then tell it."""
    tender, context = draft_page(request, code, "pre_disclose")
    if not method_of(tender).pre_discloses:
        raise Missing("part.missing", _("没有这个内容。"))
    if request.method == "POST":
        notice = act(request, code, services.pre_disclose_tender, _("信息预披露公告已发布。"))
        return redirect("notice", code, notice.number)
    on = local_date(tender.pre_disclosed_at or request.at)
    rules = queries.rules_of(tender, request.at)
    has_one = predisclosure.changes_control(tender.pre_disclosure)
    if not has_one or not predisclosure.is_known(on, rules):
        return redirect("draft_pre_disclosure", code)
    first = tender.disclosure_from or predisclosure.first_disclosure(on, rules)
    fields = {**queries.pre_disclosure_of(tender), "until": predisclosure.last_day(on, rules)}
    why_not = policy.why_not(request.actor, "tender.pre_disclose", tender)
    context |= {"shown": queries.shown_fields(fields), "first": first, "why_not": why_not}
    return render(request, "trading/pre_disclose.html", context)
