"""A lifecycle refuses, lists and draws itself."""

import pytest

from kernel.errors import Conflict
from kernel.lifecycle import Lifecycle, Move

DOOR = Lifecycle(
    name="door",
    initial="closed",
    titles={"closed": "关", "open": "开"},
    moves={"open": Move(("closed",), "open"), "knock": Move(("closed", "open"), None)},
)


def test_after_gives_the_next_state():
    assert DOOR.after("closed", "open") == "open"


def test_event_without_target_keeps_the_state():
    assert DOOR.after("open", "knock") == "open"


def test_wrong_state_is_refused_with_a_stable_code():
    with pytest.raises(Conflict) as refusal:
        DOOR.after("open", "open")
    assert refusal.value.code == "door.wrong_state"
    assert refusal.value.facts == {"state": "开", "event": "open"}
    assert "“开”" in refusal.value.text()


def test_an_event_of_another_variant_is_refused_and_the_variant_is_in_the_label():
    gate = Lifecycle(name="door", variant="gate", initial="open", titles={"open": "开"}, moves={})
    assert (gate.label, DOOR.label) == ("door.gate", "door")
    assert not gate.allows("open", "knock")
    with pytest.raises(Conflict) as refusal:
        gate.after("open", "knock")
    assert refusal.value.code == "door.wrong_state"


def test_events_lists_what_is_possible():
    assert DOOR.events("closed") == ("open", "knock")
    assert DOOR.events("open") == ("knock",)
    assert DOOR.allows("open", "knock")


def test_choices_and_diagram_come_from_the_table():
    assert DOOR.choices() == [("closed", "关"), ("open", "开")]
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> closed",
        "    closed --> open: open",
        "    closed --> closed: knock",
        "    open --> open: knock",
    ]


def test_a_move_to_an_unnamed_state_is_a_programming_error():
    with pytest.raises(ValueError, match="ajar"):
        Lifecycle("door", "closed", {"closed": "关"}, {"open": Move(("closed",), "ajar")})
