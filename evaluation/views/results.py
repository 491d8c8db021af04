"""The ranking with its traces, the report, the proof of the draw, and what bidders are asked."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import Request
from evaluation import queries
from evaluation.minutes import FIELDS
from evaluation.queries import drawing, result, sealed_marks
from evaluation.services import report
from evaluation.views.frame import evaluation_page
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger.papers import paper_of
from ledger.queries import read_document
from trading import queries as trading


def _report_page(request: Request, code: str) -> tuple[Any, dict[str, Any]]:
    evaluation, context = evaluation_page(request, code)
    if not result.reads_report(request.actor, evaluation):
        raise Missing("report.not_yet", _("评审报告提交后方可查看。"))
    return evaluation, context


@login_required
@never_cache
@require_safe
def ranking(request: Request, code: str) -> HttpResponse:
    """Show the ranking; every number opens its trace."""
    evaluation, context = _report_page(request, code)
    context["tables"] = result.ranking_tables(evaluation)
    context["proofs"] = sealed_marks.mark_proofs(evaluation)
    return render(request, "evaluation/ranking.html", context)


@login_required
@never_cache
@require_safe
def case(request: Request, code: str, lot: int) -> HttpResponse:
    """Give the case of a lot as JSON: `manage.py evaluate` computes the same from it."""
    evaluation, _context = _report_page(request, code)
    text = json.dumps(result.case_of_lot(evaluation, lot), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{lot}.json"'
    return answer


@login_required
@never_cache
@require_safe
def report_page(request: Request, code: str) -> HttpResponse:
    """Show the report as its members sign it."""
    evaluation, context = _report_page(request, code)
    at = evaluation.submitted_at or request.at
    context |= {
        "report": report.report_content(evaluation, at),
        "minutes": [(title, evaluation.minutes[name]) for name, title in FIELDS.items()]
        if evaluation.minutes
        else [],
        "paper": paper_of(queries.report_kind(evaluation), queries.current_report(evaluation)),
    }
    return render(request, "evaluation/report.html", context)


@login_required
@never_cache
@require_safe
def report_file(request: Request, code: str) -> HttpResponse:
    """Hand out the signed report."""
    evaluation, _context = _report_page(request, code)
    return _file(queries.report_kind(evaluation), queries.current_report(evaluation))


@login_required
@never_cache
@require_safe
def earlier_report_file(request: Request, code: str, number: int) -> HttpResponse:
    """Hand out the signed report of a round that was done again."""
    evaluation, _context = evaluation_page(request, code)
    found = next((r for r in result.earlier_rounds(request.actor, evaluation, number)), None)
    if found is None:
        raise Missing("report.not_yet", _("评审报告提交后方可查看。"))
    return _file(queries.report_kind(evaluation), found.subject)


def _file(kind: str, subject: str) -> HttpResponse:
    paper = paper_of(kind, subject)
    if paper is None or paper.document is None:
        raise Missing("report.not_made", _("评审报告正在签发，请稍后再试。"))
    content = read_document(paper.document.digest)
    answer = HttpResponse(content, content_type=paper.document.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{subject}-{kind.replace("_", "-")}.pdf"'
    return answer


@require_safe
def verify_draw(request: Request, code: str) -> HttpResponse:
    """Repeat the draw of the experts before everybody's eyes."""
    tender = trading.tender_for(request.actor, code, request.at)
    context = {"tender": tender, "proof": drawing.draw_proof(code), "record": f"{code}.experts"}
    return render(request, "evaluation/verify_draw.html", context)
