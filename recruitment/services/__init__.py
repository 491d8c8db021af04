"""Change a recruitment; every write of pages and API goes through these."""

from recruitment.services.applying import submit_application, withdraw_application
from recruitment.services.appraising import correct_appraisal, record_appraisal
from recruitment.services.disqualifying import disqualify_applicant, on_tender_resumed
from recruitment.services.hiring import (
    decline_hire,
    file_hire,
    publicise_hire,
    record_check,
    sign_employment,
)
from recruitment.services.interview import (
    commit_panel,
    draw_panel,
    mark_interview,
    miss_interview,
    rank,
    record_extra,
    recuse_examiner,
    replace_examiner,
)
from recruitment.services.recounting import answer_recount, file_recount
from recruitment.services.reporting import answer_report, file_report, read_report
from recruitment.services.screening import (
    on_tender_closed,
    read_applicant,
    review_applicant,
    settle_post,
)
from recruitment.services.written import (
    ABSENT,
    confirm_shortlist,
    mark_scripts,
    publish_written,
    read_seating,
    verify_applicant,
)

__all__ = [
    "ABSENT",
    "answer_recount",
    "answer_report",
    "commit_panel",
    "confirm_shortlist",
    "correct_appraisal",
    "decline_hire",
    "disqualify_applicant",
    "draw_panel",
    "file_hire",
    "file_recount",
    "file_report",
    "mark_interview",
    "mark_scripts",
    "miss_interview",
    "on_tender_closed",
    "on_tender_resumed",
    "publicise_hire",
    "publish_written",
    "rank",
    "read_applicant",
    "read_report",
    "read_seating",
    "record_appraisal",
    "record_check",
    "record_extra",
    "recuse_examiner",
    "replace_examiner",
    "review_applicant",
    "settle_post",
    "sign_employment",
    "submit_application",
    "verify_applicant",
    "withdraw_application",
]
