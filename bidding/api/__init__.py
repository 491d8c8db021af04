"""The API of bids and of the opening hall."""

from ninja import Router

from bidding.api import bids

router = Router(tags=["bidding"])
router.add_router("", bids.router)
