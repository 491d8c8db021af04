"""Addresses of the bidding pages and sockets."""

from django.urls import URLPattern, path

from bidding.views import hall

HALL = "halls/<str:code>/<slug:stage>"

urlpatterns: list[URLPattern] = [
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
