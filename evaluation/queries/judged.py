"""The bids that are still judged, and those whose prices may be spoken of."""

from bidding.models import Bid
from evaluation import queries
from evaluation.models import Evaluation


def judged_bids(evaluation: Evaluation) -> list[Bid]:
    """List the bids of lots still judged that are not out, lot by lot."""
    read = Bid.objects.filter(tender=evaluation.tender, state="read", lot__state="open")
    kept = read.filter(exclusion=None).select_related("bidder", "lot")
    return list(kept.order_by("lot__number", "sequence"))


def priced_bids(evaluation: Evaluation) -> list[Bid]:
    """List the bids still judged whose price was read out."""
    known = queries.prices_known(evaluation)
    return [bid for bid in judged_bids(evaluation) if known and bid.price is not None]
