"""The hall in every step of the session script, as everybody sees it, in both languages.

All pages are opened once and follow live. In every step each shows the step, in its language, with
no fault in either theme and nothing cut off. HALL_PICTURES=folder keeps what they looked like.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bidding.domain import FACTS
from tests.e2e import english
from tests.e2e.navigators.hall import Watcher
from tests.e2e.steps import STEPS, Step
from tests.rig.browser import HIDDEN_COLUMNS, Cast
from tests.rig.processes import ROOT
from tests.rig.site import Site

MEMBERS = {"host": "qian", "bidder": "chen", "custodian": "lin"}
LANGUAGES = ("zh-hans", "en")
DESK, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
STAGE_SEEN = 240
"""So much of the stage a phone shows without scrolling: who, and how much."""
TO_THE_SIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BELOW = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
SHARE_IN = "已交出解密份额"
LEAD = ("shell", "--no-imports", "-c", "from tests.e2e import steps; steps.obey()")
PICTURES = os.environ.get("HALL_PICTURES", "")


class Leader:
    """The process that leads the hall; nothing else does, because the site has no worker."""

    def __init__(self, site: Site) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *LEAD], cwd=ROOT, env=site.env, **pipes
        )
        self.address = f"/halls/{self.hears()}/whole/"

    def hears(self) -> str:
        """Give its next line."""
        line = self.process.stdout.readline().strip()
        assert line, "the leader has ended"
        return line

    def takes_next_step(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.hears() == "done"


class View:
    """One page of the hall that is never reloaded."""

    def __init__(self, role: str, language: str, page: Page) -> None:
        self.role, self.language, self.page = role, language, page
        self.watcher = Watcher(page)
        self.sizes = (WALL,) if role == "wall" else (DESK, PHONE)

    def opens(self, hall: str) -> None:
        self.watcher.watches(f"{hall}?board" if self.role == "wall" else hall)

    def follows(self, step: Step, seconds: float) -> None:
        """See the step come: on the stage, and in the log or, on the wall, the list."""
        for words in step.stage:
            self.watcher.sees_live(self.said(words), ".stage", seconds)
        if self.role == "wall":
            marked = self.page.locator(f"#hall-bids [aria-label='{self.said(SHARE_IN)}']")
            expect(marked).to_have_count(step.shares, timeout=seconds * 1000)
        else:
            self.watcher.sees_live(self.said(FACTS[step.fact].title), "#hall-log", seconds)

    def said(self, words: str) -> str:
        return english.of(words) if self.language == "en" else words

    def is_whole(self, name: str) -> None:
        """Nothing sticks out at any size, nor is left in the other language."""
        for width, height in self.sizes:
            self.page.set_viewport_size({"width": width, "height": height})
            assert self.page.evaluate(TO_THE_SIDE) == 0, f"{name} {self.role} at {width} px"
            if width == DESK[0]:
                assert self.page.evaluate(HIDDEN_COLUMNS) == [], f"{name} {self.role}"
            if PICTURES:
                self.draw(f"{name}-{self.role}-{width}-{self.language}")
        if self.role == "wall":
            assert self.page.evaluate(BELOW) == 0, f"{name}: the wall scrolls"
        else:
            self.shows_the_stage_first()
        if self.language == "en":
            assert english.left_in_chinese(self.page.content()) == []

    def shows_the_stage_first(self) -> None:
        """On a phone what happens now stands in the first screen, not below it."""
        self.page.evaluate("scrollTo(0, 0)")
        box = self.page.locator(".stage").bounding_box()
        assert box is not None
        assert box["y"] + min(box["height"], STAGE_SEEN) < PHONE[1], (self.role, box)

    def draw(self, name: str) -> None:
        """Chinese in the light theme, English in the dark one; the wall has its own."""
        self.page.emulate_media(color_scheme="dark" if self.language == "en" else "light")
        path = Path(PICTURES) / f"{name}.png"
        self.page.screenshot(path=path, full_page=self.role != "wall", caret="initial")
        self.page.emulate_media(color_scheme=None)


@pytest.fixture
def led(new_site: Callable[..., Site]) -> Iterator[tuple[Site, Leader]]:
    """A hall before its deadline, at the pace of the law, and who leads it."""
    site = new_site(PACE="law").start("--no-worker")
    leader = Leader(site)
    yield site, leader
    leader.process.kill()
    leader.process.communicate()


def views_of(cast: Cast) -> list[View]:
    """Everybody twice, once in each language; who signs in is the same person in both."""
    cast.arrive(*MEMBERS.values())
    views = []
    for role, language in product((*MEMBERS, "public", "wall"), LANGUAGES):
        page = cast.visitor(f"{role} {language}")
        if role in MEMBERS:
            page.context.add_cookies(cast.visitor(MEMBERS[role]).context.cookies())
        spoken = {"name": "django_language", "value": language, "url": cast.site.url}
        page.context.add_cookies([spoken])
        views.append(View(role, language, page))
    return views


@pytest.mark.timeout(900)
def test_every_step_reaches_everybody_whole_and_in_their_language(
    led: tuple[Site, Leader], cast_of: Callable[[Site], Cast], axe: Callable[[Page], None]
) -> None:
    site, leader = led
    views = views_of(cast_of(site))
    for view in views:
        view.opens(leader.address)
    for place, step in enumerate(STEPS):
        leader.takes_next_step()
        for view in views:
            view.follows(step, 30 * site.slowness)
        for view in views:
            view.is_whole(f"{place:02}")
            if view.language == "en":
                axe(view.page)
