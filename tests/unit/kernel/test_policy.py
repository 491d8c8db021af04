"""A policy says no with the reason of the first condition that fails."""

import pytest

from kernel.errors import Denied
from kernel.policy import Policy, condition


@condition("仅限成年人")
def is_adult(actor, _subject):
    return actor >= 18


@condition("柜门未打开")
def is_open(_actor, subject):
    return subject == "open"


POLICY = Policy({"take": (is_adult, is_open), "look": (is_adult | is_open,), "play": (~is_adult,)})


def test_all_conditions_must_hold():
    assert POLICY.allows(18, "take", "open")
    assert POLICY.why_not(17, "take", "open") == "仅限成年人"
    assert POLICY.why_not(18, "take", "shut") == "柜门未打开"


def test_conditions_combine():
    assert POLICY.allows(3, "look", "open")
    assert not POLICY.allows(3, "look", "shut")
    assert POLICY.allows(3, "play")
    assert not POLICY.allows(18, "play")


def test_require_raises_denied_with_a_code_of_the_permission():
    with pytest.raises(Denied) as refusal:
        POLICY.require(3, "take", "open")
    assert (refusal.value.code, refusal.value.text()) == ("take.denied", "仅限成年人")
    POLICY.require(18, "take", "open")
