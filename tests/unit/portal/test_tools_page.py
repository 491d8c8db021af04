"""The examples of docs/reference/tools.md are what the tools really answer."""

import json
import re
from pathlib import Path

import pytest

from evaluation.scoring import formulas
from kernel.errors import Invalid
from portal.tools import TOOLS

PAGE = Path(__file__).parents[3] / "docs/reference/tools.md"
EXAMPLE = re.compile(
    r"```json case (?P<tool>\w+)\n(?P<case>.*?)```\s+"
    r"```json (?P<kind>answer|refusal)\n(?P<out>.*?)```",
    re.DOTALL,
)
EXAMPLES = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda found: found["tool"])
def test_the_printed_part_of_every_answer_is_true(example):
    tool, expected = TOOLS[example["tool"]], json.loads(example["out"])
    if example["kind"] == "refusal":
        with pytest.raises(Invalid) as refusal:
            tool(json.loads(example["case"]))
        assert {"code": refusal.value.code} == expected
        return
    answer = tool(json.loads(example["case"]))
    assert {name: answer[name] for name in expected} == expected
    json.dumps(answer)


def test_every_tool_has_an_example():
    assert {found["tool"] for found in EXAMPLES} == set(TOOLS)


def test_every_formula_with_a_name_is_listed():
    table = PAGE.read_text("utf-8").partition("The formulas with a name")[2].partition("```")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    listed = {slug for row in rows for slug in re.findall(r"`(\w+)`", row)}
    assert listed - {"formula"} == set(formulas())


def test_every_warning_of_the_pipeline_is_listed():
    folder = PAGE.parents[2] / "evaluation/pipeline"
    code = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    warned = set(re.findall(r'work\.warn\(\s*"(\w+)"', code))
    page = PAGE.read_text("utf-8")
    assert {name for name in warned if f"`{name}`" not in page} == set()
