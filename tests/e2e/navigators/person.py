"""What everybody does on any page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


class Person:
    """Somebody at their own browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        answer = self.page.goto(path)
        assert answer is None or answer.ok, f"{path}: {answer.status}"

    def leaves(self) -> None:
        """Close a live page, which would go on painting and playing for nobody."""
        self.page.goto("about:blank")

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press a button by its words, and agree when the page asks back."""
        button = (within or self.page).get_by_role("button", name=name).first
        asks = button.evaluate("b => !!(b.dataset.confirm || b.form?.dataset.confirm)")
        button.click()
        if asks:
            dialog = self.page.locator("confirm-dialog dialog[open]")
            dialog.get_by_role("button", name="确定", exact=True).click()

    def send(self, name: str, said: str = "", within: Locator | None = None) -> None:
        """Press a button that sends a form, and read what the page says afterwards."""
        with self.hearing(said):
            self.press(name, within)

    @contextmanager
    def hearing(self, said: str = "") -> Iterator[None]:
        """Do what leads to another page, and read what that says before it has gone again."""
        with self.page.expect_navigation(wait_until="commit"):
            yield
        if said:
            self.hears(said)
        self.page.wait_for_load_state()

    def fill(self, label: str, value: str, within: Locator | None = None) -> None:
        """Fill in a field by its label."""
        pattern = re.compile(f"^{re.escape(label)}")
        (within or self.page).get_by_role("textbox", name=pattern).first.fill(value)

    def unfold(self, summary: str, within: Locator | None = None) -> None:
        """Open a folded part of the page."""
        (within or self.page).locator("summary", has_text=summary).first.click()

    def hears(self, words: str) -> None:
        """Read a toast."""
        expect(self.page.locator("toast-note", has_text=words).first).to_be_visible()

    def sees(self, words: str) -> None:
        """Read something anywhere on the page, as soon as it comes."""
        expect(self.page.locator("main")).to_contain_text(words)
