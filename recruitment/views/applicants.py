"""The applicants: list, what one said, and what is decided of one, each act on its own page."""

from dataclasses import replace
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.domain import APPLICANT, OVER
from recruitment.forms import (
    CheckForm,
    DeclineForm,
    DisqualifyForm,
    EmploymentForm,
    ReviewForm,
)
from recruitment.views.frame import Act, act_page, on_applicant, recruitment_page
from trading.markets import method_of
from trading.views.pages import form_page

OPEN = frozenset(APPLICANT.moves["disqualify"].allowed)


@login_required
@never_cache
@require_safe
def applicants(request: Request, code: str) -> HttpResponse:
    """List who applied, once applications are closed."""
    tender, context = recruitment_page(request, code)
    if not queries.reads_applicants(request.actor, tender):
        raise Missing("applicants.missing", _("没有这个页面，或您无权查看。"))
    context |= {
        "applicants": queries.applicants_of(request.actor, tender),
        "reads_details": queries.reads_details(request.actor, tender),
        "announced": tender.state == "announced",
    }
    return render(request, "recruitment/applicants.html", context)


@login_required
@never_cache
@require_safe
def applicant(request: Request, code: str, number: int) -> HttpResponse:
    """Show what an applicant said, and what may be decided. Each look is noted."""
    tender, context = recruitment_page(request, code)
    found, details = services.read_applicant(
        actor=request.actor,
        code=code,
        number=number,
        address=request.META.get("REMOTE_ADDR", ""),
        at=request.at,
    )
    publicity = queries.publicity_of(tender)

    def may(permission: str) -> bool:
        return policy.allows(request.actor, permission, tender)

    def now(state: str, of_found: str) -> bool:
        return tender.state == state and found.state == of_found

    is_filed = publicity is not None and publicity.is_filed(found.lot.number)
    knows = may("applicant.check") or may("applicant.disqualify")
    context |= {
        "found": found,
        "details": details,
        "checks": queries.checks_of(found) if knows else [],
        "do": {
            "review": now("closed", "submitted") and may("applicant.review"),
            "verify": now("written_done", "shortlisted") and may("applicant.verify"),
            "check": tender.state == "ranked"
            and number in queries.due_checks(found.lot)
            and may("applicant.check"),
            "sign": is_filed and now("publicity", "publicised") and may("hire.contract"),
            "disqualify": tender.state not in OVER
            and found.state in OPEN
            and may("applicant.disqualify"),
        },
    }
    return render(request, "recruitment/applicant.html", context)


review_applicant = on_applicant(
    Act(
        "applicant.review",
        services.review_applicant,
        _("资格审查"),
        _("提交审查结论"),
        _("已审查。"),
        "applicants",
    ),
    ReviewForm,
)
"""Find an applicant's papers good for the post or not."""
verify_applicant = on_applicant(
    Act(
        "applicant.verify",
        services.verify_applicant,
        _("资格复审"),
        _("提交复审结论"),
        _("已复审。"),
        "applicants",
        _("核对身份证、学历学位和资格证书原件。不通过或放弃的，按笔试成绩依次递补。"),
    ),
    ReviewForm,
)
"""Check the originals of somebody called to the interview."""
SIGNING: Final = Act(
    "hire.contract",
    services.sign_employment,
    _("签订聘用合同"),
    _("登记合同"),
    _("聘用合同已登记。"),
    "recruitment",
    _("期限一般不低于三年；初次就业的，试用期十二个月（事业单位人事管理条例第十二、十三条）。"),
)
SERVING: Final = _("期限一般不低于三年（事业单位人事管理条例第十二条）；遴选的人员不是初次就业。")


@login_required
@never_cache
@form_page
def sign_employment(request: Request, code: str, number: int) -> HttpResponse:
    """Note the contract with somebody who is hired; whoever serves elsewhere has had a job."""
    tender, _context = recruitment_page(request, code)
    serving = method_of(tender).open_to == "serving"
    form = EmploymentForm(request.POST or None, serving=serving)
    act = replace(SIGNING, hint=SERVING) if serving else SIGNING
    return act_page(request, code, act, form, number=number)


decline_hire = on_applicant(
    Act(
        "hire.decline",
        services.decline_hire,
        _("未聘用"),
        _("登记"),
        _("已登记。"),
        "recruitment",
        _("本人放弃或公示期间查实有影响聘用问题的，不予聘用，岗位空缺不再递补。"),
    ),
    DeclineForm,
)
"""Note that somebody told to the public is not hired."""
disqualify_applicant = on_applicant(
    Act(
        "applicant.disqualify",
        services.disqualify_applicant,
        _("取消应聘资格"),
        _("取消资格"),
        _("已取消资格，本人可以看到理由。"),
        "applicants",
        _("按事业单位公开招聘违纪违规行为处理规定，写明事实和依据。取消后不能恢复。"),
    ),
    DisqualifyForm,
)
"""Put out whoever broke the rules."""
CHECKED = Act(
    "applicant.check",
    services.record_check,
    _("体检与考察"),
    _("登记结论"),
    _("已登记。"),
    "recruitment",
    _("体检情况加密保存，只有招聘单位、人事综合管理部门和本人可以看到，不进入公开记录。"),
)


@login_required
@never_cache
@form_page
def record_check(request: Request, code: str, number: int) -> HttpResponse:
    """Note a check of somebody who is due, one of those that the method asks for."""
    tender = queries.recruitment_for(request.actor, code, request.at)
    form = CheckForm(request.POST or None, kinds=method_of(tender).checks)
    return act_page(request, code, CHECKED, form, number=number)
