"""Every code the sealing scripts may give has a sentence on the page."""

import re
from pathlib import Path

from bidding.sentences import SEALING
from tests.rig.processes import ROOT

SCRIPTS = ROOT / "bidding" / "static" / "bidding" / "sealing"
CODE = re.compile(r'"((?:client|lint|seal)\.[a-z_0-9]+)"')
LINT = ROOT / "bidding" / "sealing" / "lint.py"


def codes_in(path: Path) -> set[str]:
    return set(CODE.findall(path.read_text(encoding="utf-8")))


def test_every_code_of_the_scripts_has_a_sentence() -> None:
    found = set().union(*(codes_in(path) for path in SCRIPTS.glob("*.js")))
    assert len(found) > 60
    assert found - set(SEALING) == set()


def test_lint_says_the_same_on_the_page_as_at_the_command_line() -> None:
    plain = LINT.read_text(encoding="utf-8")
    said = {code: text for code, text in SEALING.items() if code.startswith("lint.")}
    assert {code for code in codes_in(LINT) if code.startswith("lint.")} == set(said)
    assert [code for code, text in said.items() if text not in plain] == []
