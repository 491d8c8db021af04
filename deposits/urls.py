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
    path(f"{T}deposits/", views.deposits, name="deposits"),
    path(f"{T}deposits/<int:number>/<slug:uscc>/forfeit/", views.forfeit, name="forfeit"),
    path(f"{T}deposits/decisions/<int:number>/undo/", views.undo_forfeit, name="undo_forfeit"),
    path("refunds/", views.confirm_refunds, name="refunds"),
]
