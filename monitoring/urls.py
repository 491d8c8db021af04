"""Addresses of the monitoring pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
