"""The API of bids and of the opening hall."""

from ninja import Router

from bidding.api import bids, hall

router = Router(tags=["bidding"])
router.add_router("", bids.router)
router.add_router("", hall.router)
