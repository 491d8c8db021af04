"""What a payment is worth, and what a bank may say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from deposits.domain import receipts
from deposits.domain.receipts import Notice, Owner
from kernel.errors import Invalid

DEADLINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
OWNER = Owner("91410900MA9K0007X1", "晨光医疗科技有限公司", Decimal(24_000), DEADLINE)


def paid(amount, *, payer=OWNER.name, code="", before=timedelta(hours=1)):
    return Notice("N1", "88430000", Decimal(amount), payer, code, DEADLINE - before)


def codes(*notices):
    return [(j.code, j.counts, j.back) for j in receipts.judge(notices, OWNER)]


def test_the_sum_asked_counts_in_full():
    assert codes(paid(24_000)) == [("receipt.in_full", 24_000, 0)]


def test_parts_add_up():
    assert codes(paid(20_000), paid(4_000)) == [
        ("receipt.short", 20_000, 0),
        ("receipt.in_full", 4_000, 0),
    ]


def test_what_is_over_goes_back():
    assert codes(paid("24000.01"), paid(24_000)) == [
        ("receipt.surplus", 24_000, Decimal("0.01")),
        ("receipt.surplus", 0, 24_000),
    ]


def test_the_instant_of_the_deadline_is_late():
    assert codes(paid(24_000, before=timedelta(0))) == [("receipt.late", 0, 24_000)]
    assert codes(paid(24_000, before=timedelta(microseconds=1)))[0][0] == "receipt.in_full"


@pytest.mark.parametrize(
    ("payer", "code"),
    [
        ("朝阳信息技术有限公司", ""),
        ("晨光医疗科技有限公司", "91410900MA9K0008X1"),
        ("晨光医疗", ""),
    ],
)
def test_money_from_another_goes_back(payer, code):
    assert codes(paid(24_000, payer=payer, code=code)) == [("receipt.wrong_payer", 0, 24_000)]


def test_banks_write_a_name_with_other_widths_and_blanks():
    assert codes(paid(24_000, payer=" 晨光医疗科技 有限公司　"))[0][0] == "receipt.in_full"


def test_a_sub_account_has_a_check_digit_that_finds_every_single_slip():
    number = receipts.account_number(b"\x01" * 32)
    assert len(number) == 17
    body, check = number[:-1], number[-1]
    assert receipts.check_digit(body) == check
    for place in range(len(body)):
        for digit in set("0123456789") - {body[place]}:
            slip = body[:place] + digit + body[place + 1 :]
            assert receipts.check_digit(slip) != check


def test_luhn_of_a_known_number():
    assert receipts.check_digit("7992739871") == "3"


GOOD = {
    "number": "ICBC-20260301-0001",
    "account": "88431234567890123",
    "amount": "24000.00",
    "payer": OWNER.name,
    "payer_uscc": "",
    "credited_at": DEADLINE,
    "at": DEADLINE,
}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "x"}, "receipt.bad_number"),
        ({"number": "a b c d e f"}, "receipt.bad_number"),
        ({"account": "12a456"}, "receipt.bad_account"),
        ({"account": "１２３４５６"}, "receipt.bad_account"),
        ({"amount": "0.00"}, "receipt.bad_amount"),
        ({"amount": "-1"}, "money.malformed"),
        ({"amount": "1e9"}, "money.malformed"),
        ({"amount": "0.001"}, "money.malformed"),
        ({"payer": "  "}, "receipt.bad_payer"),
        ({"payer": "x" * 101}, "receipt.bad_payer"),
        ({"payer": "a\0b"}, "receipt.bad_payer"),
        ({"payer_uscc": "123"}, "receipt.bad_uscc"),
        ({"credited_at": DEADLINE.replace(tzinfo=None)}, "receipt.bad_time"),
        ({"credited_at": DEADLINE + timedelta(minutes=6)}, "receipt.bad_time"),
        ({"credited_at": DEADLINE - timedelta(days=400)}, "receipt.bad_time"),
    ],
)
def test_what_no_bank_would_send_is_refused(changes, code):
    with pytest.raises(Invalid) as refusal:
        receipts.checked(**{**GOOD, **changes})
    assert refusal.value.code == code


def test_a_good_notice_is_read():
    assert receipts.checked(**GOOD).amount == Decimal(24_000)
