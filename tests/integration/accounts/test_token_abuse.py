"""Tokens in hostile hands: guessed, changed, over, revoked, or of another kind or organisation."""

from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts import queries, services
from tests import factories
from tests.entrance import by_password
from tests.factories import PASSWORD
from tests.world import World

HOURS = 12


@pytest.fixture
def at() -> datetime:
    return timezone.now()


def api_token(world: World, name: str, at: datetime) -> str:
    return services.issue_token(user=world.person(name), at=at)


def intake_token(world: World, name: str, at: datetime) -> str:
    uscc = world.organisation_of(name).uscc
    return services.issue_intake_token(actor=world.actor(name, at), uscc=uscc, at=at)


def opens(token: str) -> bool:
    headers = {"authorization": f"Bearer {token}"}
    return Client().get("/api/v1/me", headers=headers).status_code == 200


def takes_in(token: str, at: datetime) -> bool:
    return queries.intake_bearer(token, at) is not None


def test_a_token_is_good_for_half_a_day(world: World, at: datetime) -> None:
    ages = (timedelta(), timedelta(hours=HOURS, minutes=-5), timedelta(hours=HOURS, seconds=1))
    assert [opens(api_token(world, "chen", at - age)) for age in ages] == [True, True, False]
    token = intake_token(world, "chen", at)
    last = at.replace(microsecond=0) + timedelta(hours=HOURS)
    assert (takes_in(token, last - timedelta(seconds=1)), takes_in(token, last)) == (True, False)


@pytest.mark.parametrize(
    "guess", ["", "x", ":", "a:b:c", "e30:AAAA", "." * 99, "é", "\u0661", "A" * 5000, ".eJw:x"]
)
def test_a_guess_opens_nothing_and_breaks_nothing(world: World, guess: str) -> None:
    headers = {"authorization": f"Bearer {guess}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert not takes_in(guess, timezone.now())


def test_a_token_with_any_figure_changed_opens_nothing(world: World, at: datetime) -> None:
    token = api_token(world, "chen", at)
    places = range(0, len(token), 7)
    changed = [f"{token[:i]}{'A' if token[i] != 'A' else 'B'}{token[i + 1 :]}" for i in places]
    assert [opens(each) for each in changed] == [False] * len(changed)


def test_each_kind_of_token_opens_its_own_door_only(world: World, at: datetime) -> None:
    api, intake = api_token(world, "chen", at), intake_token(world, "chen", at)
    assert (opens(api), takes_in(intake, at)) == (True, True)
    assert (opens(intake), takes_in(api, at)) == (False, False)


def test_what_else_the_platform_signs_is_no_token(world: World, at: datetime) -> None:
    until = int(at.timestamp()) + 3600
    content = {"person": world.person("chen").pk, "key": "", "until": until}
    salts = (queries.API_SALT, "django.core.signing", "django.contrib.sessions.SessionStore")
    assert not any(opens(signing.dumps(content, salt=salt)) for salt in salts)
    assert not any(opens(signing.Signer(salt=salt).sign_object(content)) for salt in salts)


def test_a_new_password_a_revocation_or_a_suspension_ends_both_kinds(
    world: World, at: datetime
) -> None:
    ends = {
        "chen": lambda: by_password("chen").post(
            "/account/password/change/",
            {"oldpassword": PASSWORD, "password1": "seven-Green", "password2": "seven-Green"},
        ),
        "zhao": lambda: services.revoke_tokens(actor=world.actor("zhao"), at=at),
        "hu": lambda: type(world.person("hu")).objects.filter(username="hu").update(is_active=0),
    }
    for name, end in ends.items():
        api, intake = api_token(world, name, at), intake_token(world, name, at)
        end()
        assert (name, opens(api), takes_in(intake, at)) == (name, False, False)


def test_an_intake_token_is_for_whom_the_person_still_acts(world: World, at: datetime) -> None:
    of_zhao = world.organisation_of("zhao")
    role = factories.role(world.person("chen"), "bidder", of_zhao, at=at - timedelta(days=1))
    actor = world.actor("chen", at)
    token = services.issue_intake_token(actor=actor, uscc=of_zhao.uscc, at=at)
    assert takes_in(token, at)
    role.ends_at = at
    role.save()
    assert (takes_in(token, at), takes_in(intake_token(world, "chen", at), at)) == (False, True)


def test_a_token_acts_as_its_person_whoever_has_signed_in(world: World, at: datetime) -> None:
    client = by_password("zhao")
    headers = {"authorization": f"Bearer {api_token(world, 'chen', at)}"}
    assert client.get("/api/v1/me", headers=headers).json()["username"] == "chen"
    headers = {"authorization": "Bearer over"}
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert client.get("/api/v1/me").json()["username"] == "zhao"
