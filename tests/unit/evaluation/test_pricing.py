"""Unit prices of a real bid: read, compared with its total, and named in the result (EX-12)."""

from decimal import Decimal

from evaluation import arithmetic, pricing
from evaluation.pipeline import evaluate

ITEMS = [
    {"code": "1", "name": "办公椅", "quantity": "120", "unit": "把"},
    {"code": "2", "name": "安装", "quantity": "1", "unit": "项"},
]
CHAIRS = ITEMS[:1]


def corrected(price, fields, items=CHAIRS, market="procurement"):
    sheet = pricing.sheet_of(Decimal(price), fields, items)
    found = arithmetic.correct(arithmetic.read_sheet(sheet), arithmetic.order_of(market))
    return f"{found.corrected:f}", [one.rule for one in found.findings]


def test_ex_12_unit_prices_beat_the_total():
    fields = {"x-item-1": "85.50"}
    for market in ("procurement", "construction", "property"):
        assert corrected("10620.00", fields, market=market) == ("10260.00", ["unit_price"])


def test_ex_12_words_beat_figures_and_agree_with_the_lines():
    fields = {"x-item-1": "85.50", "price_in_words": "壹万零贰佰陆拾元整"}
    assert corrected("10620.00", fields) == ("10260.00", ["words"])


def test_a_low_rate_is_told_in_money_by_the_line_it_was_caught_by():
    rates, limit = {"A": "1.00", "B": "2.00", "C": "62.00"}, Decimal("52000000.00")
    case = {
        "price_form": "rate",
        "low_price_review": {},
        "bids": [{"name": name, "price": rate} for name, rate in rates.items()],
    }
    (found,) = evaluate(case)["low_price_reviews"]
    scheme = {"formula": {"slug": "discount_rate_ratio", "rates": True}}
    told = pricing.in_yuan(scheme, found, Decimal("19760000.01"), limit)
    lines = {one["rule"]: one["line"] for one in told["triggers"]}
    # Half of the mean of what is left, 235/3 of a hundred: told to two digits 20,368,400.00.
    assert lines["mean"] == "20366666.67"
    assert told["price"] == "19760000.01"
    assert pricing.in_yuan({}, found, Decimal(1), limit) == found


def test_a_slipped_point_leaves_the_total_and_mends_the_unit_price():
    fields = {"x-item-1": "855.00"}
    assert corrected("10260.00", fields) == ("10260.00", ["decimal_point"])
    sheet = arithmetic.read_sheet(pricing.sheet_of(Decimal("10260.00"), fields, CHAIRS))
    finding = arithmetic.as_json(arithmetic.correct(sheet))
    priced = pricing.priced_items(CHAIRS, fields)
    (mended,) = pricing.corrected_items(priced, finding)
    assert Decimal(mended["unit_price"]) == Decimal("85.50")
    assert pricing.corrected_items(priced, {}) == priced


def test_lines_that_do_not_price_everything_correct_nothing():
    assert pricing.sheet_of(Decimal(10), {"x-item-1": "85.50"}, ITEMS) is None
    assert pricing.sheet_of(Decimal(10), {"x-item-1": "about 85"}, CHAIRS) is None
    assert (
        pricing.sheet_of(Decimal(10), {"x-item-1": "85"}, [CHAIRS[0] | {"quantity": "一批"}])
        is None
    )
    assert pricing.sheet_of(Decimal(10), {"price_in_words": "不详"}, []) is None
    assert pricing.sheet_of(None, {"x-item-1": "85.50"}, CHAIRS) is None


def test_items_are_named_with_the_prices_they_have():
    assert pricing.priced_items(ITEMS, {"x-item-1": "85.50", "x-item-2": "-3"}) == [
        ITEMS[0] | {"unit_price": "85.50"},
        ITEMS[1],
    ]
    assert pricing.priced_items(ITEMS, {"days": "30"}) == []
