"""What an evaluation takes from the rows of the rules: lines, minutes, shares."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from evaluation import domain, pricing
from trading.periods import RuleSet, Scope

GOODS = RuleSet(
    Scope(market="procurement", method="open_tender", subject="goods", on=date(2026, 11, 24))
)
WORKS = RuleSet(Scope(market="construction", method="open_tender", on=date(2026, 11, 24)))


def other(code, value):
    """Give the rules of goods with another value in a row."""
    figures = tuple(
        replace(row, value=Decimal(value)) if row.code == code else row
        for row in GOODS.rows.figures
    )
    return replace(GOODS, rows=replace(GOODS.rows, figures=figures))


def test_a_price_is_asked_about_below_the_lines_of_the_rules():
    assert pricing.low_price_lines(GOODS, {}) == {
        "mean_share": "0.50",
        "next_share": "0.50",
        "limit_share": "0.45",
    }
    assert pricing.low_price_lines(other("low_bid_mean", "0.60"), {})["mean_share"] == "0.60"


def test_no_line_lies_above_the_most_that_is_allowed():
    assert pricing.low_price_lines(other("low_bid_mean", "0.90"), {})["mean_share"] == "0.65"


def test_where_the_rules_have_no_line_none_is_drawn():
    assert pricing.low_price_lines(WORKS, {}) == {}
    before = replace(GOODS, scope=replace(GOODS.scope, on=date(2026, 1, 31)))
    assert pricing.low_price_lines(before, {}) == {}


def test_a_bidder_explains_its_price_in_the_minutes_of_the_rules():
    assert domain.explain_minutes(other("low_bid_minutes", "45")) == 45
    assert domain.explain_minutes(WORKS) == domain.EXPLAIN_MINUTES


def test_what_earns_a_deduction_names_the_share_of_the_rules():
    said = {kind: text % shares for kind, (text, shares) in domain.declarations(GOODS).items()}
    assert said["consortium"] == "联合体协议或分包意向书约定小微企业份额不低于 30%"
    assert said["domestic"].endswith("本国产品成本占比不低于 80%")
    assert domain.declarations(WORKS)["consortium"] == (domain.DECLARATIONS["consortium"], {})


def test_the_document_may_state_stricter_lines_but_never_looser_ones():
    stated = {"mean_share": "0.60", "next_share": "0.40", "limit_share": "0.70"}
    assert pricing.low_price_lines(GOODS, stated) == {
        "mean_share": "0.60",
        "next_share": "0.50",
        "limit_share": "0.65",
    }
