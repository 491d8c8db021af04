"""Addresses of a recruitment."""

from django.urls import URLPattern, path

from recruitment.views import (
    applicants,
    applying,
    exams,
    hiring,
    interview,
    progress,
    remedies,
)
from trading import codes  # noqa: F401 - makes <code:…> known

T = "tenders/<code:code>/"
A = f"{T}applicants/<int:number>/"

urlpatterns: list[URLPattern] = [
    path(f"{T}application/", applying.application, name="application"),
    path(f"{T}application/withdraw/", applying.withdraw_application, name="withdraw_application"),
    path(f"{T}recruitment/", progress.recruitment, name="recruitment"),
    path(f"{T}posts/<int:number>/settle/", progress.settle_post, name="settle_post"),
    path(f"{T}applicants/", applicants.applicants, name="applicants"),
    path(A, applicants.applicant, name="applicant"),
    path(f"{A}review/", applicants.review_applicant, name="review_applicant"),
    path(f"{A}verify/", applicants.verify_applicant, name="verify_applicant"),
    path(f"{A}check/", applicants.record_check, name="record_check"),
    path(f"{A}appraisal/", interview.record_appraisal, name="record_appraisal"),
    path(f"{A}appraisal/correct/", interview.correct_appraisal, name="correct_appraisal"),
    path(f"{A}extra/", interview.record_extra, name="record_extra"),
    path(f"{A}contract/", applicants.sign_employment, name="sign_employment"),
    path(f"{A}decline/", applicants.decline_hire, name="decline_hire"),
    path(f"{A}disqualify/", applicants.disqualify_applicant, name="disqualify_applicant"),
    path(f"{T}written/", exams.written, name="written"),
    path(f"{T}written/publish/", exams.publish_written, name="publish_written"),
    path(f"{T}seating/", exams.seating, name="seating"),
    path(f"{T}shortlist/confirm/", exams.confirm_shortlist, name="confirm_shortlist"),
    path(f"{T}interview/", interview.interview, name="interview"),
    path(f"{T}interview/turns/", interview.turns, name="interview_turns"),
    path(f"{T}interview/commit/", interview.commit_panel, name="commit_panel"),
    path(f"{T}interview/draw/", interview.draw_panel, name="draw_panel"),
    path(f"{T}interview/recuse/", interview.recuse_examiner, name="recuse_examiner"),
    path(
        f"{T}interview/seats/<int:place>/replace/",
        interview.replace_examiner,
        name="replace_examiner",
    ),
    path(f"{T}interview/<int:number>/mark/", interview.mark_interview, name="mark_interview"),
    path(f"{T}interview/<int:number>/miss/", interview.miss_interview, name="miss_interview"),
    path(f"{T}interview/rank/", interview.rank, name="rank_applicants"),
    path(f"{T}recounts/", remedies.recounts, name="recounts"),
    path(f"{T}recounts/<slug:token>/", remedies.recount, name="recount"),
    path(f"{T}reports/", remedies.reports, name="reports"),
    path(f"{T}reports/<slug:token>/", remedies.report, name="report"),
    path(f"{T}hire/publicise/", hiring.publicise_hire, name="publicise_hire"),
    path(f"{T}hire/file/", hiring.file_hire, name="file_hire"),
]
