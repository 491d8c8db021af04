"""Addresses of the bidding pages and sockets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
websockets: list[URLPattern] = []
