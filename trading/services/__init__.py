"""Change tenders; every write of pages and API goes through these."""

from trading.services.accepting import accept_contract
from trading.services.amending import amend_tender
from trading.services.appeals import close_appeal, record_appeal
from trading.services.applying import (
    download_first_document,
    download_prequal_document,
    join_prequal,
    leave_prequal,
    submit_prequal,
    submit_proposal,
    withdraw_prequal,
    withdraw_proposal,
)
from trading.services.attempts import retender, stop_retendering
from trading.services.awarding import confirm_by_silence, confirm_winner
from trading.services.bidders import (
    ask_question,
    download_document,
    register_for_lot,
    register_for_lots,
)
from trading.services.calling import (
    Order,
    accept_call_off,
    expire_call_off,
    place_call_off,
    publish_call_off,
    refuse_call_off,
    sign_call_off,
    skip_call_off,
)
from trading.services.challenges import (
    accept_challenge,
    answer_challenge,
    file_challenge,
    note_objection,
    reject_challenge,
    withdraw_challenge,
)
from trading.services.competing import decide_price, explain_price, open_competition
from trading.services.complaints import (
    accept_complaint,
    decide_complaint,
    extend_complaint,
    file_complaint,
    hold_for_complaint,
    refuse_complaint,
    release_for_complaint,
    withdraw_complaint,
)
from trading.services.contracts import (
    archive_tender,
    file_contract,
    publish_contract,
    secure_contract,
    sign_contract,
    unsecure_contract,
)
from trading.services.custody import name_custodian, register_custodian_key, remove_custodian
from trading.services.deciding import decide_award, draw_award, read_minutes
from trading.services.disqualifying import disqualify_bidder
from trading.services.documents import attach_document, remove_document
from trading.services.drafting import (
    approve_tender,
    change_tender,
    draft_tender,
    return_tender,
    submit_tender,
)
from trading.services.ending import end_contract
from trading.services.enquiring import answer_enquiry, ask_enquiry, withdraw_enquiry
from trading.services.entering import accept_entry, refuse_entry, submit_entry
from trading.services.evidence import read_evidence
from trading.services.examining import (
    copy_complaint,
    correct_complaint,
    explain_complaint,
    return_complaint,
)
from trading.services.failing import declare_failed
from trading.services.frameworks import end_framework, sign_framework, terminate_framework
from trading.services.inquiring import answer_priority
from trading.services.invitations import give_invited_nonce, list_invited
from trading.services.lots import add_lot, change_auction, change_listing, change_lot, remove_lot
from trading.services.media import record_medium
from trading.services.notifying import publish_result
from trading.services.orders import resume_tender, suspend_tender
from trading.services.passing import pass_over
from trading.services.predisclosing import pre_disclose_tender
from trading.services.prequalifying import (
    amend_prequal,
    close_applications,
    close_prequal,
    publish_prequal,
    review_prequal,
)
from trading.services.priority import change_priority
from trading.services.procedure import (
    close_tender,
    confirm_record,
    fail_lot,
    fail_tender,
    form_price,
    open_tender,
    receive_report,
    seat_committee,
    start_auction,
    terminate_tender,
)
from trading.services.publicity import publish_candidates, report_award
from trading.services.publishing import (
    extend_tender,
    publish_clarification,
    publish_tender,
)
from trading.services.qualifying import (
    answer_taker,
    confirm_taker,
    judge_taker,
    return_taker,
    settle_takers,
)
from trading.services.recruiting import (
    approve_plan,
    conclude_hire,
    confirm_shortlist,
    correct_scores,
    publicise_hire,
    publish_written,
    rank,
    settle_posts,
)
from trading.services.repricing import lapse_tender, reprice_tender, restart_tender
from trading.services.reserves import seal_reserve
from trading.services.settlement import certify_tender, record_payment
from trading.services.sources import (
    change_source,
    drop_source,
    not_yet_invitable,
    publicise_source,
)
from trading.services.suspensions import open_reasons, resume, suspend
from trading.services.two_stage import (
    amend_first_stage,
    call_second_stage,
    close_proposals,
    publish_first_stage,
)
from trading.services.voiding import void_lot
from trading.services.withdrawing import accept_withdrawal, ask_withdrawal, refuse_withdrawal
from trading.services.workdays import declare_day

__all__ = [
    "Order",
    "accept_call_off",
    "accept_challenge",
    "accept_complaint",
    "accept_contract",
    "accept_entry",
    "accept_withdrawal",
    "add_lot",
    "amend_first_stage",
    "amend_prequal",
    "amend_tender",
    "answer_challenge",
    "answer_enquiry",
    "answer_priority",
    "answer_taker",
    "approve_plan",
    "approve_tender",
    "archive_tender",
    "ask_enquiry",
    "ask_question",
    "ask_withdrawal",
    "attach_document",
    "call_second_stage",
    "certify_tender",
    "change_auction",
    "change_listing",
    "change_lot",
    "change_priority",
    "change_source",
    "change_tender",
    "close_appeal",
    "close_applications",
    "close_prequal",
    "close_proposals",
    "close_tender",
    "conclude_hire",
    "confirm_by_silence",
    "confirm_record",
    "confirm_shortlist",
    "confirm_taker",
    "confirm_winner",
    "copy_complaint",
    "correct_complaint",
    "correct_scores",
    "decide_award",
    "decide_complaint",
    "decide_price",
    "declare_day",
    "declare_failed",
    "disqualify_bidder",
    "download_document",
    "download_first_document",
    "download_prequal_document",
    "draft_tender",
    "draw_award",
    "drop_source",
    "end_contract",
    "end_framework",
    "expire_call_off",
    "explain_complaint",
    "explain_price",
    "extend_complaint",
    "extend_tender",
    "fail_lot",
    "fail_tender",
    "file_challenge",
    "file_complaint",
    "file_contract",
    "form_price",
    "give_invited_nonce",
    "hold_for_complaint",
    "join_prequal",
    "judge_taker",
    "lapse_tender",
    "leave_prequal",
    "list_invited",
    "name_custodian",
    "not_yet_invitable",
    "note_objection",
    "open_competition",
    "open_reasons",
    "open_tender",
    "pass_over",
    "place_call_off",
    "pre_disclose_tender",
    "publicise_hire",
    "publicise_source",
    "publish_call_off",
    "publish_candidates",
    "publish_clarification",
    "publish_contract",
    "publish_first_stage",
    "publish_prequal",
    "publish_result",
    "publish_tender",
    "publish_written",
    "rank",
    "read_evidence",
    "read_minutes",
    "receive_report",
    "record_appeal",
    "record_medium",
    "record_payment",
    "refuse_call_off",
    "refuse_complaint",
    "refuse_entry",
    "refuse_withdrawal",
    "register_custodian_key",
    "register_for_lot",
    "register_for_lots",
    "reject_challenge",
    "release_for_complaint",
    "remove_custodian",
    "remove_document",
    "remove_lot",
    "report_award",
    "reprice_tender",
    "restart_tender",
    "resume",
    "resume_tender",
    "retender",
    "return_complaint",
    "return_taker",
    "return_tender",
    "review_prequal",
    "seal_reserve",
    "seat_committee",
    "secure_contract",
    "settle_posts",
    "settle_takers",
    "sign_call_off",
    "sign_contract",
    "sign_framework",
    "skip_call_off",
    "start_auction",
    "stop_retendering",
    "submit_entry",
    "submit_prequal",
    "submit_proposal",
    "submit_tender",
    "suspend",
    "suspend_tender",
    "terminate_framework",
    "terminate_tender",
    "unsecure_contract",
    "void_lot",
    "withdraw_challenge",
    "withdraw_complaint",
    "withdraw_enquiry",
    "withdraw_prequal",
    "withdraw_proposal",
]
