"""Every row of the rules is obeyed: some code asks for it by name.

A period is proposed and checked by the timetable, which asks for all of them; a figure binds only
where code names it.
"""

import re

import pytest

from tests.house.sources import sources
from trading.periods.rulebooks import national

TEXT = "\n".join(path.read_text("utf-8") for path in sources(".py") if "periods" not in path.parts)
"""All code but the rows themselves."""
STARTS = set(re.findall(r'f"([a-z]+(?:_[a-z]+)*_)\{', TEXT))
"""What codes begin with that are put together, as `deduction_` and whose it is."""
FIGURES = sorted({figure.code for figure in national().figures})


@pytest.mark.parametrize("code", FIGURES)
def test_a_figure_is_asked_for_by_some_code(code):
    assert f'"{code}"' in TEXT or any(code.startswith(start) for start in STARTS)
