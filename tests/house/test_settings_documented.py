"""Every variable of the environment is explained, and nothing is explained that does not exist."""

import re

from tests.house.sources import sources
from tests.rig.processes import ROOT

READ = re.compile(
    r"(?:env\.(?:text|flag|listed|one_of)|environ(?:\.get)?)[\[(]\s*\"([A-Z][A-Z0-9_]+)\""
    r"|^\w+_VARIABLE\b[^=\n]*= \"([A-Z_]+)\"",
    re.MULTILINE,
)
DOCUMENTED = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|", re.MULTILINE)
DJANGO_OWN = {"DJANGO_SETTINGS_MODULE"}
OF_THE_TESTS = ("TEST_DB", "HYPOTHESIS_PROFILE", "CHROMIUM")


def read_by_the_code() -> set[str]:
    found = {
        first or second
        for path in sources(".py")
        for first, second in READ.findall(path.read_text(encoding="utf-8"))
    }
    return found - DJANGO_OWN


def read_by_run() -> set[str]:
    script = (ROOT / "run").read_text(encoding="utf-8")
    return {name for name in ("PORT", "HOST", "PYTHON") if f"${{{name}:" in script}


def documented() -> list[str]:
    page = ROOT / "docs" / "reference" / "settings.md"
    return DOCUMENTED.findall(page.read_text(encoding="utf-8"))


def test_the_search_finds_what_it_should():
    assert {"SITE_URL", "DEMO", "ALLOWED_HOSTS", "SEALING_TOKEN"} <= read_by_the_code()


def test_every_variable_is_explained_once():
    assert sorted(documented()) == sorted(read_by_the_code() | read_by_run() | set(OF_THE_TESTS))
