"""JSON is read strictly, and every refusal quotes the path of what is wrong."""

from decimal import Decimal

import pytest

from kernel.errors import Invalid
from kernel.reading import Fields, to_text

BODY = {
    "rate": "0.10",
    "count": 3,
    "name": "甲",
    "flag": True,
    "empty": None,
    "inner": {"names": ["甲", "乙"]},
    "scores": {"b": "2", "a": "1"},
}


def code_of(read):
    with pytest.raises(Invalid) as refusal:
        read()
    return refusal.value.code, refusal.value.facts["where"]


def decimal(value, where):
    return Decimal(to_text(value, where))


def test_values_are_read_by_name_and_kind():
    body = Fields(BODY)
    assert body.decimal("rate") == Decimal("0.10")
    assert body.whole("count") == 3
    assert body.choice("name", ("甲", "乙")) == "甲"
    assert body.flag("flag") is True
    assert body.fields("inner").listed("names", to_text) == ("甲", "乙")
    assert list(body.mapped("scores", decimal)) == ["a", "b"]
    assert body.has("empty") is False
    body.done()


def test_absent_values_take_their_defaults():
    body = Fields({"empty": None})
    assert body.decimal("empty", Decimal(1)) == 1
    assert body.decimal_or_none("empty") is None
    assert body.whole("empty", 2) == 2
    assert body.text("empty", "甲") == "甲"
    assert body.flag("empty") is False
    assert body.listed("empty", to_text) == ()
    assert body.fields("empty").given == {}


@pytest.mark.parametrize(
    ("read", "code", "where"),
    [
        (lambda: Fields([], "bids[0]"), "input.not_object", "bids[0]"),
        (lambda: Fields({}, "bids[0]").raw("name"), "input.missing_key", "bids[0].name"),
        (lambda: Fields({"a": 1.5}).decimal("a"), "input.not_decimal", "a"),
        (lambda: Fields({"a": "１"}).decimal("a"), "input.not_decimal", "a"),
        (lambda: Fields({"a": "5"}).decimal("a", high=Decimal(4)), "input.out_of_range", "a"),
        (lambda: Fields({"a": True}).whole("a"), "input.not_whole", "a"),
        (lambda: Fields({"a": 7}).whole("a", high=6), "input.not_whole", "a"),
        (lambda: Fields({"a": 1}).flag("a"), "input.not_flag", "a"),
        (lambda: Fields({"a": "x"}).choice("a", ("y",)), "input.not_allowed", "a"),
        (lambda: Fields({"a": "x" * 2001}).text("a"), "input.not_text", "a"),
        (lambda: Fields({"a": "x" * 100 + "\ud800"}).text("a"), "input.not_text", "a"),
        (lambda: Fields({"a": "x\0"}).text("a"), "input.not_text", "a"),
        (lambda: Fields({"a": {"x\0": "y"}}).mapped("a", to_text), "input.not_text", "a"),
        (lambda: Fields({"a": {}}).listed("a", to_text), "input.not_list", "a"),
        (lambda: Fields({"a": ["b", "c"]}).listed("a", to_text, 1), "input.too_long", "a"),
        (lambda: Fields({"a": ["x", 1]}).listed("a", to_text), "input.not_text", "a[1]"),
        (lambda: Fields({"a": 1, "b": 2}, "c").done(), "input.unknown_key", "c.a、c.b"),
    ],
)
def test_refusals_quote_the_path(read, code, where):
    assert code_of(read) == (code, where)
