"""What a person does at the entrance, honest or not, through the real pages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories import PASSWORD
from tests.passkeys import HERE, SecurityKey

LOGIN = "/account/login/"
STEP = "/account/2fa/authenticate/"
AGAIN = "/account/reauthenticate/"
ADD_KEY = "/account/2fa/webauthn/add/"
BY_KEY = "/account/2fa/webauthn/login/"


@contextmanager
def later(**ahead: float) -> Iterator[None]:
    """Let time stand, so much from now: the library reads the clock itself, and codes run out."""
    with time_machine.travel(timezone.now() + timedelta(**ahead), tick=False):
        yield


def browser(**place: Any) -> Client:
    """Open a browser at the host for which passkeys work without TLS."""
    return Client(HTTP_HOST=HERE, **place)


def by_password(name: str, password: str = PASSWORD, **place: Any) -> Client:
    """Give a browser in which somebody has sent name and password."""
    client = browser(**place)
    client.post(LOGIN, {"login": name, "password": password})
    return client


def who(client: Client) -> str:
    """Say as whom the platform takes a browser."""
    answer = client.get("/api/v1/me")
    return str(answer.json().get("username", "")) if answer.status_code == 200 else ""


def once_more(client: Client) -> None:
    """Show by the password who is here."""
    client.post(AGAIN, {"password": PASSWORD})


# --- codes ---


def with_app(user: User) -> str:
    """Set up an authenticator app, and give its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_now(secret: str) -> str:
    """Give what the app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(counters()))))


def wrong(code: str) -> str:
    """Give a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


# --- passkeys ---


def add_key(client: Client, key: SecurityKey, *, passwordless: bool = True) -> HttpResponse:
    """Add a key on the page for it; whoever has not shown again who is here gets no challenge."""
    page = client.get(ADD_KEY)
    options = page.context["js_data"]["creation_options"]["publicKey"]
    made = key.made(options["challenge"], passwordless=passwordless)
    given = {"name": "key", "credential": json.dumps(made)}
    return client.post(ADD_KEY, given | ({"passwordless": "on"} if passwordless else {}))


def owner_of(name: str, key: SecurityKey, *, passwordless: bool = True) -> None:
    """Let a person add a key, and leave."""
    client = by_password(name)
    once_more(client)
    add_key(client, key, passwordless=passwordless)


def challenge_for(client: Client) -> str:
    """Ask for the challenge of a sign-in by passkey alone."""
    answer = client.get(BY_KEY, headers={"accept": "application/json"})
    return str(answer.json()["request_options"]["publicKey"]["challenge"])


def step_challenge(client: Client) -> str:
    """Ask for the challenge of the second step."""
    options = client.get(STEP).context["js_data"]["request_options"]
    return str(options["publicKey"]["challenge"])


def send(client: Client, answer: dict[str, Any], to: str = BY_KEY) -> HttpResponse:
    """Send a passkey's answer."""
    return client.post(to, {"credential": json.dumps(answer)})
