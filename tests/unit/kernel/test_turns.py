"""Due work of many rows: each has its turn, whatever keeps another from its own."""

from kernel.errors import Conflict
from kernel.turns import each


def act(row):
    if row == "sick":
        raise IndexError
    if row == "waits":
        raise Conflict("row.waits", "")
    return True


def test_a_row_that_fails_or_refuses_keeps_no_other_from_its_turn(caplog):
    assert each(["sick", "waits", "sound", "sound"], act) == 2
    assert [(r.levelname, r.args[1]) for r in caplog.records] == [
        ("ERROR", "sick"),
        ("WARNING", "waits"),
    ]
