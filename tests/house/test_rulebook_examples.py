"""Every worked example of the rulebook is a test that bears its number, or says what is missing."""

import re

from tests.rig.processes import ROOT

EXAMPLES = range(1, 36)
NAME = re.compile(r"^def test_ex_(\d\d(?:_\d\d)*)_", re.MULTILINE)
WITHOUT: dict[int, str] = {}
"""Examples whose rule is not built yet; whoever builds it takes the line away."""


def where_tested() -> dict[int, set[str]]:
    """Where each example is tested; one test may stand for several numbers."""
    found: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for numbers in NAME.findall(path.read_text(encoding="utf-8")):
            for number in numbers.split("_"):
                found.setdefault(int(number), set()).add(str(path.relative_to(ROOT)))
    return found


def test_every_example_of_the_rulebook_is_tested_or_stands_in_the_table():
    assert set(EXAMPLES) == set(where_tested()) | set(WITHOUT)


def test_an_example_that_is_tested_has_left_the_table():
    assert sorted(set(where_tested()) & set(WITHOUT)) == []
