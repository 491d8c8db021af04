"""A sixth market, a formula and an auction type are one file each, and keep every law.

The files are those the how-to pages print.
"""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from tests.rig.processes import ROOT

PAGES = {
    "add-a-market": ("trading.markets", "carbon"),
    "add-a-formula": ("evaluation.formulas", "my_formula"),
    "add-an-auction": ("bidding.auctions", "candle"),
}
LAWS = (
    "tests/property/test_tender_lifecycles.py",
    "tests/property/test_every_rule.py",
    "tests/property/test_every_formula.py",
    "tests/property/test_every_auction.py",
    "tests/unit/trading/test_formulas.py",
)
FOR_ALL = "test_every_market_has_the_same_words or test_what_follows or test_one_day_before"


@pytest.fixture
def folder(tmp_path):
    """Lay out the printed files as extensions."""
    for page, (package, module) in PAGES.items():
        text = (ROOT / f"docs/how-to/{page}.md").read_text(encoding="utf-8")
        block = re.search(r"```python\n(.*?)```", text, re.DOTALL)
        place = tmp_path / package
        place.mkdir()
        (place / f"{module}.py").write_text(textwrap.dedent(block[1]), encoding="utf-8")
    return tmp_path


def test_one_file_each_keeps_every_law(folder):
    names = ("carbon", "allowance_auction", "my_formula", "candle")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.rig.one_more", "-p", "no:cacheprovider"),
            *("-v", "-k", " or ".join([*names, FOR_ALL]), *LAWS),
        ],
        cwd=ROOT,
        env=os.environ | {"ONE_MORE": str(folder), "CI": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    told = [line for line in done.stdout.splitlines() if " PASSED" in line]
    for name in (*names[1:], "carbon-allowance_auction"):
        assert any(f"[{name}]" in line for line in told), done.stdout
    in_a_tender = "test_every_formula_scores_a_document_of_its_own[my_formula]"
    assert any(in_a_tender in line for line in told), done.stdout
