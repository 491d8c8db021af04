"""Where a tender is ordered to stand still and to go on, and lots are declared failed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.domain import failing, orders
from trading.forms.drafts import ReasonForm
from trading.forms.orders import FailForm, RetenderForm, StopForm, SuspendForm
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page


@login_required
@form_page
def suspend_tender(request: Request, code: str) -> HttpResponse:
    """Order the tender to stand still, or see what it stands still for and lift it."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.suspend", tender)
    own = orders.side_of(request.actor)
    form = SuspendForm(request.POST or None, is_authority=own == orders.AUTHORITY)
    said = _("已公告暂停。")
    if posted(request, form) and (
        saved(request, form, services.suspend_tender, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("suspend_tender", code)
    context |= {
        "form": form,
        "may_order": not queries.ordered(tender, own),
        "may_lift": any(queries.ordered(tender, side) for side in orders.lifted_by(own)),
        "reason": ReasonForm(),
        "suspensions": services.open_reasons(tender),
    }
    return answer(request, "trading/suspend.html", context, form)


@login_required
@require_POST
def resume_tender(request: Request, code: str) -> HttpResponse:
    """Lift an order."""
    reason = request.POST.get("reason", "")
    act(request, code, services.resume_tender, _("暂停决定已解除。"), reason=reason)
    return redirect("suspend_tender", code)


@login_required
@form_page
def declare_failed(request: Request, code: str) -> HttpResponse:
    """Declare lots failed on a ground of the law."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.declare_failed", tender)
    articles = method_of(tender).failing
    if not failing.may_declare(tender.state, articles):
        raise Missing("page.missing", _("没有这个页面。"))
    lots = list(tender.lots.filter(state="open").order_by("number"))
    form = FailForm(request.POST or None, grounds=failing.declared(articles), lots=lots)
    said = _("已公告废标。")
    if posted(request, form) and (
        saved(request, form, services.declare_failed, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("tender", code)
    return answer(request, "trading/declare_failed.html", context | {"form": form}, form)


@login_required
@form_page
def retender(request: Request, code: str) -> HttpResponse:
    """Begin a new draft for what failed, with what the one before said."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.retender", tender)
    if not queries.may_repeat(tender):
        raise Missing("page.missing", _("没有这个页面。"))
    form = RetenderForm(request.POST or None, ways=queries.ways_to_repeat(tender))
    said = _("已带入前次的内容，请补全日期后提交审核。")
    if posted(request, form) and (
        made := saved(request, form, services.retender, said, code=code, **form.cleaned_data)
    ):
        return redirect("draft", made.code)
    context |= {"form": form, "lots": queries.lots_to_repeat(tender)}
    return answer(request, "trading/retender.html", context, form)


@login_required
@form_page
def stop_retendering(request: Request, code: str) -> HttpResponse:
    """Publish that the lots which failed twice are not tendered any more."""
    tender, context = tender_page(request, code)
    policy.require(request.actor, "tender.stop_retendering", tender)
    lots = [lot for lot, _count in queries.lots_to_stop(tender, request.at)]
    if not lots:
        raise Missing("page.missing", _("没有这个页面。"))
    form = StopForm(request.POST or None)
    said = _("已公告不再进行招标。")
    if posted(request, form) and (
        saved(request, form, services.stop_retendering, said, code=code, **form.cleaned_data)
        is not None
    ):
        return redirect("tender", code)
    context |= {"form": form, "lots": lots}
    return answer(request, "trading/stop_retendering.html", context, form)
