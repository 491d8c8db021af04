"""Laws of money: reading undoes writing, and an independent library writes the same capitals."""

from decimal import Decimal

import cn2an
from hypothesis import given
from hypothesis import strategies as st

from kernel import money

D = Decimal

amounts = st.integers(0, 10**16 - 1).map(money.from_fen)
everyday = st.integers(0, 10**10).map(money.from_fen)


@given(amounts | everyday)
def test_capitals_read_back_to_the_same_amount(amount):
    assert money.parse_capitals(money.in_capitals(amount)) == amount


@given(amounts | everyday)
def test_capitals_agree_with_an_independent_library(amount):
    """The rules let 零 be left out before a full section; we write it, the library does not."""
    ours, theirs = money.in_capitals(amount), cn2an.an2cn(str(amount), "rmb")
    if amount >= 1:
        ours, theirs = ours.replace("零", ""), theirs.replace("零", "")
    assert ours == theirs


@given(st.integers(1, 9999).map(D))
def test_capitals_below_ten_thousand_agree_to_the_letter(amount):
    assert money.in_capitals(amount) == cn2an.an2cn(str(amount), "rmb")


@given(amounts)
def test_parse_undoes_str(amount):
    assert money.parse(str(amount)) == amount


@given(st.integers(-(10**16), 10**16))
def test_fen_round_trip(fen):
    assert money.to_fen(money.from_fen(fen)) == fen


@given(st.decimals("-1e12", "1e12", places=6), st.integers(0, 5))
def test_rounding_moves_by_half_a_place_at_most_and_is_odd(value, places):
    rounded = money.round_half_up(value, places)
    assert abs(rounded - value) <= D(1).scaleb(-places) / 2
    assert money.round_half_up(-value, places) == -rounded


@given(st.text(max_size=20))
def test_whatever_parse_accepts_is_an_amount_in_range(text):
    try:
        amount = money.parse(text)
    except money.Invalid:
        return
    assert D(0) <= amount <= money.LARGEST
