"""Entry with the centre: the agency sends it, the centre looks whether the papers are there."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, services
from trading.forms.entering import EntryForm, RefuseEntryForm
from trading.queries import entering
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@never_cache
@form_page
def entry(request: Request, code: str) -> HttpResponse:
    """Show what an entry consists of; the agency sends it, again after a refusal."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.read_entry", tender)
    form = EntryForm(request.POST or None, initial={"agency_contract": tender.entry_contract})
    if posted(request, form):
        said = _("进场登记已提交，交易中心核对材料是否齐全。")
        given = {"code": code, **form.cleaned_data}
        if saved(request, form, services.submit_entry, said, **given) is not None:
            return redirect("entry", code)
    context |= {
        "form": form,
        "refusing": RefuseEntryForm(),
        "items": entering.entry_items(tender),
        "rule": entering.entry_rule(tender, request.at),
        "sends": tender.state == "approved"
        and policy.allows(request.actor, "tender.submit_entry", tender),
        "decides": tender.state == "entry_review"
        and policy.allows(request.actor, "tender.accept_entry", tender),
    }
    return answer(request, "trading/entry.html", context, form)


@login_required
@require_POST
def accept_entry(request: Request, code: str) -> HttpResponse:
    """Register the tender."""
    act(request, code, services.accept_entry, _("已进场登记，招标代理可以发布公告。"))
    return redirect("entry", code)


@login_required
@require_POST
def refuse_entry(request: Request, code: str) -> HttpResponse:
    """Send the entry back with what is missing."""
    missing, note = request.POST.getlist("missing"), request.POST.get("note", "")
    said = _("已退回，并告知缺少的材料。")
    act(request, code, services.refuse_entry, said, missing=missing, note=note)
    return redirect("desk")
