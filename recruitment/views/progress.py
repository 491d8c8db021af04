"""The posts as they stand: for everybody, with what the actor has to do."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger.papers import paper_of
from recruitment import policy, queries, services
from recruitment.forms import SettleForm
from recruitment.views.frame import recruitment_page
from trading import policy as tender_policy
from trading.views.acts import posted, saved
from trading.views.pages import answer, form_page

if TYPE_CHECKING:
    from trading.models import Tender

TOLD = frozenset(
    {"written_done", "interview_ready", "ranked", "publicity", "contracted", "archived"}
)


@require_safe
def recruitment(request: Request, code: str) -> HttpResponse:
    """Show the posts as they stand to everybody, and what the actor has to do."""
    tender, context = recruitment_page(request, code)
    settles = policy.allows(request.actor, "post.settle", tender)
    context |= {
        "lines": [
            {
                "post": line,
                "form": settle_form(line) if settles and line.choices else None,
                "examined": queries.examined(line.lot) if tender.state in TOLD else [],
            }
            for line in queries.post_lines(tender)
        ],
        "closed": tender.state not in {"announced", "terminated"},
        "reads": queries.reads_applicants(request.actor, tender),
        "publicity": queries.publicity_of(tender),
        "reports": queries.takes_reports(tender, request.at)
        or queries.reports_of(request.actor, tender).exists(),
        "hires": queries.hires_of(tender),
        "result_paper": paper_of("hire_result", f"{tender.code}.result"),
        "do": acts(request, tender),
    }
    return render(request, "recruitment/recruitment.html", context)


def acts(request: Request, tender: "Tender") -> dict[str, Any]:
    """Say what the actor may do now, by name; a page shows no button for anything else."""

    def may(state: str, permission: str) -> bool:
        table = tender_policy if permission.startswith("tender.") else policy
        return tender.state == state and table.allows(request.actor, permission, tender)

    lots = tender.lots.filter(state="open").order_by("number")
    due = [n for lot in lots for n in queries.due_checks(lot)] if tender.state == "ranked" else []
    waiting = tender.applicants.filter(state="shortlisted").exists()
    checks = may("ranked", "applicant.check")
    confirms = may("written_done", "tender.confirm_shortlist") and not waiting
    waits = queries.recounts_run(tender, request.at)
    files = may("publicity", "hire.file") and queries.is_to_be_filed(tender, request.at)
    reported = queries.reported_posts(tender) if files else set()
    publicity = queries.publicity_of(tender)
    to_file = set(queries.posts_to_file(publicity)) if files and publicity else set()
    rows = tender.applicants.filter(number__in=due).order_by("lot__number", "rank")
    return {
        "mark": may("exam_ready", "script.mark"),
        "seat": may("exam_ready", "seating.read"),
        "verify": may("written_done", "applicant.verify") and waiting,
        "confirm": confirms and not waits,
        "waits": confirms and waits,
        "recounts": may("written_done", "recount.answer") and queries.has_open_recounts(tender),
        "due": list(rows) if checks else [],
        "publicise": may("ranked", "hire.publicise") and not due,
        "file": bool(to_file - reported),
        "reported": bool(to_file & reported),
        "sign": may("publicity", "hire.contract"),
        "archive": may("contracted", "tender.archive"),
    }


@login_required
@never_cache
@form_page
def settle_post(request: Request, code: str, number: int) -> HttpResponse:
    """Decide what the opening ratio leaves of a post."""
    tender, context = recruitment_page(request, code)
    policy.require(request.actor, "post.settle", tender)
    line = next((li for li in queries.post_lines(tender) if li.lot.number == number), None)
    if line is None or not line.choices:
        raise Missing("post.missing", _("没有待核定的岗位。"))
    form = settle_form(line, request.POST or None)
    given = {"code": code, "number": number}
    if posted(request, form) and (
        saved(request, form, services.settle_post, _("岗位已核定。"), **given, **form.cleaned_data)
        is not None
    ):
        return redirect("recruitment", code)
    context |= {"form": form, "line": line}
    return answer(request, "recruitment/settle_post.html", context, form)


def settle_form(line: queries.PostLine, given: Any = None) -> SettleForm:  # noqa: ANN401 - POST
    """Make the form for a post that may be decided."""
    number, left = line.lot.number, line.facts.left
    return SettleForm(given, number=number, outcomes=line.choices, left=left)
