"""A member whose order goes against all others' is flagged."""

from decimal import Decimal
from fractions import Fraction

from evaluation.tendency import kendall_tau, leans


def decimals(*numbers):
    return [Decimal(number) for number in numbers]


def test_ex_35_an_order_against_the_others_is_flagged():
    own, others = decimals(48, 30, 40, 35), decimals(36, 44, 42, 41)
    assert kendall_tau(own, others) == Fraction(-2, 3)
    names = "ABCD"
    totals = {
        "吴": dict(zip(names, own, strict=True)),
        "郑": dict(zip(names, others, strict=True)),
    }
    assert leans(totals, "吴", "A")


def test_agreement_is_not_flagged():
    marks = dict(zip("ABCD", decimals(48, 30, 40, 35), strict=True))
    assert not leans({"吴": marks, "郑": marks, "王": marks}, "吴", "A")
    assert not leans({"吴": marks}, "吴", "A")


def test_putting_the_winner_first_alone_is_flagged_although_the_orders_agree_elsewhere():
    own = dict(zip("ABCDE", decimals(50, 40, 30, 20, 10), strict=True))
    other = dict(zip("ABCDE", decimals(15, 40, 30, 20, 10), strict=True))
    assert kendall_tau(list(own.values()), list(other.values())) > 0
    assert leans({"吴": own, "郑": other, "王": other}, "吴", "A")


def test_one_bid_has_no_order():
    assert kendall_tau(decimals(1), decimals(2)) is None
    one = {"A": Decimal(1)}
    assert not leans({"吴": one, "郑": one}, "吴", "A")
