"""Addresses of the money around a bid."""

from django.urls import URLPattern, path

from deposits import views
from trading import codes  # noqa: F401 - makes <code:…> known

T = "tenders/<code:code>/"

urlpatterns: list[URLPattern] = [
    path(f"{T}deposit/", views.own_deposit, name="own_deposit"),
    path(f"{T}deposit/<int:number>/account/", views.open_account, name="open_account"),
    path(f"{T}deposit/<int:number>/letter/", views.hand_in_guarantee, name="hand_in_guarantee"),
    path(f"{T}deposit/<int:number>/letter/show/", views.show_guarantee, name="show_guarantee"),
    path(f"{T}deposit/<int:number>/slip/", views.own_slip, name="own_slip"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/slip/", views.kept_slip, name="kept_slip"),
    path(f"{T}deposits/refunds/<int:key>/slip/", views.refund_slip, name="refund_slip"),
    path(f"{T}deposits/", views.deposits, name="deposits"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/forfeit/", views.forfeit, name="forfeit"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/lift/", views.lift_hold, name="lift_hold"),
    path(f"{T}deposits/decisions/<int:number>/undo/", views.undo_forfeit, name="undo_forfeit"),
    path(f"{T}security/", views.security, name="security"),
    path(f"{T}security/<int:number>/lodge/", views.lodge_security, name="lodge_security"),
    path(f"{T}security/<int:number>/receive/", views.receive_security, name="receive_security"),
    path(f"{T}security/<int:number>/release/", views.release_security, name="release_security"),
    path(f"{T}security/<int:number>/drop/", views.drop_security, name="drop_security"),
    path(f"{T}security/<int:number>/forfeit/", views.forfeit_security, name="forfeit_security"),
    path(f"{T}security/<int:number>/restore/", views.restore_security, name="restore_security"),
    path(f"{T}security/<int:number>/return/", views.return_security, name="return_security"),
    path(f"{T}deposits/claims/<int:number>/make/", views.make_claim, name="make_claim"),
    path(f"{T}deposits/claims/<int:number>/answer/", views.answer_claim, name="answer_claim"),
    path("refunds/", views.confirm_refunds, name="refunds"),
]
