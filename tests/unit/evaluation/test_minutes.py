"""What the minutes of talks with one supplier must say (M74 42)."""

import pytest

from evaluation.minutes import FIELDS, LONGEST, read_minutes
from kernel.errors import Invalid

WHOLE = dict.fromkeys(FIELDS, " 无 ")


def test_every_part_is_there_if_only_to_say_that_there_is_none():
    assert read_minutes(WHOLE) == dict.fromkeys(FIELDS, "无")


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("said", ["", " ", "长" * (LONGEST + 1)])
def test_a_part_that_is_empty_or_too_long_is_refused_beside_its_field(name, said):
    with pytest.raises(Invalid) as refusal:
        read_minutes({**WHOLE, name: said})
    assert (refusal.value.code, refusal.value.facts["field"]) == ("minutes.incomplete", name)
