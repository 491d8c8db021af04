"""Price sheets are corrected in the order of the law, and every correction names its rule."""

from decimal import Decimal

import pytest

from evaluation.arithmetic import Line, Sheet, correct, read_sheet
from kernel.errors import Invalid

LINES = [
    {"quantity": "120", "unit_price": "85.50", "amount": "10260.00"},
    {"quantity": "2", "unit_price": "100"},
]
NOTHING = [{"quantity": "0", "unit_price": "1"}]
WORDS = {"figures": "600", "words": "柒佰元整"}


@pytest.mark.parametrize(
    ("order", "sheet", "price", "rules"),
    [
        ("procurement", {"figures": "10460.00", "lines": LINES}, "10460.00", []),
        ("procurement", {"opening_list": "500", "figures": "600"}, "500", ["opening_list"]),
        ("procurement", {"opening_list": "500", "figures": "500"}, "500", []),
        ("procurement", {"opening_list": "500"}, "500", []),
        (
            "procurement",
            {"opening_list": "500", "figures": "600", "words": "柒佰元整"},
            "500",
            ["opening_list"],
        ),
        ("procurement", {"figures": "600", "words": "柒佰元整"}, "700.00", ["words"]),
        ("procurement", {"words": "柒佰元整"}, "700.00", []),
        ("procurement", {"figures": "700", "words": "柒佰元整"}, "700.00", []),
        ("procurement", {"figures": "11000", "lines": LINES}, "10460.00", ["unit_price"]),
        (
            "procurement",
            {
                "opening_list": "10460",
                "lines": [{"quantity": "120", "unit_price": "8.55"}, LINES[1]],
            },
            "10460",
            ["decimal_point"],
        ),
        ("procurement", {"figures": "5", "lines": NOTHING}, "0.00", ["unit_price"]),
        ("construction", {"opening_list": "500"}, "500", []),
        ("construction", WORDS | {"opening_list": "1"}, "700.00", ["words"]),
        (
            "construction",
            {"figures": "10620.00", "lines": LINES[:1]},
            "10260.00",
            ["unit_price"],
        ),
    ],
)  # fmt: skip
def test_correction_follows_the_order_of_the_market(order, sheet, price, rules):
    found = correct(read_sheet(sheet), order)
    assert (found.corrected, [f.rule for f in found.findings]) == (Decimal(price), rules)
    assert found.confirm == bool(rules)


def test_a_slipped_point_mends_the_unit_price():
    sheet = read_sheet(
        {"opening_list": "10260", "lines": [{"quantity": "120", "unit_price": "8.55"}]}
    )
    finding = correct(sheet).findings[0]
    assert (finding.before, finding.after) == (Decimal("8.55"), Decimal("85.50"))


def test_a_sheet_without_a_total_is_refused_however_it_was_made():
    with pytest.raises(Invalid) as refusal:
        read_sheet({"lines": LINES})
    assert refusal.value.code == "arithmetic.no_price"
    by_hand = Sheet(None, None, None, (Line(Decimal(1), Decimal(1), None),))
    for order in ("procurement", "construction"):
        with pytest.raises(Invalid) as refusal:
            correct(by_hand, order)
        assert refusal.value.code == "arithmetic.no_price"
