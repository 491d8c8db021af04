"""The page on which one bid is judged clause by clause."""

from accounts.domain import Actor
from bidding.models import Bid
from evaluation import queries
from evaluation.models import Check, Evaluation
from kernel.errors import Missing
from kernel.text import gettext_noop as _


def own_checks(actor: Actor, evaluation: Evaluation, bid: Bid) -> dict[str, Check]:
    """Give the opinions the reader has given on a bid in the present stage, by clause."""
    stage = evaluation.state
    found = Check.objects.filter(evaluation=evaluation, stage=stage, bid=bid)
    seat = None if stage == "qualification" else queries.seat_of(actor, evaluation)
    return {check.clause: check for check in found.filter(seat=seat)}


def bid_of(evaluation: Evaluation, bid: int) -> Bid:
    """Give an opened bid of the tender."""
    found = Bid.objects.filter(pk=bid, tender=evaluation.tender, state="read")
    read = found.select_related("bidder", "lot").first()
    if read is None:
        raise Missing("bid.missing", _("没有这份投标。"))
    return read
