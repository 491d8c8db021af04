"""A guarantee letter covers the sum, the validity and the right beneficiary, or is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from deposits.domain.guarantees import Letter, Wanted, checked
from kernel.errors import Invalid

WANTED = Wanted(Decimal(24_000), datetime(2026, 3, 2, 1, tzinfo=UTC), 90, "新安市第一人民医院")
GOOD = Letter(
    "某某银行新安分行",
    "GUA-2026-0001",
    Decimal(24_000),
    date(2026, 5, 31),
    "新安市第一人民医院",
    "0" * 64,
)


def test_a_letter_that_covers_all_is_taken():
    assert checked(GOOD, WANTED) == GOOD


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": " "}, "guarantee.issuer"),
        ({"number": "a"}, "guarantee.number"),
        ({"number": "<script>"}, "guarantee.number"),
        ({"amount": Decimal("23999.99")}, "guarantee.amount"),
        ({"valid_until": date(2026, 5, 30)}, "guarantee.validity"),
        ({"beneficiary": "清源招标代理有限公司"}, "guarantee.beneficiary"),
    ],
)
def test_a_letter_that_falls_short_is_refused_by_its_field(changes, code):
    with pytest.raises(Invalid) as refusal:
        checked(replace(GOOD, **changes), WANTED)
    assert refusal.value.code == code
    assert refusal.value.facts["field"] in changes
