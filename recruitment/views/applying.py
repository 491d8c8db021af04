"""One's own application."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.forms import ApplicationForm
from recruitment.views.frame import recruitment_page
from trading.markets import method_of
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page


@login_required
@never_cache
@form_page
def application(request: Request, code: str) -> HttpResponse:
    """Apply for a post; afterwards show one's own application and where it stands."""
    tender, context = recruitment_page(request, code)
    policy.require(request.actor, "application.submit", tender)
    own, _sent = queries.own_application(request.actor, tender)
    found = queries.own_applicant(request.actor, tender)
    is_open = queries.takes_applications(tender, request.at)
    lots = [lot for lot in tender.lots.all() if is_open and own is None]
    form = ApplicationForm(
        request.POST or None,
        posts=[(lot.number, f"{lot.number}　{lot.title}（{lot.quantity}）") for lot in lots],
        open_to=method_of(tender).open_to,
        initial={"phone": str(getattr(request.user, "phone", ""))},
    )
    if posted(request, form) and _submitted(request, code, form):
        return redirect("application", code)
    context |= {
        "form": form,
        "own": own,
        "own_lot": tender.lots.filter(number=own.lot).first() if own else None,
        "applicant": found,
        "checks": queries.checks_of(found) if found else [],
        "is_open": is_open,
        "recounts": queries.may_recount(request.actor, tender, request.at)
        or queries.recounts_of(request.actor, tender).exists(),
    }
    return answer(request, "recruitment/application.html", context, form)


def _submitted(request: Request, code: str, form: ApplicationForm) -> bool:
    done = saved(
        request,
        form,
        services.submit_application,
        _("报名成功。报名情况在截止前保密。"),
        code=code,
        number=form.cleaned_data["post"],
        application=form.application(),
    )
    return done is not None


@login_required
@require_POST
def withdraw_application(request: Request, code: str) -> HttpResponse:
    """Take one's application back."""
    act(request, code, services.withdraw_application, _("已撤回，可以重新报名。"))
    return redirect("application", code)
