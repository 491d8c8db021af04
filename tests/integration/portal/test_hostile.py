"""Every address against forged forms and hosts and addresses that lead away; what pages send."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.world import World

SAMPLES = {"int": 1, "uuid": "00000000-0000-0000-0000-000000000000"}
# Choosing a language changes nothing but one's own cookie; bearer tokens need no CSRF token.
EXEMPT = {"set_language"}
PASSKEY_STEPS = {"mfa_signup_webauthn"}


def every_address(patterns: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Give a filled-in address for every pattern there is."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + filled(pattern)
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, route)
        else:
            yield f"/{route}", pattern


def filled(pattern: URLPattern | URLResolver) -> str:
    """Fill the places of a route with words that name nothing."""
    route = str(pattern.pattern)
    if "(?P" in route or route.startswith("^"):
        return ""
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        value = str(SAMPLES.get(kind, "ZC-2026-0001"))
        for written in (f"<{name}>", f"<{kind}:{name}>", f"<str:{name}>", f"<code:{name}>"):
            route = route.replace(written, value)
        route = route.replace(f"<slug:{name}>", value).replace(f"<path:{name}>", value)
    return route


def test_no_form_of_any_page_is_taken_without_its_token(world: World) -> None:
    """A page of another site, open in a signed-in person's browser, changes nothing."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["sun"], "django.contrib.auth.backends.ModelBackend")
    answers: dict[str, int] = {}
    for address, pattern in every_address():
        name = pattern.name or ""
        if name in EXEMPT or "<" in address or "/api/" in address:
            continue
        answers[address] = client.post(address, {"x": "y"}).status_code
    assert len(answers) > 80
    assert {path: code for path, code in answers.items() if code != 403} == {}


def test_only_the_choice_of_language_and_the_api_are_exempt() -> None:
    exempt = {
        pattern.name
        for address, pattern in every_address()
        if getattr(pattern.callback, "csrf_exempt", False) and "/api/" not in address
    }
    assert exempt == EXEMPT


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil", ""])
def test_another_host_is_no_host_of_ours(host: str) -> None:
    answer = Client().get("/account/password/reset/", headers={"host": host})
    assert (answer.status_code, "evil" in answer.content.decode()) == (400, False)


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(world: World, away: str) -> None:
    client, person = Client(), world.people["chen"]
    person.set_password("three words and 7")
    person.save()
    given = {"login": person.username, "password": "three words and 7", "next": away}
    answer = client.post("/account/login/", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")


@pytest.mark.parametrize("name", ["public", "chen", "sun", "mei"])
def test_every_page_says_what_the_browser_may_do(world: World, name: str) -> None:
    client = world.client(name)
    for address in ("/", "/notices/", "/account/login/", "/nothing/", "/desk/", "/verify/log/"):
        sent = client.get(address).headers
        assert (sent["X-Content-Type-Options"], sent["X-Frame-Options"]) == ("nosniff", "DENY")
        policy = sent["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert sent["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/desk/", "/account/", "/people/", "/tenders/"])
def test_what_a_signed_in_person_saw_stays_in_no_cache(world: World, address: str) -> None:
    answer = world.client("sun").get(address)
    assert "no-store" in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("address", ["/", "/notices/"])
def test_what_everybody_sees_is_not_told_to_be_secret(world: World, address: str) -> None:
    assert "no-store" not in world.client("public").get(address).headers.get("Cache-Control", "")


def test_a_form_without_its_token_is_answered_by_a_page_of_ours(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "chen"})
    assert answer.status_code == 403
    assert "这个页面已经过期" in answer.content.decode()


def test_coming_back_to_the_address_of_a_form_shows_a_page_and_not_nothing(world: World) -> None:
    answer = world.client("chen").get("/account/tokens/revoke/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in answer.content.decode()


def test_too_many_tries_are_told_in_a_page_of_ours(world: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    client = Client(REMOTE_ADDR="203.0.113.77")
    given = {"login": "nobody", "password": "wrong"}
    answers = [client.post("/account/login/", given) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "请稍候再试" in answers[-1].content.decode()
