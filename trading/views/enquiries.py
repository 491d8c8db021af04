"""The pages of enquiries: a supplier asks at any time, the purchasing side answers."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from trading import policy, queries, services
from trading.forms.enquiries import EnquiryAnswerForm, EnquiryForm
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page, tender_page

WHEN: Final = _(
    "供应商对采购活动有疑问的，可以随时询问，采购人或者其委托的代理机构在 %(inquiry_answer)s内答复"
    "（政府采购法第五十一条，实施条例第五十二条）。"
    "询问不影响采购进行，也不是质疑的前置程序；询问期间质疑期限照常计算。"
)


@login_required
@form_page
def enquiries(request: Request, code: str) -> HttpResponse:
    """List the enquiries I may read; a supplier asks here."""
    tender, context = tender_page(request, code)
    queries.enquiry_period(tender)
    form = EnquiryForm(request.POST or None)
    said = _("询问已提交。")
    if posted(request, form) and (
        asked := saved(request, form, services.ask_enquiry, said, code=code, **form.cleaned_data)
    ):
        return redirect("enquiry", code, asked.code)
    rows = queries.enquiries_visible_to(request.actor).filter(tender=tender)
    context |= {
        "enquiries": [
            (row, queries.asker_of(request.actor, row)) for row in rows.order_by("-asked_at")
        ],
        "form": form,
        "when": queries.in_days(WHEN, tender),
        "filer_told": queries.is_filer_told(tender),
        "may_ask": policy.allows(request.actor, "enquiry.ask", tender),
    }
    return answer(request, "trading/enquiries.html", context, form)


@login_required
@form_page
def enquiry(request: Request, code: str, number: str) -> HttpResponse:
    """Show one enquiry; the purchasing side answers it here."""
    tender, context = tender_page(request, code)
    found = queries.enquiry_for(request.actor, tender, number)
    form, given = EnquiryAnswerForm(request.POST or None), {"code": code, "number": number}
    if posted(request, form) and (
        saved(
            request, form, services.answer_enquiry, _("答复已发出。"), **given, **form.cleaned_data
        )
        is not None
    ):
        return redirect("enquiry", code, number)
    may_answer = policy.allows(request.actor, "enquiry.answer", found)
    context |= {
        "enquiry": found,
        "asker": queries.asker_of(request.actor, found),
        "form": form,
        "may_withdraw": found.state == "asked"
        and policy.allows(request.actor, "enquiry.withdraw", found),
        "may_answer": may_answer and found.state == "asked",
    }
    return answer(request, "trading/enquiry.html", context, form)


@login_required
@require_POST
def withdraw_enquiry(request: Request, code: str, number: str) -> HttpResponse:
    """Take an enquiry back."""
    act(request, code, services.withdraw_enquiry, number=number)
    return redirect("enquiry", code, number)
