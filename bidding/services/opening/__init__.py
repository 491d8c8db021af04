"""The opening session step by step, led by the host, with a timer on each step (rulebook 3.1).

Every step is one fact in the session's stream, so that thousands who watch see the same and nobody
asks. Steps that a timer ends are taken by `due`, which calls the very same functions.
"""

from collections.abc import Callable

from bidding.models import OpeningSession
from bidding.services.opening.attendance import check_seals, confirm, sign_in
from bidding.services.opening.counting import (
    count_bids,
    on_technical_closed,
    on_tender_closed,
    on_tender_published,
    on_tender_terminated,
    schedule_opening,
)
from bidding.services.opening.due import due
from bidding.services.opening.hearing import (
    HEARD_IN,
    answer_objection,
    end,
    invite_confirmation,
    invite_objections,
    raise_objection,
)
from bidding.services.opening.leading import announce, list_bidders, start_seal_check
from bidding.services.opening.reading_out import (
    read_all,
    read_next,
    resupply,
    start_reading,
)
from bidding.services.opening.recovery import release_part, request_recovery
from bidding.services.opening.release import TAKES_KEYS, postpone, release_key, start_release
from bidding.services.opening.sharing import (
    close_unlock,
    extend_unlock,
    hand_in_share,
    start_unlock,
)

STEPS: dict[str, Callable[..., OpeningSession]] = {
    "announce": announce,
    "list": list_bidders,
    "check_seals": start_seal_check,
    "start_unlock": start_unlock,
    "close_unlock": close_unlock,
    "start_reading": start_reading,
    "read_next": read_next,
    "read_all": read_all,
    "invite_objections": invite_objections,
    "invite_confirmation": invite_confirmation,
    "postpone": postpone,
    "end": end,
}
"""What the host may ask for, by the name in addresses and in the API."""

READS = ("read_next", "read_all")
"""The steps that say how many bids the host had seen read."""

__all__ = [
    "HEARD_IN",
    "READS",
    "STEPS",
    "TAKES_KEYS",
    "announce",
    "answer_objection",
    "check_seals",
    "close_unlock",
    "confirm",
    "count_bids",
    "due",
    "end",
    "extend_unlock",
    "hand_in_share",
    "invite_confirmation",
    "invite_objections",
    "list_bidders",
    "on_technical_closed",
    "on_tender_closed",
    "on_tender_published",
    "on_tender_terminated",
    "postpone",
    "raise_objection",
    "read_all",
    "read_next",
    "release_key",
    "release_part",
    "request_recovery",
    "resupply",
    "schedule_opening",
    "sign_in",
    "start_reading",
    "start_release",
    "start_seal_check",
    "start_unlock",
]
