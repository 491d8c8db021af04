"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

import bidding.urls

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.urls")),
    path("", include("accounts.urls")),
    path("", include("trading.urls")),
    path("", include("deposits.urls")),
    path("", include("bidding.urls")),
    path("", include("evaluation.urls")),
    path("", include("recruitment.urls")),
    path("", include("monitoring.urls")),
    path("account/", include("allauth.urls")),
]
websockets = bidding.urls.websockets
