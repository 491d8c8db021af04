"""Addresses of the evaluation pages."""

from django.urls import URLPattern, path

from evaluation.views import (
    clarifications,
    factors,
    marks,
    overview,
    questions,
    results,
    review,
    talks,
)
from trading import codes  # noqa: F401 - makes <code:…> known

E = "tenders/<code:code>/evaluation/"

urlpatterns: list[URLPattern] = [
    path(E, overview.overview, name="evaluation"),
    path(f"{E}panel/", overview.panel, name="evaluation_panel"),
    path(f"{E}act/<slug:step>/", overview.act, name="evaluation_act"),
    path(f"{E}review/<int:bid>/", review.review_bid, name="review_bid"),
    path(f"{E}files/<int:bid>/<int:place>/", review.bid_file, name="bid_file"),
    path(f"{E}scores/<int:lot>/", marks.scores, name="scores"),
    path(f"{E}marks/", marks.marks, name="evaluation_marks"),
    path(f"{E}ranking/", results.ranking, name="evaluation_ranking"),
    path(f"{E}ranking/<int:lot>.json", results.case, name="evaluation_case"),
    path(f"{E}report/", results.report_page, name="evaluation_report"),
    path(f"{E}report/file/<int:number>/", results.earlier_report_file, name="earlier_report_file"),
    path(f"{E}report/file/", results.report_file, name="evaluation_report_file"),
    path(f"{E}verify-draw/", results.verify_draw, name="verify_draw"),
    path("tenders/<code:code>/factors/", factors.factors, name="factors"),
    path(f"{E}clarifications/", clarifications.clarifications, name="clarifications"),
    path(f"{E}clarifications/list/", clarifications.clarification_list, name="clarification_list"),
    path(
        f"{E}clarifications/<int:number>/judge/",
        clarifications.judge_clarification,
        name="judge_clarification",
    ),
    path(f"{E}talks/", talks.panel, name="talks_panel"),
    path(f"{E}talks/list/", talks.panel_list, name="talks_list"),
    path("tenders/<code:code>/talks/", talks.own, name="talks"),
    path(
        "tenders/<code:code>/committee-questions/",
        questions.committee_questions,
        name="committee_questions",
    ),
    path(
        "tenders/<code:code>/answer-files/<int:number>/",
        questions.answer_file,
        name="answer_file",
    ),
]
