"""Addresses of the trading pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
