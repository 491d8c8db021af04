"""Passkeys in hostile hands: replayed, from elsewhere, of somebody else, found, or garbled."""

import json
from typing import Any

import pytest
from django.test import Client
from fido2.utils import websafe_encode

from tests.entrance import (
    ADD_KEY,
    BY_KEY,
    STEP,
    add_key,
    browser,
    by_password,
    challenge_for,
    later,
    once_more,
    owner_of,
    send,
    step_challenge,
    who,
)
from tests.passkeys import TOUCHED, SecurityKey
from tests.world import World


@pytest.fixture
def key(world: World) -> SecurityKey:
    """Chen's passkey."""
    made = SecurityKey()
    owner_of("chen", made)
    return made


def chen(world: World) -> int:
    return world.person("chen").pk


def by_key(world: World, client: Client, key: SecurityKey, name: str = "chen") -> str:
    send(client, key.signed(challenge_for(client), world.person(name).pk))
    return who(client)


def test_a_passkey_signs_its_owner_in(world: World, key: SecurityKey) -> None:
    assert by_key(world, browser(), key) == "chen"


def test_an_answer_is_good_once(world: World, key: SecurityKey) -> None:
    client = browser()
    answer = key.signed(challenge_for(client), chen(world))
    send(client, answer)
    first = who(client)
    client.post("/account/logout/")
    send(client, answer)
    elsewhere = browser()
    challenge_for(elsewhere)
    send(elsewhere, answer)
    assert (first, who(client), who(elsewhere)) == ("chen", "", "")


def test_a_challenge_is_good_in_its_own_session_only(world: World, key: SecurityKey) -> None:
    victim, thief = browser(), browser()
    challenge_for(thief)
    send(thief, key.signed(challenge_for(victim), chen(world)))
    assert who(thief) == ""
    without = browser()
    send(without, key.signed(challenge_for(victim), chen(world)))
    assert who(without) == ""


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://evil.example",
        "https://localhost.evil.example",
        "http://notlocalhost",
        "",
    ],
)
def test_an_answer_for_another_origin_is_refused(
    world: World, key: SecurityKey, origin: str
) -> None:
    key.origin = origin
    assert by_key(world, browser(), key) == ""


def test_an_answer_for_another_platform_is_refused(world: World, key: SecurityKey) -> None:
    key.rp_id = "evil.example"
    assert by_key(world, browser(), key) == ""


def test_a_passkey_is_no_way_to_anothers_account(world: World, key: SecurityKey) -> None:
    mine = SecurityKey()
    owner_of("zhao", mine)
    as_chen = browser()
    assert by_key(world, as_chen, mine, "chen") == ""
    mine.number = key.number  # the name of her key, signed by another
    assert by_key(world, browser(), mine, "chen") == ""


def test_a_challenge_to_add_a_key_signs_nobody_in(world: World, key: SecurityKey) -> None:
    client = by_password("zhao")
    once_more(client)
    options = client.get(ADD_KEY).context["js_data"]["creation_options"]["publicKey"]
    answer = key.signed(options["challenge"], chen(world))
    made = {"name": "mine", "credential": json.dumps(answer)}
    assert client.post(ADD_KEY, made).status_code == 200
    send(client, answer)
    assert who(client) == "zhao"


def test_a_second_step_alone_is_no_sign_in(world: World) -> None:
    found = SecurityKey(flags=TOUCHED)
    owner_of("chen", found, passwordless=False)
    assert by_key(world, browser(), found) == ""
    client = by_password("chen")
    send(client, found.signed(step_challenge(client), chen(world)), to=STEP)
    assert who(client) == "chen"


def test_a_found_key_and_the_challenge_of_ones_own_second_step_open_nothing(world: World) -> None:
    """Such a challenge asks for no PIN; a session keeps it when the half-done sign-in is over."""
    found = SecurityKey(flags=TOUCHED)
    owner_of("chen", found, passwordless=False)
    owner_of("zhao", SecurityKey())
    thief = by_password("zhao")
    answer = found.signed(step_challenge(thief), chen(world))
    with later(minutes=16):
        send(thief, answer)
        assert who(thief) == ""


def test_a_key_of_another_is_no_second_step(world: World, key: SecurityKey) -> None:
    mine = SecurityKey()
    owner_of("zhao", mine)
    client = by_password("chen")
    send(client, mine.signed(step_challenge(client), world.person("zhao").pk), to=STEP)
    assert who(client) == ""


def test_a_suspended_person_does_not_come_in_by_passkey(world: World, key: SecurityKey) -> None:
    person = world.person("chen")
    person.is_active = False
    person.save()
    client = browser()
    answer = send(client, key.signed(challenge_for(client), person.pk))
    assert (who(client), answer["Location"]) == ("", "/account/inactive/")


def test_a_key_is_added_and_removed_only_by_whoever_shows_again_who_is_here(
    world: World, key: SecurityKey
) -> None:
    client = browser()
    by_key(world, client, key)
    number = world.person("chen").authenticator_set.get(type="webauthn").pk
    remove = f"/account/2fa/webauthn/keys/{number}/remove/"
    edit = f"/account/2fa/webauthn/keys/{number}/edit/"
    away = [client.get(ADD_KEY), client.post(ADD_KEY), client.post(remove), client.post(edit)]
    assert {answer["Location"].split("?")[0] for answer in away} == {"/account/reauthenticate/"}
    assert world.person("chen").authenticator_set.filter(type="webauthn").count() == 1


def test_a_key_is_removed_by_its_owner_only(world: World, key: SecurityKey) -> None:
    number = world.person("chen").authenticator_set.get(type="webauthn").pk
    client = by_password("zhao")
    once_more(client)
    for act in ("remove", "edit"):
        answer = client.post(f"/account/2fa/webauthn/keys/{number}/{act}/", {"name": "x"})
        assert answer.status_code == 404


def test_one_key_is_not_added_for_two_sessions(world: World) -> None:
    client, other = by_password("chen"), by_password("chen")
    for each in (client, other):
        once_more(each)
    options = client.get(ADD_KEY).context["js_data"]["creation_options"]["publicKey"]
    other.get(ADD_KEY)
    made = {"name": "x", "credential": json.dumps(SecurityKey().made(options["challenge"]))}
    assert other.post(ADD_KEY, made).status_code == 200
    assert not world.person("chen").authenticator_set.exists()


def garbled(answer: dict[str, Any]) -> list[Any]:
    """Spoil each part of an answer in each way."""
    junk = (None, 1, [], {}, "", "A", "AA", "é", websafe_encode(b"[]"), websafe_encode(b"{}"))
    inner = answer["response"]
    return [
        *(answer | {name: value} for name in answer for value in junk),
        *(answer | {"response": inner | {name: value}} for name in inner for value in junk),
        *({k: v for k, v in answer.items() if k != name} for name in answer),
        *junk,
    ]


def test_a_garbled_answer_signs_nobody_in_and_breaks_nothing(
    world: World, key: SecurityKey, settings: Any
) -> None:
    settings.MFA_RATE_LIMITS = False
    client = browser()
    forged = SecurityKey(number=key.number).signed(challenge_for(client), chen(world))
    answers = [send(client, answer)["Location"] for answer in garbled(forged)]
    assert (set(answers), who(client)) == ({"/account/login/"}, "")


@pytest.mark.parametrize("deep", ["[" * 200_000, '{"a":' * 100_000])
def test_an_answer_too_deep_to_read_is_refused(world: World, deep: str) -> None:
    answer = browser().post(BY_KEY, {"credential": deep})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")


def test_a_garbled_new_key_is_refused(world: World, settings: Any) -> None:
    client = by_password("chen")
    once_more(client)
    spoilt = garbled(SecurityKey().made("AA"))
    answers = [client.post(ADD_KEY, {"credential": json.dumps(each)}) for each in spoilt]
    assert {answer.status_code for answer in answers} == {200}
    assert not world.person("chen").authenticator_set.exists()
    assert add_key(client, SecurityKey()).status_code == 302


def test_tries_by_passkey_are_counted(world: World, key: SecurityKey) -> None:
    client = browser()
    bad = {"credential": "{}"}
    statuses = [client.post(BY_KEY, bad).status_code for _try in range(11)]
    assert statuses == [302] * 10 + [429]
