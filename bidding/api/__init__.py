"""The API of bids, of the opening hall and of auctions."""

from ninja import Router

from bidding.api import auctions, bids, hall, recovery

router = Router(tags=["bidding"])
router.add_router("", bids.router)
router.add_router("", hall.router)
router.add_router("", recovery.router)
router.add_router("", auctions.router)
