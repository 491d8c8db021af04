"""The formula of docs/how-to/add-a-formula.md works as it is printed."""

import re
import runpy
import textwrap
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/how-to/add-a-formula.md"


def test_the_printed_formula_scores_bids(tmp_path):
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "my_formula.py"
    file.write_text(textwrap.dedent(block[1]), encoding="utf-8")
    formula = runpy.run_path(str(file))["FORMULA"]
    bids = [{"name": n, "price": p} for n, p in {"甲": "90", "乙": "100", "丙": "110"}.items()]
    answer = formula.score(bids)
    assert answer["benchmark"] == "95.00"
    assert answer["price_scores"] == {"丙": "34.55", "乙": "38.00", "甲": "40.00"}
