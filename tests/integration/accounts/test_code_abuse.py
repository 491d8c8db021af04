"""One-time codes in hostile hands: used again, guessed, of somebody else, or left out."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.domain import PUBLIC
from bidding.consumers import STRANGER
from config.asgi import application
from portal.streams import actor_of
from tests import openings
from tests import world as worlds
from tests.entrance import (
    AGAIN,
    STEP,
    browser,
    by_password,
    code_now,
    later,
    once_more,
    who,
    with_app,
    wrong,
)
from tests.factories import PASSWORD
from tests.world import World

TOKEN = "/api/v1/token"
APP = "/account/2fa/totp/"


def token(name: str, code: str = "", **place: Any) -> tuple[int, str]:
    given = {"username": name, "password": PASSWORD, "code": code}
    answer = Client(**place).post(TOKEN, given, content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def guess_by_api(name: str, good: str) -> None:
    """Use up somebody's tries of an hour, each from another address."""
    for number in range(30):
        token(name, wrong(good), REMOTE_ADDR=f"192.0.2.{number}")


def by_code(name: str, code: str) -> str:
    client = by_password(name)
    client.post(STEP, {"code": code})
    return who(client)


def test_a_code_is_good_once_however_it_is_sent(world: World) -> None:
    secret = with_app(world.person("chen"))
    with later():
        code = code_now(secret)
        assert by_code("chen", code) == "chen"
        assert by_code("chen", code) == ""
        assert by_code("chen", f" {code[:3]} {code[3:]} ") == ""
        assert token("chen", code) == (403, "token.code_needed")
    with later(minutes=1):
        code = code_now(secret)
        assert token("chen", code)[0] == 200
        assert (token("chen", code)[0], by_code("chen", code)) == (403, "")


@pytest.mark.parametrize("away", [-60, -31, 31, 60])
def test_a_code_is_good_at_its_time_only(world: World, away: int) -> None:
    secret = with_app(world.person("chen"))
    with later():
        with later(seconds=away):
            code = code_now(secret)
        assert by_code("chen", code) == ""


def test_a_code_of_another_person_is_no_second_step(world: World) -> None:
    with_app(world.person("chen"))
    with later():
        code = code_now(with_app(world.person("zhao")))
        assert (by_code("chen", code), token("chen", code)[0]) == ("", 403)


@pytest.mark.parametrize("code", ["", "000", "0" * 300, "abcdef", "-1", "１２３４５６", "a\0b"])
def test_what_is_no_code_is_no_second_step(world: World, code: str) -> None:
    with_app(world.person("chen"))
    assert by_code("chen", code) == ""


def test_codes_are_not_guessed_from_many_addresses(world: World) -> None:
    secret = with_app(world.person("chen"))
    with later():
        good = code_now(secret)
        for number in range(30):
            by_password("chen", REMOTE_ADDR=f"192.0.2.{number}").post(STEP, {"code": wrong(good)})
        client = by_password("chen", REMOTE_ADDR="192.0.2.99")
        assert (client.post(STEP, {"code": good}).status_code, who(client)) == (429, "")
        assert token("chen", good, REMOTE_ADDR="192.0.2.99") == (429, "code.too_many")


def test_who_sets_a_new_password_begins_afresh(world: World) -> None:
    secret = with_app(world.person("chen"))
    with later():
        good = code_now(secret)
        guess_by_api("chen", good)
        assert token("chen", good) == (429, "code.too_many")
        chen = world.person("chen")
        chen.set_password(f"{PASSWORD}-new")
        chen.save()
        client = by_password("chen", f"{PASSWORD}-new")
        client.post(STEP, {"code": good})
        assert who(client) == "chen"


def test_codes_are_not_guessed_by_the_api_either(world: World) -> None:
    secret = with_app(world.person("chen"))
    with later():
        good = code_now(secret)
        guess_by_api("chen", good)
        assert token("chen", good, REMOTE_ADDR="192.0.2.99") == (429, "code.too_many")
    with later(hours=1, seconds=1):
        assert token("chen", code_now(secret))[0] == 200


def test_whoever_does_not_know_the_password_uses_up_no_tries_of_the_code(world: World) -> None:
    secret = with_app(world.person("chen"))
    with later():
        for number in range(30):
            given = {"username": "chen", "password": "wrong", "code": "123456"}
            place = {"REMOTE_ADDR": f"192.0.2.{number}"}
            Client(**place).post(TOKEN, given, content_type="application/json")
        assert token("chen", code_now(secret), REMOTE_ADDR="192.0.2.99")[0] == 200


def test_a_recovery_code_is_good_once_however_it_is_sent(world: World) -> None:
    person = world.person("chen")
    with_app(person)
    first, second, third, *_rest = RecoveryCodes.activate(person).get_unused_codes()
    assert (by_code("chen", first), by_code("chen", first)) == ("chen", "")
    assert (token("chen", first)[0], token("chen", second)[0]) == (403, 200)
    assert (by_code("chen", second), by_code("zhao", third)) == ("", "zhao")  # Zhao needs none


def test_old_recovery_codes_are_void_when_new_ones_are_made(world: World) -> None:
    with_app(world.person("chen"))
    codes = RecoveryCodes.activate(world.person("chen")).get_unused_codes()
    assert by_code("chen", codes[0]) == "chen"
    client = by_password("chen")
    client.post(STEP, {"code": codes[1]})
    once_more(client)
    assert client.post("/account/2fa/recovery-codes/generate/").status_code == 302
    assert by_code("chen", codes[2]) == ""


# --- between password and code ---


@pytest.fixture
def halfway(world: World) -> Client:
    """A browser whose person has sent the password, and no code yet."""
    with_app(world.person("chen"))
    return by_password("chen")


PAGES = ["/desk/", "/account/", "/tenders/", "/people/", "/account/2fa/", "/account/sessions/"]
STEPS_AROUND = [
    f"{APP}activate/",
    f"{APP}deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/download/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/reauthenticate/",
    AGAIN,
    "/account/password/change/",
    "/account/email/",
]


@pytest.mark.parametrize("address", [*PAGES, *STEPS_AROUND])
def test_halfway_no_page_of_a_person_opens(halfway: Client, address: str) -> None:
    for answer in (halfway.get(address), halfway.post(address, {"password": PASSWORD})):
        assert answer.status_code in {302, 405}
        to = answer.headers.get("Location", "/account/login/").split("?")[0]
        assert to in {"/account/login/", AGAIN, STEP}
    assert who(halfway) == ""


def test_halfway_the_api_and_the_intake_know_nobody(halfway: Client) -> None:
    calls = [halfway.get("/api/v1/me"), halfway.post("/api/v1/intake-token", {})]
    assert [answer.status_code for answer in calls] == [401, 401]


def cookie_of(client: Client) -> bytes:
    jar: SimpleCookie = client.cookies
    return f"{django_settings.SESSION_COOKIE_NAME}={jar['sessionid'].value}".encode()


def test_halfway_a_line_is_watched_as_by_anybody(halfway: Client) -> None:
    scope = {"headers": [(b"cookie", cookie_of(halfway))]}
    assert actor_of(scope, timezone.now()) == PUBLIC


@pytest.mark.django_db(transaction=True)
async def test_halfway_nobody_is_present_in_a_hall() -> None:
    world = await sync_to_async(worlds.cast)(timezone.now())
    hall = await sync_to_async(openings.sealed_bids)(world, ())
    await sync_to_async(with_app)(world.person("chen"))
    told = {}
    for name in ("chen", "zhao"):
        client = await sync_to_async(by_password)(name)
        headers = [(b"cookie", cookie_of(client)), (b"origin", b"http://localhost")]
        path = f"/halls/{hall.tender.code}/{hall.stage}/presence/"
        socket = WebsocketCommunicator(application, path, headers=headers)
        told[name] = await socket.connect()
        await socket.disconnect()
    assert told == {"chen": (False, STRANGER), "zhao": (True, None)}


def test_halfway_ends_after_a_quarter_of_an_hour(halfway: Client, world: World) -> None:
    secret = world.person("chen").authenticator_set.get().data["secret"]
    with later(minutes=16):
        halfway.post(STEP, {"code": code_now(secret)})
        assert who(halfway) == ""


def test_halfway_a_suspended_person_comes_no_further(halfway: Client, world: World) -> None:
    person = world.person("chen")
    person.is_active = False
    person.save()
    secret = person.authenticator_set.get().data["secret"]
    with later():
        halfway.post(STEP, {"code": code_now(secret)})
        assert who(halfway) == ""


def test_a_second_step_is_not_skipped_by_beginning_as_somebody_else(world: World) -> None:
    with_app(world.person("chen"))
    client = browser()
    client.post("/account/login/", {"login": "zhao", "password": PASSWORD})
    client.post("/account/login/", {"login": "chen", "password": PASSWORD})
    assert who(client) == "zhao"
    client.post("/account/logout/")
    client.post("/account/login/", {"login": "chen", "password": PASSWORD})
    assert who(client) == ""


# --- the app itself ---


def test_an_app_is_added_and_removed_only_by_whoever_shows_again_who_is_here(world: World) -> None:
    client = by_password("zhao")
    for answer in (client.get(f"{APP}activate/"), client.post(f"{APP}activate/", {"code": "1"})):
        assert answer["Location"].split("?")[0] == AGAIN
    with_app(world.person("zhao"))
    for address in (f"{APP}deactivate/", "/account/2fa/recovery-codes/generate/"):
        assert client.post(address)["Location"].split("?")[0] == AGAIN
    assert world.person("zhao").authenticator_set.count() == 1
    with later():
        once_more(client)
        assert client.post(f"{APP}deactivate/").status_code == 302
    assert world.person("zhao").authenticator_set.count() == 0


def test_showing_who_is_here_lasts_five_minutes(world: World) -> None:
    client = by_password("zhao")
    once_more(client)
    now = client.get(f"{APP}activate/").status_code
    with later(seconds=301):
        assert (now, client.get(f"{APP}activate/").status_code) == (200, 302)
