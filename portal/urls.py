"""Addresses of the pages that show several apps, and of the API."""

from django.urls import path

from portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("api/v1/clock", views.clock, name="clock"),
]
