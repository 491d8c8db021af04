"""Performance security: how much is asked, how, and never above its share."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict, Invalid
from trading.domain import performance


@pytest.mark.parametrize(
    ("price", "share", "asked"),
    [
        ("4516000.00", "10", "451600.00"),
        ("980000.00", "5", "49000.00"),
        ("333.33", "10", "33.33"),
        ("980000.00", "0", "0.00"),
    ],
)
def test_the_amount_is_the_share_of_the_price_rounded_down(price, share, asked):
    assert performance.amount_of(Decimal(price), Decimal(share)) == Decimal(asked)


@given(
    st.decimals(0, 10**13, places=2),
    st.decimals(0, 10, places=2),
)
def test_the_amount_never_exceeds_its_share_and_misses_it_by_less_than_a_fen(price, share):
    exact, asked = price * share / 100, performance.amount_of(price, share)
    assert 0 <= exact - asked < Decimal("0.01")


@pytest.mark.parametrize("share", ["-0.01", "100", "x", "NaN", None])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(Invalid):
        performance.read_share(share)
    assert performance.read_share("10") == Decimal(10)


def test_forms_are_those_there_are_in_their_order():
    assert performance.read_forms(["transfer", "guarantee"]) == ["guarantee", "transfer"]
    for wrong in ("transfer", ["gold"], None):
        with pytest.raises(Invalid):
            performance.read_forms(wrong)


def test_a_contract_is_not_signed_without_what_it_asks():
    performance.require_lodged(Decimal(0), is_lodged=False)
    performance.require_lodged(Decimal(1), is_lodged=True)
    with pytest.raises(Conflict) as refusal:
        performance.require_lodged(Decimal(1), is_lodged=False)
    assert refusal.value.code == "contract.no_security"


def test_a_text_says_what_it_asks_or_nothing():
    asked = {"performance": {"share": "5.00", "forms": ["guarantee"]}}
    assert performance.said(asked) == {"share": "5.00", "forms": ["保函"]}
    assert performance.said({}) == {}
