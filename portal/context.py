"""What every page's frame needs."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Give the frame its names, the actor, and the instant the page was made."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "actor": getattr(request, "actor", None),
        "at": getattr(request, "at", None),
    }
