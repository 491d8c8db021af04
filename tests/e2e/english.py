"""What an English page still says in Chinese although the catalogue has the English of it."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polib

CATALOGUE = Path(__file__).parents[2] / "locale/en/LC_MESSAGES/django.po"
SILENT = {"script", "style", "template"}
SPOKEN = ("aria-label", "placeholder", "title", "data-label", "alt")
BOTH = {"中文"}  # the button that leads back to Chinese


class Texts(HTMLParser):
    """The pieces of text a page shows or speaks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.silent = 0
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [text for name, text in attrs if name in SPOKEN and text]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append(data.strip())


@cache
def translated() -> frozenset[str]:
    """Give the Chinese of every text whose English differs."""
    entries = polib.pofile(str(CATALOGUE))
    return frozenset(e.msgid.strip() for e in entries if e.msgstr and e.msgstr != e.msgid) - BOTH


@cache
def of(text: str) -> str:
    """Give the English of a text the catalogue has, or the text itself."""
    entry = polib.pofile(str(CATALOGUE)).find(text)
    return entry.msgstr if entry and entry.msgstr else text


def left_in_chinese(page: str) -> list[str]:
    """List the texts of a page that are still the Chinese of the catalogue."""
    return sorted({text for text in Texts(page).found if text in translated()})
