"""Every page the demo leads to: it answers, fits a phone, neither browser nor axe complains, and in
English nothing is left in Chinese but what people wrote.

For each member of the cast the links are followed as a search engine would, a few addresses of
each kind of page; then one page of every kind is opened in a browser.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from portal.demo.town import CAST
from tests.e2e.english import left_in_chinese
from tests.rig.browser import HIDDEN_COLUMNS, Cast

ROLES = ("visitor", *CAST)
PER_KIND, PER_ROLE = {"visitor": 3}, 150
USUAL_PER_KIND = 2
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BEGIN = (
    *("/", "/notices/", "/halls/", "/auctions/", "/results/", "/verify/", "/rules/"),
    *("/tools/", "/supervisors/", "/desk/"),
)
COOKIE = "django_language"
PATIENT_MS = 120_000
"""How long an answer may take: papers are set at the request, beside two crowds of browsers."""
FOREIGN = {"api:openapi-view"}  # Swagger's own page
NOT_FOLLOWED = ("/account/logout", "/static/", "/live/")
Found = dict[str, list[tuple[str, str]]]


class Links(HTMLParser):
    """The addresses a page leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href and "download" not in dict(attrs):
            self.found.append(href)


def kind_of(path: str) -> str:
    """Name the kind of page an address belongs to; "" when no view answers it."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


class Walk:
    """One role's way through the site: what was found of each kind, and what was broken."""

    def __init__(self, role: str, page: Page) -> None:
        self.role, self.page = role, page
        self.seen: dict[str, list[str]] = defaultdict(list)
        self.pages: dict[str, str] = {}
        self.broken: list[str] = []

    def go(self) -> "Walk":
        """Follow links, few of each kind, until there are no new ones."""
        ways = [("", path) for path in BEGIN]
        while ways and sum(map(len, self.seen.values())) < PER_ROLE:
            came_from, path = ways.pop(0)
            if self.is_new(path):
                ways += [(path, link) for link in self.look(came_from, path)]
        return self

    def is_new(self, path: str) -> bool:
        """Tell whether the address is worth a look."""
        kind, known = kind_of(path), self.seen[kind_of(path)]
        enough = PER_KIND.get(self.role, USUAL_PER_KIND)
        if path in known or len(known) >= enough or path.startswith(NOT_FOLLOWED):
            return False
        if not kind:
            self.broken.append(f"{self.role}: {path} is the address of nothing")
        known.append(path)
        return True

    def look(self, came_from: str, path: str) -> Iterator[str]:
        """Ask for a page and give the links on it."""
        answer = self.page.request.get(path, timeout=PATIENT_MS)
        asks_to_sign_in = path == "/desk/" and self.role == "visitor"
        if answer.status != 200 and not asks_to_sign_in:
            self.broken.append(f"{self.role}: {came_from} → {path}: {answer.status}")
            return
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        self.pages.setdefault(kind_of(path), path)
        for href in Links(answer.text()).found:
            parts = urlsplit(urljoin(answer.url, href))
            if parts.netloc == urlsplit(answer.url).netloc:
                yield parts.path


def page_of(cast: Cast, role: str) -> Page:
    return cast.visitor() if role == "visitor" else cast.member(role)


@pytest.mark.timeout(1200)
def test_no_link_is_dead_and_no_page_is_at_fault(cast: Cast, axe: Callable[[Page], None]) -> None:
    opened: dict[str, str] = {}
    faults: list[str] = []
    cast.arrive(*CAST)
    for role in ROLES:
        page = page_of(cast, role)
        walk = Walk(role, page).go()
        faults += walk.broken
        for kind, path in walk.pages.items():
            if kind not in opened and kind not in FOREIGN:
                opened[kind] = f"{role} {path}"
                faults += faults_of(page, role, path, axe)
    assert faults + cast.problems == []
    assert len(opened) > 40, opened


def faults_of(page: Page, role: str, path: str, axe: Callable[[Page], None]) -> list[str]:
    """Open a page on a desk and on a phone; give what is wrong with it."""
    page.set_viewport_size(DESK)
    page.goto(path)
    found = []
    try:
        axe(page)
    except AssertionError as told:
        found.append(f"{role} {path}: {told}")
    if hidden := page.evaluate(HIDDEN_COLUMNS):
        found.append(f"{role} {path}: columns lie outside {hidden}")
    page.set_viewport_size(PHONE)
    if (wider := page.evaluate(OVERFLOW)) > 0:
        found.append(f"{role} {path}: {wider} px wider than a phone")
    if said := left_in_chinese(in_english(page, path)):
        found.append(f"{role} {path}: not in English: {said}")
    return found


def in_english(page: Page, path: str) -> str:
    """Give a page as a reader of English gets it."""
    page.context.add_cookies([{"name": COOKIE, "value": "en", "url": page.url}])
    answer = page.request.get(path, timeout=PATIENT_MS)
    page.context.clear_cookies(name=COOKIE)
    return answer.text()
