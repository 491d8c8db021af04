"""Papers as text: what a paper says, line by line, from the page it is rendered from.

`tests/vectors/papers/KIND-MARKET.json` holds the facts of one paper (`KIND-MARKET-CASE.json` where
there are several), `KIND-MARKET.txt` what the paper says of them, read by eye and committed.
`pytest tests/unit/portal/test_golden_papers.py --renew-papers` writes the texts anew; the
difference is then for people to read.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from ledger import press
from ledger.papers import Paper

FOLDER = Path(__file__).parent / "vectors" / "papers"
BESIDE = frozenset({"th", "td"})
UNSEEN = frozenset({"style", "title", "meta"})
OWN_LINE = frozenset({"p", "div", "h1", "h2", "tr", "br", "pre", "table", "header"})


@dataclass(frozen=True)
class Golden:
    """One paper of fixed facts, and the text it is known to say."""

    path: Path

    @property
    def kind(self) -> str:
        """Name the kind of the paper."""
        return self.path.stem.partition("-")[0]

    @property
    def market(self) -> str:
        """Name the market in whose words it speaks; empty where it belongs to none."""
        return self.path.stem.partition("-")[2].partition("-")[0]

    @property
    def facts(self) -> Mapping[str, Any]:
        """Give its subject and its content."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    @property
    def known(self) -> Path:
        """Give the file of its text."""
        return self.path.with_suffix(".txt")

    def says(self) -> str:
        """Render it as it is rendered before it becomes a PDF, and read it."""
        facts = self.facts
        return text_of(press.page_of(self.kind, facts["subject"], facts["content"]))


def golden_papers() -> list[Golden]:
    """List them all."""
    return [Golden(path) for path in sorted(FOLDER.glob("*.json"))]


def assert_known_shape(paper: Paper, market: str = "") -> None:
    """Hold the facts of a paper that a service ordered against those of the golden one: no name
    on any level that it does not have, so that a golden paper cannot grow old unnoticed.
    """
    assert is_known_shape(paper.kind, paper.content, market)


def is_known_shape(kind: str, content: Mapping[str, Any], market: str = "") -> bool:
    """Tell whether the facts of a paper are named as those of a golden one."""
    known = [g.facts["content"] for g in golden_papers() if (g.kind, g.market) == (kind, market)]
    return any(set(content) == set(facts) and _is_alike(content, facts) for facts in known)


def _is_alike(one: object, other: object) -> bool:
    """Tell whether a golden fact knows every name that another has, on every level. Inside, a name
    may be left out; what goes by the names of people or by numbers is a list of what it holds.
    """
    if isinstance(one, dict) and isinstance(other, dict) and _is_named(one) and _is_named(other):
        return set(one) <= set(other) and all(_is_alike(one[name], other[name]) for name in one)
    given, known = _listed(one), _listed(other)
    if given is None or known is None:
        return given is known
    return all(any(_is_alike(inner, golden) for golden in known) for inner in given)


def _is_named(facts: Mapping[str, Any]) -> bool:
    return all(name.isascii() and name.isidentifier() for name in facts)


def _listed(facts: object) -> list[object] | None:
    """Give what a fact holds, if it holds others."""
    if isinstance(facts, dict):
        return list(facts.values())
    return list(facts) if isinstance(facts, list | tuple) else None


def text_of(page: str) -> str:
    """Read a page: a line for each line, cells beside each other, spaces folded."""
    reader = _Reader()
    reader.feed(page)
    lines = (re.sub(r"[ \n\t\r]+", " ", line).strip(" |") for line in reader.lines())
    return "".join(f"{line}\n" for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = [""]
        self.hidden = 0
        self.in_cell = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN and tag != "meta":
            self.hidden += 1
        if tag in BESIDE:
            self.in_cell += 1
        elif tag in OWN_LINE:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.hidden -= 1
        if tag in BESIDE:
            self.in_cell -= 1
            self.parts[-1] += " | "
        elif tag in OWN_LINE:
            self._break()

    def _break(self) -> None:
        if self.in_cell:
            self.parts[-1] += " "
        else:
            self.parts.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts[-1] += data.replace("\n", " ")

    def lines(self) -> Iterator[str]:
        yield from self.parts
