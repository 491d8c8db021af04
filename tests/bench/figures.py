"""A measured figure, and the budget it is held to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

BUDGETS = Path(__file__).with_name("budgets.json")


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Budget:
    """The least or the most a figure may be; a figure without one is only reported."""

    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value keeps inside."""
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        bounds = (("≥", self.least), ("≤", self.most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


def budgets() -> dict[str, Budget]:
    """Read the one file of budgets."""
    table = json.loads(BUDGETS.read_text(encoding="utf-8"))
    return {name: Budget(**bounds) for name, bounds in table.items()}


@dataclass
class Stopwatch:
    """How long a block took."""

    seconds: float = field(default=0.0)


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measure a block: `with timed() as watch: …`, then `watch.seconds`."""
    watch, begun = Stopwatch(), perf_counter()
    yield watch
    watch.seconds = perf_counter() - begun
