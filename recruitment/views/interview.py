"""The interview: the draw of panel and order, marks in turn, scores on the spot."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from kernel.text import gettext_noop as _
from recruitment import policy, queries, services
from recruitment.forms import (
    AppraisalForm,
    CorrectedAppraisalForm,
    ExtraForm,
    MarkForm,
    NonceForm,
    PanelForm,
    RecusalForm,
)
from recruitment.views.frame import Act, act_page, on_applicant, recruitment_page
from trading import policy as tender_policy
from trading.views.acts import act
from trading.views.pages import form_page

if TYPE_CHECKING:
    from trading.models import Tender


@never_cache
@require_safe
def interview(request: Request, code: str) -> HttpResponse:
    """Show the interview to everybody: the draw, the order, and each score as it is told."""
    tender, context = recruitment_page(request, code)
    context |= turns_context(request, tender)
    return render(request, "recruitment/interview.html", context)


@never_cache
@require_safe
def turns(request: Request, code: str) -> HttpResponse:
    """Serve what changes of it by itself."""
    tender, context = recruitment_page(request, code)
    context |= turns_context(request, tender)
    return render(request, "recruitment/_turns.html", context)


def turns_context(request: Request, tender: "Tender") -> dict[str, Any]:
    """Give the interview as it stands, and what the actor may do now."""
    panel, seat = queries.panel_of(tender), queries.own_seat(request.actor, tender)
    is_on, up = tender.state == "interview_ready", queries.up_now(tender)
    unappraised = queries.unappraised(tender) if is_on else []
    equals = [applicant for group in queries.equals_of(tender) for applicant in group]
    waiting = [applicant.ticket for applicant in equals if applicant.extra is None]

    def may(permission: str) -> bool:
        table = tender_policy if permission.startswith("tender.") else policy
        return is_on and table.allows(request.actor, permission, tender)

    drawn = panel is not None and bool(panel.nonce)
    given = seat.marks.filter(applicant=up).first() if seat and up else None
    return {
        "panel": panel,
        "turns": queries.turns_of(tender),
        "up": up if is_on and drawn else None,
        "seat": seat,
        "mark_form": MarkForm(initial={"mark": given.mark if given else None}),
        "given": given,
        "waits_for_votes": bool(unappraised),
        "equals": equals,
        "do": {
            "commit": panel is None and may("panel.commit"),
            "draw": panel is not None and not drawn and may("panel.draw"),
            "mark": drawn and up is not None and not unappraised and may("interview.mark"),
            "recuse": drawn and seat is not None and is_on and not seat.marks.exists(),
            "replace": queries.seats_of_panel(tender) if may("examiner.replace") else [],
            "miss": drawn and up is not None and may("interview.miss"),
            "appraise": unappraised if may("appraisal.record") else [],
            "mend": queries.appraised(tender) if may("appraisal.correct") else [],
            "extra": equals if may("extra.record") else [],
            "rank": drawn and up is None and not waiting and may("tender.rank"),
        },
    }


record_appraisal = on_applicant(
    Act(
        "appraisal.record",
        services.record_appraisal,
        _("登记民主测评"),
        _("登记得票"),
        _("已登记，得票和分数已公开。"),
        "interview",
        _("各等次的折分见规则；全部登记后才能开始评分，登记有误的由人事综合管理部门更正。"),
    ),
    AppraisalForm,
)
"""Note how colleagues voted on somebody who competes."""
correct_appraisal = on_applicant(
    Act(
        "appraisal.correct",
        services.correct_appraisal,
        _("更正民主测评"),
        _("更正得票"),
        _("已更正，理由和更正前后的分数已公开。"),
        "interview",
        _("公布总成绩前可以更正，理由和更正前后的分数公开。"),
    ),
    CorrectedAppraisalForm,
)
"""Mend votes that were entered wrongly."""
record_extra = on_applicant(
    Act(
        "extra.record",
        services.record_extra,
        _("登记加试成绩"),
        _("登记"),
        _("已登记，加试成绩已公开。"),
        "interview",
        _("加试成绩只用来分出先后，不计入总成绩；未参加的登记 0 分。"),
    ),
    ExtraForm,
)
"""Enter how somebody did at the extra test that tells equals apart."""


@login_required
@form_page
def commit_panel(request: Request, code: str) -> HttpResponse:
    """Freeze the pool of examiners and commit to a seed."""
    act = Act(
        "panel.commit",
        services.commit_panel,
        _("冻结考官候选名单"),
        _("冻结名单并公布种子承诺"),
        _("候选名单已冻结，请监督部门、公证员或人事综合管理部门给出随机数。"),
        "interview",
        _("任职于招聘单位、与招聘单位有利害关系或本人应聘的专家自动排除。"),
    )
    return act_page(request, code, act, PanelForm(request.POST or None))


@login_required
@form_page
def draw_panel(request: Request, code: str) -> HttpResponse:
    """Draw examiners and order with a nonce that somebody else gives."""
    act = Act(
        "panel.draw",
        services.draw_panel,
        _("抽取考官和面试顺序"),
        _("抽取"),
        _("考官和面试顺序已抽取，种子已公开，任何人都可以复算。"),
        "interview",
    )
    return act_page(request, code, act, NonceForm(request.POST or None))


@login_required
@form_page
def recuse_examiner(request: Request, code: str) -> HttpResponse:
    """Step aside."""
    act = Act(
        "interview.mark",
        services.recuse_examiner,
        _("考官回避"),
        _("申请回避"),
        _("已回避，由下一名抽取的考官递补。"),
        "interview",
        _(
            "与应聘人员有夫妻、直系血亲、三代以内旁系血亲或近姻亲关系，或其他可能影响公正的，应当回避。"
        ),
    )
    return act_page(request, code, act, RecusalForm(request.POST or None))


@login_required
@never_cache
@form_page
def replace_examiner(request: Request, code: str, place: int) -> HttpResponse:
    """Put the next drawn on the seat of an examiner who cannot go on."""
    act = Act(
        "examiner.replace",
        services.replace_examiner,
        _("更换考官"),
        _("更换"),
        _("已更换，由下一名抽取的考官递补。"),
        "interview",
        _(
            "因病不能继续，或评分后才发现应当回避的，可以更换。已公布的面试成绩不变；"
            "正在面试的人员由递补的考官重新评分。"
        ),
    )
    return act_page(request, code, act, RecusalForm(request.POST or None), place=place)


@login_required
@form_page
def mark_interview(request: Request, code: str, number: int) -> HttpResponse:
    """Mark the candidate who is up."""
    act = Act(
        "interview.mark",
        services.mark_interview,
        _("面试评分"),
        _("提交评分"),
        _("评分已提交；最后一名考官提交后当场公布成绩。"),
        "interview",
    )
    return act_page(request, code, act, MarkForm(request.POST or None), number=number)


@login_required
@require_POST
def miss_interview(request: Request, code: str, number: int) -> HttpResponse:
    """Note that the candidate who is up did not come."""
    act(request, code, services.miss_interview, _("已登记缺考。"), number=number)
    return redirect("interview", code)


@login_required
@require_POST
def rank(request: Request, code: str) -> HttpResponse:
    """End the interviews with totals and places."""
    act(request, code, services.rank, _("总成绩和名次已公布。"))
    return redirect("recruitment", code)
