"""A state machine as a table: it refuses, lists and draws itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.errors import Conflict
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Move:
    """One event: the states it may leave, and the state it reaches (None keeps the state)."""

    allowed: tuple[str, ...]
    to: str | None


@dataclass(frozen=True)
class Lifecycle:
    """States with their Chinese titles, and the events that move between them.

    Two tables may tell the lives of one thing, each under its own `variant`.
    """

    name: str
    initial: str
    titles: Mapping[str, str]
    moves: Mapping[str, Move]
    variant: str = ""
    states: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.titles))
        named = {self.initial} | {s for m in self.moves.values() for s in (*m.allowed, m.to) if s}
        if unknown := named - set(self.states):
            raise ValueError(f"{self.name}: states without a title: {sorted(unknown)}")

    @property
    def label(self) -> str:
        """Name the table, with its variant."""
        return f"{self.name}.{self.variant}" if self.variant else self.name

    def allows(self, state: str, event: str) -> bool:
        """Tell whether the event may happen in this state; one of another variant never does."""
        return event in self.moves and state in self.moves[event].allowed

    def after(self, state: str, event: str) -> str:
        """Give the state that follows, or refuse with a Conflict."""
        if not self.allows(state, event):
            raise Conflict(
                f"{self.name}.wrong_state",
                _("当前状态为“%(state)s”，不能进行此操作。请刷新页面查看最新状态。"),
                state=self.titles.get(state, state),
                event=event,
            )
        return self.moves[event].to or state

    def events(self, state: str) -> tuple[str, ...]:
        """List the events possible in this state, in the order of the table."""
        return tuple(name for name, move in self.moves.items() if state in move.allowed)

    def choices(self) -> list[tuple[str, str]]:
        """Give (state, title) pairs in the order of the table."""
        return list(self.titles.items())

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for event, move in self.moves.items():
            lines += [f"    {state} --> {move.to or state}: {event}" for state in move.allowed]
        return "\n".join(lines)
