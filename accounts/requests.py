"""A request as portal.middleware hands it on: who acts, and when. Views of all apps take this."""

from datetime import datetime

from django.http import HttpRequest

from accounts.domain import Actor


class Request(HttpRequest):
    """A request with its actor and its one instant."""

    actor: Actor
    at: datetime
    id: str
