"""The ASGI application: the hot doors beside Django's pages, and the two-way sockets."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - the app registry must be ready first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402

import bidding.intake  # noqa: E402
import bidding.outcry  # noqa: E402
import ledger.live  # noqa: E402
from config.urls import websockets  # noqa: E402

pages = get_asgi_application()


async def http(scope, receive, send):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Send a request to its door: watching, sealed bids, live auctions, or Django."""
    path = scope["path"]
    if path.startswith("/live/"):
        await ledger.live.events(scope, receive, send)
    elif path.startswith("/intake/"):
        await bidding.intake.application(scope, receive, send)
    elif path.startswith("/outcry/"):
        await bidding.outcry.application(scope, receive, send)
    else:
        await pages(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websockets))),
    }
)
