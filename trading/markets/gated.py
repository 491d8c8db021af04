"""The life of a tender that a gate stands before: all as it is, but for what comes between approval
and the call.
"""

from collections.abc import Mapping
from dataclasses import replace

from kernel.lifecycle import Lifecycle, Move


def gated_life(table: Lifecycle, variant: str, titles: Mapping[str, str]) -> Lifecycle:
    """Put the two states of a gate before the call; who adds the moves between them says how."""
    taking, reading = titles
    known = list(table.titles.items())
    place = [state for state, _title in known].index("announced")
    moves = {name: move for name, move in table.moves.items() if name != "publish"}
    return replace(
        table,
        variant=variant,
        titles=dict([*known[:place], *titles.items(), *known[place:]]),
        moves={
            **moves,
            "fail": Move((reading, *moves["fail"].allowed), "failed"),
            "terminate": Move((*moves["terminate"].allowed, taking, reading), "terminated"),
        },
    )
