"""Change tenders; every write of pages and API goes through these."""

from trading.services.awarding import confirm_by_silence, confirm_winner, publish_result
from trading.services.bidders import (
    ask_question,
    download_document,
    register_for_lot,
    register_for_lots,
)
from trading.services.challenges import (
    accept_challenge,
    answer_challenge,
    file_challenge,
    reject_challenge,
    withdraw_challenge,
)
from trading.services.contracts import (
    archive_tender,
    file_contract,
    publish_contract,
    sign_contract,
)
from trading.services.custody import name_custodian, register_custodian_key, remove_custodian
from trading.services.drafting import (
    add_lot,
    approve_tender,
    attach_document,
    change_lot,
    change_tender,
    draft_tender,
    remove_document,
    remove_lot,
    return_tender,
    submit_tender,
)
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
from trading.services.publishing import amend_tender, publish_clarification, publish_tender
from trading.services.suspensions import open_reasons, resume, suspend

__all__ = [
    "accept_challenge",
    "add_lot",
    "amend_tender",
    "answer_challenge",
    "approve_tender",
    "archive_tender",
    "ask_question",
    "attach_document",
    "change_lot",
    "change_tender",
    "close_tender",
    "confirm_by_silence",
    "confirm_record",
    "confirm_winner",
    "download_document",
    "draft_tender",
    "fail_lot",
    "fail_tender",
    "file_challenge",
    "file_contract",
    "form_price",
    "name_custodian",
    "open_reasons",
    "open_tender",
    "publish_clarification",
    "publish_contract",
    "publish_result",
    "publish_tender",
    "receive_report",
    "register_custodian_key",
    "register_for_lot",
    "register_for_lots",
    "reject_challenge",
    "remove_custodian",
    "remove_document",
    "remove_lot",
    "resume",
    "return_tender",
    "seat_committee",
    "sign_contract",
    "start_auction",
    "submit_tender",
    "suspend",
    "terminate_tender",
    "withdraw_challenge",
]
