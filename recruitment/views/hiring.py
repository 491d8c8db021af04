"""Publicity of the hire, and its filing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import Request
from kernel.text import gettext_noop as _
from recruitment import services
from recruitment.forms import FilingForm
from recruitment.views.frame import Act, act_page
from trading.views.acts import act
from trading.views.pages import form_page


@login_required
@require_POST
def publicise_hire(request: Request, code: str) -> HttpResponse:
    """Tell the public whom the posts are to go to."""
    act(request, code, services.publicise_hire, _("已办理。"))
    return redirect("recruitment", code)


@login_required
@form_page
def file_hire(request: Request, code: str) -> HttpResponse:
    """File the hire after the publicity."""
    act = Act(
        "hire.file",
        services.file_hire,
        _("聘用备案"),
        _("备案"),
        _("已备案，招聘单位可以签订聘用合同。"),
        "recruitment",
        _("公示期满没有问题，或反映的问题不影响聘用的，予以备案。"),
    )
    return act_page(request, code, act, FilingForm(request.POST or None))
