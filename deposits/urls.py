"""Addresses of the money around a bid."""

from django.urls import URLPattern, path

from deposits.views import deposits, securities
from trading import codes  # noqa: F401 - makes <code:…> known

T = "tenders/<code:code>/"

urlpatterns: list[URLPattern] = [
    path(f"{T}deposit/", deposits.own_deposit, name="own_deposit"),
    path(f"{T}deposit/<int:number>/account/", deposits.open_account, name="open_account"),
    path(f"{T}deposit/<int:number>/letter/", deposits.hand_in_guarantee, name="hand_in_guarantee"),
    path(f"{T}deposit/<int:number>/letter/show/", deposits.show_guarantee, name="show_guarantee"),
    path(f"{T}deposit/<int:number>/slip/", deposits.own_slip, name="own_slip"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/slip/", deposits.kept_slip, name="kept_slip"),
    path(f"{T}deposits/refunds/<int:key>/slip/", deposits.refund_slip, name="refund_slip"),
    path(f"{T}deposits/", deposits.deposits, name="deposits"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/forfeit/", deposits.forfeit, name="forfeit"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/lift/", deposits.lift_hold, name="lift_hold"),
    path(f"{T}deposits/decisions/<int:number>/undo/", deposits.undo_forfeit, name="undo_forfeit"),
    path(f"{T}security/", securities.security, name="security"),
    path(f"{T}security/<int:number>/lodge/", securities.lodge_security, name="lodge_security"),
    path(
        f"{T}security/<int:number>/receive/", securities.receive_security, name="receive_security"
    ),
    path(
        f"{T}security/<int:number>/release/", securities.release_security, name="release_security"
    ),
    path(f"{T}security/<int:number>/drop/", securities.drop_security, name="drop_security"),
    path(
        f"{T}security/<int:number>/forfeit/", securities.forfeit_security, name="forfeit_security"
    ),
    path(
        f"{T}security/<int:number>/restore/", securities.restore_security, name="restore_security"
    ),
    path(f"{T}security/<int:number>/return/", securities.return_security, name="return_security"),
    path(f"{T}deposits/claims/<int:number>/make/", deposits.make_claim, name="make_claim"),
    path(f"{T}deposits/claims/<int:number>/answer/", deposits.answer_claim, name="answer_claim"),
    path("refunds/", deposits.confirm_refunds, name="refunds"),
]
