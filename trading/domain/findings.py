"""What a draft still lacks or gets wrong: one finding is one line of the page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Finding:
    """One thing to mend, in which section of the draft, and the article that asks for it."""

    code: str
    section: str
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)
    article: str = ""

    def text(self, message: str | None = None) -> str:
        """Fill the facts into the message, or into its translation when one is given."""
        wording = self.message if message is None else message
        return wording % self.facts if self.facts else wording


def unwritten(needed: Iterable[tuple[str, str, str]], article: str) -> Iterator[Finding]:
    """List what the first section leaves blank of (field, value, title) that must be written."""
    for name, value, title in needed:
        if not value.strip():
            message, told = _("缺少%(title)s。"), {"title": title}
            yield Finding(f"basic.{name}", "basic", message, told, article)


def undated(needed: Iterable[tuple[str, date | None, str]], article: str) -> Iterator[Finding]:
    """List the dates still open of (field, date, title) that a draft chooses."""
    for name, value, title in needed:
        if value is None:
            message, told = _("尚未确定%(title)s。"), {"title": title}
            yield Finding(f"timetable.{name}", "timetable", message, told, article)
