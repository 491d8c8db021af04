"""What a draft is told of an intention that is not named, or was told too late."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kernel.errors import Invalid
from trading.domain import intentions
from trading.domain.intentions import Intended
from trading.periods import RuleSet, Scope

TODAY = date(2026, 11, 24)
SAID = Intended("病房监护设备", "监护仪四十台。", Decimal("980000.00"), date(2027, 1, 15))


def advised(told, announced, market="procurement", method="open_tender"):
    scope = Scope(market=market, method=method, on=announced)
    rules = RuleSet(scope)
    return [(f.code, dict(f.facts)) for f in intentions.advice(rules, told, announced)]


def test_thirty_days_must_lie_between_the_intention_and_the_announcement():
    told = date(2026, 10, 25)
    assert advised(told, date(2026, 11, 24)) == []
    assert advised(told, date(2026, 11, 23)) == [
        ("intention.late", {"days": 30, "told": "2026-10-25", "first": "2026-11-24"})
    ]
    assert advised(None, TODAY) == [("intention.none", {"days": 30})]
    assert advised(None, TODAY, "construction") == []


def test_what_is_said_of_an_intention_is_read_strictly():
    assert intentions.read(SAID, TODAY).expected_on == date(2027, 1, 1)
    for wrong, code in (
        ({"title": " "}, "text.required"),
        ({"needs": "字" * 2001}, "text.required"),
        ({"note": "字" * 301}, "text.required"),
        ({"budget": Decimal(0)}, "intention.budget"),
        ({"expected_on": date(2026, 10, 31)}, "intention.month"),
    ):
        with pytest.raises(Invalid) as refusal:
            intentions.read(replace(SAID, **wrong), TODAY)
        assert refusal.value.code == code
