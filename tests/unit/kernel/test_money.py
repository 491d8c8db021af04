"""Money is read strictly, rounded half up, and written in legal capitals."""

from decimal import Decimal

import pytest

from kernel import money
from kernel.errors import Invalid

D = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("7", "7"),
        ("12.5", "12.5"),
        ("10260.00", "10260.00"),
        ("9" * 14 + ".99", "9" * 14 + ".99"),
    ],
)
def test_parse_reads_plain_decimals(text, value):
    assert money.parse(text) == D(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "1.",
        ".5",
        "1.234",
        "-1",
        "+1",
        "1e3",
        "1,000",
        "１２",
        "٣",
        " 1",
        "1\n",
        "1.2.3",
        "9" * 15,
        "NaN",
        "Infinity",
        "0x1",
        "1_000",
        "¥1",
        "1元",
        5,
        None,
        D(1),
    ],
)
def test_parse_refuses_everything_else(text):
    with pytest.raises(Invalid) as refusal:
        money.parse(text)
    assert refusal.value.code == "money.malformed"


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("2.665", 2, "2.67"),
        ("-2.665", 2, "-2.67"),
        ("23.38983", 2, "23.39"),
        ("2.5", 0, "3"),
        ("1250", -2, "1300"),
        ("99999999999999.995", 2, "100000000000000.00"),
    ],
)
def test_round_half_up_takes_halves_away_from_zero(value, places, rounded):
    assert money.round_half_up(D(value), places) == D(rounded)


def test_fen_and_yuan_are_the_same_amount():
    assert money.to_fen(D("10260.05")) == 1026005
    assert money.from_fen(1026005) == D("10260.05")
    assert str(money.from_fen(1026000)) == "10260.00"


def test_to_fen_never_rounds():
    with pytest.raises(Invalid) as refusal:
        money.to_fen(D("0.005"))
    assert refusal.value.code == "money.too_fine"


def test_format_yuan_groups_by_three():
    assert money.format_yuan(D("1234567.5")) == "1,234,567.50"
    assert money.format_yuan(D("-0.5")) == "-0.50"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.1", "壹角"),
        ("0.55", "伍角伍分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("10.5", "壹拾元伍角"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1010", "壹仟零壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10260", "壹万零贰佰陆拾元整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100005000", "壹亿零伍仟元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("99999999999999.99", "玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-12.30", "负壹拾贰元叁角"),
    ],
)
def test_capitals_follow_the_legal_text(amount, words):
    assert money.in_capitals(D(amount)) == words
    assert money.parse_capitals(words) == D(amount)


@pytest.mark.parametrize("amount", ["100000000000000", "NaN", "Infinity"])
def test_capitals_out_of_range_are_refused(amount):
    with pytest.raises(Invalid) as refusal:
        money.in_capitals(D(amount))
    assert refusal.value.code == "money.out_of_range"


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("壹万零贰佰陆拾圆正", "10260"),
        ("拾元整", "10"),
        ("壹佰元", "100"),
        ("壹拾万零柒仟元零伍角叁分", "107000.53"),
        ("伍角整", "0.5"),
        ("壹亿伍仟元整", "100005000"),
        ("零元整", "0"),
    ],
)
def test_parse_capitals_takes_the_forms_the_rules_leave_open(words, amount):
    assert money.parse_capitals(words) == D(amount)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "元",
        "整",
        "一百元",
        "壹百元整",
        "壹佰",
        "壹零零元整",
        "壹元贰分叁角",
        "壹贰元整",
        "拾佰元整",
        "壹佰贰仟元整",
        "零壹元整",
        "壹拾零元整",
        "壹万万元整",
        "壹佰佰元",
        "负零元整",
        "壹亿亿元",
        "12元",
        "玖佰万亿元整",
    ],
)
def test_parse_capitals_refuses_what_is_not_legal(words):
    with pytest.raises(Invalid) as refusal:
        money.parse_capitals(words)
    assert refusal.value.code == "money.capitals_malformed"
