"""The API of bids and of the opening hall."""

from ninja import Router

from bidding.api import bids, hall, recovery

router = Router(tags=["bidding"])
router.add_router("", bids.router)
router.add_router("", hall.router)
router.add_router("", recovery.router)
