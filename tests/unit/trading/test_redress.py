"""What may be undone when somebody was right, by where a tender stands."""

from dataclasses import replace

import pytest

from kernel.errors import Conflict, Invalid
from trading.domain import redress
from trading.domain.redress import Stage

NOTIFIED = Stage(
    takes_bids=False,
    reevaluates=True,
    passes_over=True,
    fails=True,
    has_signed=False,
    left={1: 2, 2: 0},
)
TAKING = Stage(
    takes_bids=True,
    reevaluates=False,
    passes_over=False,
    fails=False,
    has_signed=False,
    left={1: 0},
)


def code(act, *given, **named):
    with pytest.raises((Conflict, Invalid)) as refusal:
        act(*given, **named)
    return refusal.value.code


def test_a_text_is_corrected_while_bids_are_taken_and_a_result_undone_after_them():
    assert redress.open_ways(TAKING) == ["correct"]
    assert redress.open_ways(NOTIFIED) == ["reevaluate", "next_candidate", "void"]
    assert code(redress.require_way, "void", TAKING) == "redress.not_now"
    assert code(redress.require_way, "anything", TAKING) == "redress.way"
    redress.require_way("void", NOTIFIED)


def test_what_is_signed_is_never_evaluated_again_and_its_lot_not_void():
    signed = replace(NOTIFIED, has_signed=True, left={2: 0})
    assert redress.open_ways(signed) == ["void"]
    assert redress.concerned("void", None, signed) == [2]
    assert code(redress.concerned, "void", 1, signed) == "redress.lot"


def test_only_where_somebody_stands_behind_the_first_is_the_next_taken():
    assert redress.concerned("next_candidate", None, NOTIFIED) == [1]
    assert code(redress.concerned, "next_candidate", 2, NOTIFIED) == "redress.lot"
    alone = replace(NOTIFIED, left={1: 0})
    assert "next_candidate" not in redress.open_ways(alone)


def test_nothing_is_undone_where_nobody_was_right():
    assert code(redress.require_right, "void", is_right=False) == "redress.not_upheld"
    redress.require_right("", is_right=False)
    redress.require_right("void", is_right=True)


def test_what_is_signed_the_authority_alone_undoes_and_only_where_nothing_is_performed():
    stage = replace(NOTIFIED, left={}, passes_over=False, fails=True, signed={1: True, 2: False})
    assert redress.open_ways(stage)[-1] == "cancel"
    assert redress.concerned("cancel", None, stage) == [1]
    assert redress.concerned("harm", None, stage) == [2]
    assert "harm" not in redress.open_ways(replace(stage, signed={1: True}))
    assert code(redress.concerned, "cancel", 2, stage) == "redress.lot"
    redress.require_way("cancel", stage)
    with pytest.raises(Conflict):
        redress.require_way("cancel", stage, itself=True)
    assert set(redress.of_its_own(redress.WAYS)) == set(redress.WAYS) - redress.BY_AUTHORITY
