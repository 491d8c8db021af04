"""Addresses of the pages that show several apps, and of the API."""

from django.conf import settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from portal import gallery, views

urlpatterns = [
    path("", views.home, name="home"),
    path("api/v1/clock", views.clock, name="clock"),
    # No token: it would make every public page differ, and a language is all another site could change.
    path("language/", csrf_exempt(set_language), name="set_language"),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery.gallery, name="gallery"))
