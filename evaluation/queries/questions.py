"""What bidders are asked, each by itself."""

from accounts.domain import BIDDER, Actor
from evaluation.models import PriceReview
from kernel.errors import Missing
from kernel.text import gettext_noop as _


def questions_to(actor: Actor, code: str) -> list[PriceReview]:
    """Give what a bidder is or was asked about its price; nobody else knows of it."""
    own = PriceReview.objects.filter(
        bid__tender__code=code, bid__bidder_id__in=actor.organisations(BIDDER)
    )
    found = list(own.select_related("bid__lot", "bid__tender", "bid__bidder").order_by("pk"))
    if not found:
        raise Missing("price_review.missing", _("没有需要贵单位说明的报价。"))
    return found
