"""Unified transaction codes: the rulebook's examples, refusals, and the laws of the check."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict, Invalid
from kernel.transaction_code import LENGTH, TransactionCode, check_character, compose, read

OPERATOR = "12410900MB0A12342N"
EXAMPLES = [
    ("A01", date(2026, 11, 22), 123, "A01-12410900MB0A12342N-20261122-000123-5"),
    ("D01", date(2026, 11, 22), 7, "D01-12410900MB0A12342N-20261122-000007-U"),
    ("C02", date(2026, 9, 30), 4510, "C02-12410900MB0A12342N-20260930-004510-E"),
    ("B01", date(2026, 11, 22), 79, "B01-12410900MB0A12342N-20261122-000079-*"),
]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
CODES = st.builds(
    TransactionCode,
    st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
    st.text(ALPHABET[:36], min_size=18, max_size=18),
    st.dates(date(2000, 1, 1), date(2999, 12, 31)),
    st.integers(0, 999_999),
)


@pytest.mark.parametrize(("kind", "day", "serial", "code"), EXAMPLES)
def test_ex_29_the_code_of_a_lot_ends_in_its_check_character(kind, day, serial, code):
    assert compose(kind=kind, operator=OPERATOR, day=day, serial=serial) == code
    assert read(code) == TransactionCode(kind, OPERATOR, day, serial)
    assert by_weights(code.replace("-", "")) == 1


def by_weights(code):
    """The second way the rulebook gives: the sum of value × 2^i from the right is 1 mod 37."""
    values = [ALPHABET.index(letter) for letter in reversed(code)]
    return sum(value * 2**place for place, value in enumerate(values)) % 37


@given(CODES)
def test_a_code_is_read_as_it_was_written(code):
    text = str(code)
    assert len(text) == LENGTH + 4
    assert read(text) == read(text.replace("-", "").lower()) == code
    assert by_weights(text.replace("-", "")) == 1


@given(CODES, st.data())
def test_one_wrong_character_or_two_swapped_are_always_found(code, data):
    text = str(code).replace("-", "")
    place = data.draw(st.integers(0, LENGTH - 2))
    other = data.draw(st.sampled_from(ALPHABET))
    if other != text[place]:
        wrong = text[:place] + other + text[place + 1 : -1]
        assert "*" in wrong or check_character(wrong) != text[-1]
    if text[place] != text[place + 1]:
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        with pytest.raises(Invalid):
            read(swapped)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "transaction_code.malformed"),
        ("A01-12410900MB0A12342N-20261122-000123", "transaction_code.malformed"),
        ("101-12410900MB0A12342N-20261122-000123-5", "transaction_code.malformed"),
        ("A01-12410900MB0A12342N-20261122-000123-6", "transaction_code.check"),
        ("A01-12410900MB0A12342N-20261322-000123-", "transaction_code.malformed"),
    ],
)
def test_what_is_no_code_is_refused(text, refusal):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.code == refusal


def test_a_day_that_is_none_is_refused():
    body = f"A01{OPERATOR}20261322000123"
    with pytest.raises(Invalid) as refused:
        read(body + check_character(body))
    assert refused.value.code == "transaction_code.day"


def test_a_day_has_no_more_than_six_digits_of_lots():
    with pytest.raises(Conflict) as refused:
        compose(kind="A01", operator=OPERATOR, day=date(2026, 11, 22), serial=1_000_000)
    assert refused.value.code == "transaction_code.used_up"
