"""Addresses of the trading pages."""

from django.urls import URLPattern, path

from trading import codes  # noqa: F401 - makes <code:…> known
from trading.views import bidders, public, results, rules, workdays
from trading.views.drafts import (
    approval,
    auction,
    custodians,
    documents,
    judging,
    lots,
    recovery,
    tender,
    timetable,
)

T = "tenders/<code:code>/"

urlpatterns: list[URLPattern] = [
    path("notices/", public.notices, name="notices"),
    path("notices/<code:code>/<int:number>/", public.notice, name="notice"),
    path("results/", public.results, name="results"),
    path("feeds/notices.atom", public.atom, name="notices_atom"),
    path("feeds/notices.rss", public.rss, name="notices_rss"),
    path("calendar.ics", public.calendar, name="calendar"),
    path("rules/", rules.rules, name="rules"),
    path("rules/calendar/", workdays.work_calendar, name="work_calendar"),
    path("rules/calendar/declare/", workdays.declare_day, name="declare_day"),
    path("tenders/", tender.tenders, name="tenders"),
    path("tenders/new/", tender.draft_tender, name="draft_tender"),
    path(f"{T}calendar.ics", public.tender_calendar, name="tender_calendar"),
    path(f"{T}history/", public.history, name="history"),
    path(f"{T}parts/<slug:name>/", public.part, name="tender_part"),
    # the draft
    path(f"{T}draft/", tender.draft, name="draft"),
    path(f"{T}draft/basic/", tender.draft_basic, name="draft_basic"),
    path(f"{T}draft/lots/", lots.draft_lots, name="draft_lots"),
    path(f"{T}draft/lots/new/", lots.draft_lot, name="add_lot"),
    path(f"{T}draft/lots/<int:number>/", lots.draft_lot, name="change_lot"),
    path(f"{T}draft/lots/<int:number>/remove/", lots.remove_lot, name="remove_lot"),
    path(f"{T}draft/terms/", judging.draft_terms, name="draft_terms"),
    path(f"{T}draft/auction/", auction.draft_auction, name="draft_auction"),
    path(f"{T}draft/scheme/", judging.draft_scheme, name="draft_scheme"),
    path(f"{T}draft/timetable/", timetable.draft_timetable, name="draft_timetable"),
    path(f"{T}draft/timetable/check/", timetable.check_timetable, name="check_timetable"),
    path(f"{T}draft/documents/", documents.draft_documents, name="draft_documents"),
    path(
        f"{T}draft/documents/<int:number>/remove/",
        documents.remove_document,
        name="remove_document",
    ),
    path(f"{T}draft/recovery/", recovery.draft_recovery, name="draft_recovery"),
    path(
        f"{T}draft/recovery/<int:index>/remove/",
        recovery.remove_recovery_custodian,
        name="remove_recovery_custodian",
    ),
    path(f"{T}draft/custodians/", custodians.draft_custodians, name="draft_custodians"),
    path(
        f"{T}draft/custodians/<int:index>/remove/",
        custodians.remove_custodian,
        name="remove_custodian",
    ),
    path(f"{T}draft/submit/", approval.submit_tender, name="submit_tender"),
    path(f"{T}draft/return/", approval.return_tender, name="return_tender"),
    path(f"{T}draft/approve/", approval.approve_tender, name="approve_tender"),
    path(f"{T}draft/publish/", approval.publish_tender, name="publish_tender"),
    path(f"{T}terminate/", approval.terminate_tender, name="terminate_tender"),
    # while it takes bids
    path(f"{T}register/", bidders.register, name="register_for_lot"),
    path(f"{T}documents/", bidders.documents, name="documents"),
    path(f"{T}documents/<int:number>/", bidders.download_document, name="download_document"),
    path(f"{T}takers/", bidders.document_takers, name="document_takers"),
    path(f"{T}questions/", bidders.questions, name="questions"),
    path(f"{T}questions/<str:token>/", bidders.publish_clarification, name="publish_clarification"),
    path(f"{T}amend/", bidders.amend_tender, name="amend_tender"),
    # the result
    path(f"{T}award/", results.award, name="award"),
    path(f"{T}award/publish/", results.publish_result, name="publish_result"),
    path(f"{T}papers/<slug:kind>/<str:subject>/", results.paper, name="award_paper"),
    path(f"{T}challenges/", results.challenges, name="challenges"),
    path(f"{T}challenges/<code:number>/", results.challenge, name="challenge"),
    path(f"{T}challenges/<code:number>/accept/", results.accept_challenge, name="accept_challenge"),
    path(f"{T}challenges/<code:number>/reject/", results.reject_challenge, name="reject_challenge"),
    path(
        f"{T}challenges/<code:number>/withdraw/",
        results.withdraw_challenge,
        name="withdraw_challenge",
    ),
    path(f"{T}contracts/", results.contracts, name="contracts"),
    path(f"{T}contracts/<int:number>/sign/", results.sign_contract, name="sign_contract"),
    path(f"{T}contracts/<int:number>/publish/", results.publish_contract, name="publish_contract"),
    path(f"{T}contracts/<int:number>/file/", results.file_contract, name="file_contract"),
    path(f"{T}archive/", results.archive_tender, name="archive_tender"),
]
