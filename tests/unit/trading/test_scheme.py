"""The scoring scheme: its form, its sums, the limits of M87 55 and of the deductions."""

from datetime import date
from decimal import Decimal

import pytest

from kernel.errors import Invalid
from tests.tenders import SCHEME
from trading.domain import scheme, weighing
from trading.periods import RuleSet, Scope


def codes(given, category="goods"):
    rules = RuleSet(Scope(subject=category, on=date(2026, 11, 27)))
    return [finding.code for finding in weighing.findings(scheme.read(given), rules)]


def flat(price="30", technical="70", **more):
    leaf = {"code": "T1", "part": "technical", "title": "技术", "full": technical, "rule": "x"}
    return {
        "method": "comprehensive",
        "price": {"weight": price},
        "criteria": [leaf | more],
    }


def test_scheme_of_a_complete_draft_has_no_finding():
    assert codes(SCHEME) == []
    assert scheme.part_totals(scheme.read(SCHEME)) == {
        "technical": Decimal(50),
        "commercial": Decimal(20),
        "policy": Decimal(0),
        "price": Decimal(30),
    }
    assert [leaf.code for leaf in scheme.leaves(scheme.read(SCHEME))] == ["T1", "T2", "B1", "B2"]


@pytest.mark.parametrize(
    ("given", "category", "expected"),
    [
        (flat(), "goods", []),
        (flat("29", "71"), "goods", ["scheme.price_weight"]),
        (flat("29", "71"), "services", []),
        (flat("9", "91"), "services", ["scheme.price_weight"]),
        (flat("30", "60"), "goods", ["scheme.weights"]),
        (flat(rule=" "), "goods", ["scheme.no_rule"]),
        (flat() | {"deductions": {"small_firm": "0.09"}}, "goods", ["scheme.deduction"]),
        (flat() | {"deductions": {"small_firm": "0.20"}}, "goods", []),
        (flat(part="commercial"), "goods", ["scheme.no_technical"]),
        ({"method": "lowest_price"}, "goods", []),
    ],
)
def test_scheme_findings(given, category, expected):
    assert codes(given, category) == expected


def test_no_scheme_is_a_finding():
    assert [f.code for f in weighing.findings({}, RuleSet(Scope()))] == ["scheme.missing"]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"method": "magic"},
        {"method": "lowest_price", "surprise": 1},
        {"method": "comprehensive", "price": "30"},
        {"method": "comprehensive", "criteria": {}},
        flat("NaN"),
        flat("Infinity"),
        flat("-1"),
        flat("100.01"),
        flat("1e-9"),
        flat(technical="0"),
        flat(part="price"),
        flat(title=""),
        flat(surprise=True),
        flat() | {"criteria": flat()["criteria"] * 2},
        flat() | {"criteria": [{"code": "T1"}] * 61},
        flat(children=[flat()["criteria"][0] | {"part": "policy"}]),
        flat() | {"deductions": {"surprise": "0.1"}},
    ],
)
def test_malformed_scheme_is_refused(given):
    with pytest.raises(Invalid) as refusal:
        scheme.read(given)
    assert refusal.value.code == "scheme.malformed"


def test_criteria_deeper_than_three_are_refused():
    node = flat()["criteria"][0]
    for code in ("C", "B", "A"):
        node = {"code": code, "part": "technical", "title": code, "children": [node]}
    with pytest.raises(Invalid):
        scheme.read(flat() | {"criteria": [node]})


def test_reading_is_stable():
    clean = scheme.read(SCHEME)
    assert scheme.read(clean) == clean
