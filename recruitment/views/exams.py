"""The written exam: marks by the codes of papers, seats for whoever seals them, the scores."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.forms import MarksForm
from recruitment.views.frame import recruitment_page
from trading.views.acts import act, posted, saved
from trading.views.pages import answer, form_page


@login_required
@never_cache
@form_page
def written(request: Request, code: str) -> HttpResponse:
    """Enter the marks of papers by their codes."""
    tender, context = recruitment_page(request, code)
    policy.require(request.actor, "script.mark", tender)
    scripts = queries.scripts_of(tender)
    form = MarksForm(request.POST or None, scripts=scripts)
    if posted(request, form) and (
        saved(
            request,
            form,
            services.mark_scripts,
            _("已保存。"),
            code=code,
            marks=form.marks(),
        )
        is not None
    ):
        return redirect("written", code)
    context |= {
        "form": form,
        "scripts": scripts,
        "left": sum(not script.is_marked for script in scripts),
        "is_open": tender.state == "exam_ready",
    }
    return answer(request, "recruitment/written.html", context, form)


@login_required
@require_POST
def publish_written(request: Request, code: str) -> HttpResponse:
    """Tell the written scores and who is called."""
    act(request, code, services.publish_written, _("笔试成绩和面试范围已公布。"))
    return redirect("recruitment", code)


@login_required
@never_cache
@require_safe
def seating(request: Request, code: str) -> HttpResponse:
    """Show who seals the papers which paper lies at which seat; each look is noted."""
    _tender, context = recruitment_page(request, code)
    context["seats"] = services.read_seating(
        actor=request.actor,
        code=code,
        address=request.META.get("REMOTE_ADDR", ""),
        at=request.at,
    )
    return render(request, "recruitment/seating.html", context)


@login_required
@require_POST
def confirm_shortlist(request: Request, code: str) -> HttpResponse:
    """Go on to the interview."""
    act(request, code, services.confirm_shortlist, _("面试人员已确定。"))
    return redirect("recruitment", code)
