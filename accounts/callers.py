"""How a caller of the API is known: by a bearer token, by the session cookie, or not at all."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from accounts import queries

if TYPE_CHECKING:
    from accounts.models import User


class Bearer(HttpBearer):
    """A token from POST /api/v1/token, in the Authorization header."""

    def authenticate(self, request: HttpRequest, token: str) -> "User | None":
        """Give the person, and let the rest of the request act as that person."""
        user = queries.bearer(token, request.at)  # type: ignore[attr-defined]
        if user is not None:
            request.user = user
            request.actor = queries.actor(user, request.at)  # type: ignore[attr-defined]
        return user


class Visitor:
    """Anybody: whoever has signed in is that person, everybody else is the public."""

    def __call__(self, request: HttpRequest) -> bool:
        """Let everybody in, but say no to a token that is over instead of ignoring it."""
        return not request.headers.get("Authorization", "").lower().startswith("bearer ")


class Session(SessionAuth):
    """The session cookie with its CSRF token."""

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 as ninja has it
        """Stay out where a token came: one that is over must not be told of CSRF instead."""
        if not Visitor()(request):
            return None
        return super().__call__(request)
