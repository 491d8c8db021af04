"""Chromium with a context for each member of the cast; what goes wrong in it fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.rig.site import Site

CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
PASSWORD = "demo-Yangguang-2026"
PATIENCE = 30_000
HIDDEN_COLUMNS = """[...document.querySelectorAll(".table-scroll")]
  .filter((table) => table.scrollWidth > table.clientWidth + 1)
  .map((table) => table.getAttribute("aria-label"))"""
SESSIONS = """
from django.conf import settings
from django.test import Client
from accounts.models import User
for person in User.objects.filter(username__in={names!r}):
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    print(person.username, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def _program() -> str:
    names = [name for name in (os.environ.get("CHROMIUM"), *CANDIDATES) if name]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium: install it, or name one with CHROMIUM=")
    if found is None:
        pytest.skip("no Chromium: install it, or name one with CHROMIUM=")
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium (Playwright's own download is not wanted), kept from calling home."""
    return {"executable_path": _program(), "args": list(FLAGS), "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """People here read Chinese and live on Beijing time."""
    return {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 900},
        "accept_downloads": True,
        "reduced_motion": "reduce",
    }


class Cast:
    """Opens a browser of their own for each member, and remembers what went wrong in any."""

    def __init__(self, new_context: Callable[..., BrowserContext], site: Site) -> None:
        self._new_context = new_context
        self._pages: dict[str, Page] = {}
        expect.set_options(timeout=PATIENCE * site.slowness)
        self.site = site
        self.problems: list[str] = []

    def visitor(self, name: str = "visitor", **options: object) -> Page:
        """A page of somebody without an account; the same name gives the same page again."""
        if name not in self._pages:
            context = self._new_context(base_url=self.site.url, **options)
            context.set_default_timeout(PATIENCE * self.site.slowness)
            page = context.new_page()
            page.on("pageerror", lambda error: self.problems.append(f"{name}: {error}"))
            page.on("console", lambda message: self._listen(name, message))
            self._pages[name] = page
        return self._pages[name]

    def arrive(self, *names: str, **options: object) -> None:
        """Let members be signed in already, all at once, where signing in is not the story."""
        told = self.site.python(SESSIONS.format(names=names)).split()
        for name, session in zip(told[::2], told[1::2], strict=True):
            cookie = {"name": "sessionid", "value": session, "url": self.site.url}
            self.visitor(name, **options).context.add_cookies([cookie])

    def member(self, name: str, password: str = PASSWORD, **options: object) -> Page:
        """A page of a member of the cast who has signed in with their password."""
        known = name in self._pages
        page = self.visitor(name, **options)
        if not known:
            page.goto("/account/login/")
            page.locator("#id_login").fill(name)
            page.locator("#id_password").fill(password)
            page.locator("#id_password").press("Enter")
            page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    def _listen(self, name: str, message: ConsoleMessage) -> None:
        """Take every error for a fault but a refused request (4xx), which may be meant."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"{name}: {message.text}")


@pytest.fixture
def cast_of(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[Site], Cast]]:
    """`cast_of(site).member("chen")` gives their page; a browser error fails the test."""
    made: list[Cast] = []

    def give(site: Site) -> Cast:
        made.append(Cast(new_context, site))
        return made[-1]

    yield give
    assert [problem for cast in made for problem in cast.problems] == []


@pytest.fixture
def cast(cast_of: Callable[[Site], Cast], daphne_server: Site) -> Cast:
    """The cast of the site that all stories of a session share."""
    return cast_of(daphne_server)


@pytest.fixture
def as_member(cast: Cast) -> Callable[..., Page]:
    """`as_member("chen")` gives the page of a member who has signed in."""
    return cast.member


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails when axe-core finds anything, in the light or in the dark theme.

    The themes differ in colours only, so the dark one is asked about these.
    """
    tool = Axe()
    light = {"resultTypes": ["violations"]}
    rules = {"light": light, "dark": light | {"runOnly": ["color-contrast"]}}

    def check(page: Page) -> None:
        for scheme, options in rules.items():
            page.emulate_media(color_scheme=scheme)
            results = tool.run(page, options=options)
            assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"
        page.emulate_media(color_scheme=None)

    return check
