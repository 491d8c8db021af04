"""What the documentation names is there: pages, headings, files and commands."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from bidding.sealing.cli import COMMANDS
from tests.rig.processes import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)
OWN = (
    "kernel|ledger|accounts|trading|deposits|bidding|evaluation|recruitment|monitoring|portal|config"
    "|tests|docs|deploy"
)
NAMED = re.compile(rf"`((?:{OWN}|static|templates|assets|locale)/[\w./-]+)`")
MADE_IN_EXAMPLES = {
    "trading/markets/carbon.py",
    "evaluation/formulas/my_formula.py",
    "bidding/auctions/candle.py",
}


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """The names a document's headings get: small letters, blanks to dashes, the rest left out."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", text_of(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def is_broken(document: Path, link: str) -> bool:
    if re.match(r"https?://|mailto:", link):
        return False
    target, _hash, anchor = link.partition("#")
    found = (document.parent / target).resolve() if target else document
    return not found.exists() or bool(anchor and anchor not in anchors(found))


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_link_leads_somewhere(document):
    links = LINK.findall(CODE.sub("", text_of(document)))
    assert [link for link in links if is_broken(document, link)] == []


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(document):
    named = set(NAMED.findall(text_of(document))) - MADE_IN_EXAMPLES
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_page_can_be_reached_from_the_index():
    seen: set[Path] = set()
    waiting = [ROOT / "docs" / "index.md"]
    while waiting:
        document = waiting.pop()
        if document in seen or document.suffix != ".md" or not document.exists():
            continue
        seen.add(document)
        links = (link.partition("#")[0] for link in LINK.findall(CODE.sub("", text_of(document))))
        waiting += [
            (document.parent / link).resolve() for link in links if link and ":" not in link
        ]
    assert [
        name_of(document) for document in PAGES if "docs" in document.parts and document not in seen
    ] == []


def every(pattern: str) -> set[str]:
    return {found for document in PAGES for found in re.findall(pattern, text_of(document))}


def test_every_word_of_run_that_is_named_exists():
    words = set(re.findall(r"^  ([\w| -]+)\) ", (ROOT / "run").read_text(), re.MULTILINE))
    known = {word.strip() for line in words for word in line.split("|")}
    named = every(r"\./run ([a-z]\w*)")
    assert named - known == set()


def test_every_command_of_manage_that_is_named_exists():
    named = every(r"(?:manage\.py|\./run manage) ([a-z]\w+)")
    assert named - set(get_commands()) == set()


def test_found_centre_takes_the_options_that_are_shown():
    shown = text_of(ROOT / "docs" / "how-to" / "deploy.md")
    line = re.search(r"manage\.py found_centre (.+?)\n```", shown, re.DOTALL).group(1)
    command = load_command_class("portal", "found_centre")
    known = command.create_parser("manage.py", "found_centre").format_help()
    assert [option for option in re.findall(r"--[\w-]+", line) if option not in known] == []


def test_every_command_of_sealing_that_is_named_takes_the_options_shown():
    wrong = []
    for document in PAGES:
        text = text_of(document).replace("\\\n", " ")
        for name, rest in re.findall(r"python -m bidding\.sealing ([a-z-]+)([^\n`]*)", text):
            known = {word.rstrip("?!") for word in COMMANDS[name][1]} if name in COMMANDS else set()
            own_words = re.sub(r'"\$\(.*?\)"', "", rest)
            given = set(re.findall(r"--([\w-]+)", own_words))
            if name not in COMMANDS or given - known:
                wrong.append((name_of(document), name, sorted(given - known)))
    assert wrong == []


def test_both_readmes_name_the_same_cast():
    both = [
        set(re.findall(r"`([a-z]+)`", text_of(ROOT / document)))
        for document in ("README.md", "README.zh.md")
    ]
    assert both[0] == both[1]
