"""Addresses of the bidding pages and sockets."""

from django.urls import URLPattern, path

from bidding.views import bid, hall

HALL = "halls/<str:code>/<slug:stage>"

BID = "tenders/<str:code>/bid"

urlpatterns: list[URLPattern] = [
    path(f"{BID}/", bid.overview, name="bid"),
    path(f"{BID}/receipts/", bid.own_receipts, name="bid_receipts"),
    path(f"{BID}/receipts/<str:commit>/", bid.download_receipt, name="bid_receipt"),
    path(f"{BID}/<int:number>/", bid.seal, name="seal_bid"),
    path("verify/receipt/", bid.verify_receipt, name="verify_receipt"),
    path(f"{HALL}/parts/<slug:name>/", hall.part, name="hall_part"),
    path(f"{HALL}/act/<slug:event>/", hall.act, name="hall_act"),
    path(f"{HALL}/extend/", hall.extend, name="hall_extend"),
    path(f"{HALL}/sign-in/", hall.sign_in, name="hall_sign_in"),
    path(f"{HALL}/seals/", hall.seals, name="hall_seals"),
    path(f"{HALL}/share/", hall.share, name="hall_share"),
    path(f"{HALL}/key/", hall.key, name="hall_key"),
    path(f"{HALL}/objections/", hall.object_, name="hall_object"),
    path(f"{HALL}/objections/<int:objection>/answer/", hall.answer, name="hall_answer"),
    path(f"{HALL}/confirm/", hall.confirm, name="hall_confirm"),
]
websockets: list[URLPattern] = []
