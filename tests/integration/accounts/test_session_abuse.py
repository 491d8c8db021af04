"""Sessions and passwords in hostile hands: planted, kept, stolen, guessed; who has an account."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from config import settings as in_force
from tests.entrance import LOGIN, STEP, by_password, code_now, later, once_more, who, with_app
from tests.factories import PASSWORD
from tests.world import World

OTHER = "seven-Green-bottles"
SESSIONS = "/account/sessions/"
RESET = "/account/password/reset/"


def key_of(client: Client) -> str:
    return str(client.session.session_key or "")


def change_password(client: Client, old: str = PASSWORD) -> int:
    given = {"oldpassword": old, "password1": OTHER, "password2": OTHER}
    return client.post("/account/password/change/", given).status_code


# --- sessions ---


def test_a_planted_session_is_not_the_one_that_signs_in(world: World) -> None:
    thief, victim = Client(), Client()
    thief.post("/account/2fa/webauthn/login/", {"credential": "{}"})  # makes a session
    planted = key_of(thief)
    victim.cookies["sessionid"] = planted
    victim.post(LOGIN, {"login": "chen", "password": PASSWORD})
    assert (bool(planted), key_of(victim) != planted) == (True, True)
    assert (who(victim), who(thief)) == ("chen", "")


def test_a_session_changes_its_key_with_the_second_step_too(world: World) -> None:
    secret = with_app(world.person("chen"))
    client = by_password("chen")
    halfway = key_of(client)
    with later():
        client.post(STEP, {"code": code_now(secret)})
        assert (who(client), key_of(client) != halfway) == ("chen", True)
        stale = Client()
        stale.cookies["sessionid"] = halfway
        assert who(stale) == ""


def test_a_session_of_ones_own_choice_is_never_taken_up(world: World) -> None:
    client = Client()
    client.cookies["sessionid"] = chosen = "a" * 32
    client.post(LOGIN, {"login": "chen", "password": PASSWORD})
    assert (who(client), key_of(client) != chosen) == ("chen", True)


def test_signing_out_ends_the_session_itself(world: World) -> None:
    client = by_password("chen")
    stolen = Client()
    stolen.cookies["sessionid"] = key_of(client)
    assert who(stolen) == "chen"
    assert client.get("/account/logout/").status_code == 200
    assert who(client) == "chen"  # a link or an image signs nobody out
    client.post("/account/logout/")
    assert who(stolen) == ""


def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, elsewhere, zhao = by_password("chen"), by_password("chen"), by_password("zhao")
    assert change_password(here) == 302
    assert [who(each) for each in (here, elsewhere, zhao)] == ["chen", "", "zhao"]


def test_a_password_is_changed_by_whoever_knows_the_old_one(world: World) -> None:
    client = by_password("chen")
    statuses = [change_password(client, "wrong") for _try in range(6)]
    assert statuses == [200] * 5 + [429]
    assert who(by_password("chen")) == "chen"


def test_the_list_of_sessions_shows_and_ends_ones_own_only(world: World) -> None:
    here, elsewhere = by_password("chen"), by_password("chen", REMOTE_ADDR="192.0.2.44")
    zhao = by_password("zhao", REMOTE_ADDR="192.0.2.55")
    page = here.get(SESSIONS).content.decode()
    assert ("192.0.2.44" in page, "192.0.2.55" in page) == (True, False)
    here.post(SESSIONS, {"session": key_of(zhao), "id": "1", "user": world.person("zhao").pk})
    assert [who(each) for each in (here, elsewhere, zhao)] == ["chen", "", "zhao"]


def test_a_suspended_person_is_out_at_once_and_stays_out(world: World) -> None:
    client = by_password("chen")
    person = world.person("chen")
    person.is_active = False
    person.save()
    assert (who(client), who(by_password("chen"))) == ("", "")
    given = {"username": "chen", "password": PASSWORD}
    answer = Client().post("/api/v1/token", given, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "token.refused")


# --- the way by mail ---


def mail_of(name: str) -> str:
    return User.objects.get(username=name).email


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.lower()])
def test_a_desk_left_alone_is_no_way_to_a_new_password(world: World, password: str) -> None:
    client = by_password("chen")
    given = {"phone": "", "email": "thief@example.com", "password": password}
    answer = client.post("/account/", given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["password"])
    given = {"email": "thief@example.com", "password": password}
    answer = client.put("/api/v1/me", given, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "person.password_needed")
    answer = client.post("/account/email/", {"action_add": "", "email": "thief@example.com"})
    assert answer["Location"].split("?")[0] == "/account/reauthenticate/"
    Client().post(RESET, {"email": "thief@example.com"})
    assert (mail_of("chen"), [RESET in each.body for each in mail.outbox]) == ("", [False])


def test_the_owner_changes_the_mail_address_and_gets_a_new_password_by_it(world: World) -> None:
    client = by_password("chen")
    given = {"phone": "", "email": "chen@example.com", "password": PASSWORD}
    assert client.post("/account/", given).status_code == 302
    Client().post(RESET, {"email": "chen@example.com"})
    link = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    stranger = Client()
    form = stranger.get(link[1])["Location"]
    answer = stranger.post(form, {"password1": OTHER, "password2": OTHER})
    assert (answer.status_code, who(stranger), who(client)) == (302, "", "")
    assert Client().get(link[1]).status_code == 200  # the link is used up: no way to the form
    assert (who(by_password("chen")), who(by_password("chen", OTHER))) == ("", "chen")


def test_the_password_is_not_guessed_beside_the_mail_address(world: World) -> None:
    client = by_password("chen")
    given = {"phone": "", "email": "thief@example.com", "password": "wrong"}
    statuses = [client.post("/account/", given).status_code for _try in range(4)]
    answer = client.put("/api/v1/me", given, content_type="application/json")
    statuses += [answer.status_code, client.post("/account/", given).status_code]
    assert statuses == [422] * 5 + [429]


# --- who has an account ---


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many passwords were hashed since the last question: the work a stopwatch would see."""
    done: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        done.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def since() -> int:
        number = len(done)
        done.clear()
        return number

    return since


def plain(page: str, name: str) -> str:
    """Take out what differs between any two requests: the name sent back, tokens, the clock."""
    page = re.sub(r"<time [^<]*</time>|nonce=\"[^\"]*\"|X-CSRFToken\":\"[^\"]*\"", "", page)
    page = re.sub(r"csrfmiddlewaretoken\" value=\"[^\"]*\"", "", page)
    return page.replace(f'value="{name}"', "")


def test_sign_in_tells_nobody_who_has_an_account(world: World, hashed: Callable[[], int]) -> None:
    world.person("hu").set_unusable_password()
    world.person("hu").save()
    User.objects.filter(username="he").update(is_active=False)
    told = {}
    for name in ("chen", "CHEN", "nobody", "hu", "he"):
        hashed()
        answer = Client().post(LOGIN, {"login": name, "password": "wrong"})
        told[name] = (answer.status_code, plain(answer.content.decode(), name), hashed())
        cache.clear()
    assert [name for name in told if told[name] != told["nobody"]] == []


def test_a_token_refused_tells_nobody_who_has_an_account(
    world: World, hashed: Callable[[], int]
) -> None:
    with_app(world.person("chen"))
    User.objects.filter(username="he").update(is_active=False)
    told = {}
    for name in ("chen", "zhao", "nobody", "he"):
        hashed()
        given = {"username": name, "password": "wrong", "code": "123456"}
        answer = Client().post("/api/v1/token", given, content_type="application/json")
        told[name] = (answer.status_code, answer.content, hashed())
    assert [name for name in told if told[name] != told["nobody"]] == []


def test_a_forgotten_password_tells_nobody_who_has_an_account(world: World) -> None:
    User.objects.filter(username="chen").update(email="chen@example.com")
    answers = [
        Client().post(RESET, {"email": f"{name}@example.com"}) for name in ("chen", "nobody")
    ]
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, f"{RESET}done/")}
    assert [each.to for each in mail.outbox] == [["chen@example.com"], ["nobody@example.com"]]


# --- the counts of tries ---


@pytest.fixture
def guesses(world: World, settings: Any) -> Callable[[], None]:
    """Guesses at many names, each counted in the table of an installation without Valkey."""
    settings.CACHES = in_force.CACHES
    call_command("createcachetable")

    def at_many_names() -> None:
        for number in range(400):
            cache.set(f"allauth:rl:allauth.account:login_failed:90/600.0/key:{number}", [0.0], 600)

    return at_many_names


def test_guesses_at_many_names_make_no_room_for_guesses_at_one(
    guesses: Callable[[], None],
) -> None:
    with later():
        for _try in range(6):
            by_password("chen", "wrong", REMOTE_ADDR="192.0.2.1")
        guesses()
        assert who(by_password("chen", REMOTE_ADDR="192.0.2.1")) == ""
        assert who(by_password("chen", REMOTE_ADDR="192.0.2.2")) == "chen"


def test_a_code_used_up_stays_used_up_whatever_else_is_counted(
    world: World, guesses: Callable[[], None]
) -> None:
    secret = with_app(world.person("chen"))
    with later():
        code = code_now(secret)
        client = by_password("chen")
        client.post(STEP, {"code": code})
        guesses()
        again = by_password("chen")
        again.post(STEP, {"code": code})
        assert (who(client), who(again)) == ("chen", "")


def test_whoever_shows_again_who_is_here_is_counted_too(world: World) -> None:
    client = by_password("chen")
    for _try in range(10):
        client.post("/account/reauthenticate/", {"password": "wrong"})
    once_more(client)
    assert client.get("/account/2fa/totp/activate/").status_code == 302
