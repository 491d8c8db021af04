"""What every page's frame needs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts.domain import BIDDER


def site(request: HttpRequest) -> dict[str, object]:
    """Give the frame its names, the actor, and the instant the page was made."""
    actor = getattr(request, "actor", None)
    return {
        "site_name": gettext(settings.SITE_NAME),
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "actor": actor,
        "may_bid": actor is None or not actor.is_known or actor.has(BIDDER),
        "at": getattr(request, "at", None),
    }
