"""Addresses of the bidding pages and sockets."""

from django.urls import URLPattern, path

from bidding.consumers import Presence
from bidding.views import auction, auction_trial, bid, custody, hall, hall_acts, recovery

HALL = "halls/<str:code>/<slug:stage>"

BID = "tenders/<str:code>/bid"

urlpatterns: list[URLPattern] = [
    path(f"{BID}/", bid.overview, name="bid"),
    path(f"{BID}/receipts/", bid.own_receipts, name="bid_receipts"),
    path(f"{BID}/receipts/<str:commit>/", bid.download_receipt, name="bid_receipt"),
    path(f"{BID}/receipts/<str:commit>.pdf", bid.print_receipt, name="bid_receipt_pdf"),
    path(f"{BID}/<int:number>/", bid.seal, name="seal_bid"),
    path("tenders/<str:code>/custody/", custody.custody, name="custody"),
    path("tenders/<str:code>/custody/key/", custody.register_key, name="register_custodian_key"),
    path("auctions/", auction.auctions, name="auctions"),
    path("auctions/<str:code>/", auction.auction, name="auction"),
    path("auctions/<str:code>/parts/<slug:name>/", auction.part, name="auction_part"),
    path("auctions/<str:code>/own/", auction.own, name="auction_own"),
    path("auctions/<str:code>/act/", auction.act, name="auction_act"),
    path("auctions/<str:code>/weigh/", auction_trial.weigh, name="auction_weigh"),
    path("auctions/<str:code>/order/<slug:event>/", auction.order, name="auction_order"),
    path("auctions/<str:code>/void/", auction.void, name="auction_void"),
    path("auctions/<str:code>/disqualify/", auction.disqualify, name="auction_disqualify"),
    path("auctions/<str:code>/exclude/", auction.exclude, name="auction_exclude"),
    path("auctions/<str:code>/draw/", auction.draw, name="auction_draw"),
    path("auctions/<str:code>/log.json", auction.log, name="auction_log"),
    path("auctions/<str:code>/log.note", auction.log_note, name="auction_log_note"),
    path("verify/receipt/", bid.verify_receipt, name="verify_receipt"),
    path(f"{HALL}/parts/<slug:name>/", hall.part, name="hall_part"),
    path(f"{HALL}/stored/<int:lot>/", hall.stored, name="hall_stored"),
    path(f"{HALL}/proofs/", hall.proofs, name="hall_proofs"),
    path(f"{HALL}/act/<slug:event>/", hall_acts.act, name="hall_act"),
    path(f"{HALL}/extend/", hall_acts.extend, name="hall_extend"),
    path(f"{HALL}/sign-in/", hall_acts.sign_in, name="hall_sign_in"),
    path(f"{HALL}/seals/", hall_acts.seals, name="hall_seals"),
    path(f"{HALL}/share/", hall_acts.share, name="hall_share"),
    path(f"{HALL}/recovery/", recovery.request_recovery, name="hall_recovery"),
    path(f"{HALL}/recovery/part/", recovery.release_part, name="hall_part_of_share"),
    path(
        f"{HALL}/recovery/<str:commit>/proofs/",
        recovery.recovery_proofs,
        name="hall_recovery_proofs",
    ),
    path(f"{HALL}/resupply/", hall_acts.resupply, name="hall_resupply"),
    path(f"{HALL}/key/", hall_acts.key, name="hall_key"),
    path(f"{HALL}/objections/", hall_acts.object_, name="hall_object"),
    path(f"{HALL}/objections/<int:objection>/answer/", hall_acts.answer, name="hall_answer"),
    path(f"{HALL}/confirm/", hall_acts.confirm, name="hall_confirm"),
]
websockets: list[URLPattern] = [path(f"{HALL}/presence/", Presence.as_asgi())]
