"""What the terms of an auction say, as values: the whole, and its parts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final, TypeVar

CENT: Final = Decimal("0.01")
ONE: Final = Decimal(1)
LARGEST: Final = Decimal(10) ** 14
IN_ROOM: Final = "in_room_equal"
ONCE: Final = "after_close_once"
LOOP: Final = "after_close_loop"
MODES: Final = (IN_ROOM, ONCE, LOOP, "waived")
BRANCHES: Final = ("lottery", "one_shot", "conditions")
PROMISED: Final = ("", "area", "years", "score")
TIES: Final = ("time", "round")
DIRECTIONS: Final = ("high", "low")

_T = TypeVar("_T")


def given(term: _T | None) -> _T:
    """Give a term, or a price, that an earlier check has made sure of."""
    if term is None:
        raise ValueError(term)
    return term


@dataclass(frozen=True)
class Extension:
    """How an offer moves the end: `window` None means that every offer does (a restart)."""

    window: timedelta | None
    add: timedelta
    counts_from: str = "bid"
    most: int | None = None


@dataclass(frozen=True)
class Priority:
    """Who has a right of first refusal, in the order of rank, and how it is exercised."""

    holders: tuple[str, ...]
    mode: str
    window: timedelta = timedelta(0)
    same_rank: bool = False


@dataclass(frozen=True)
class Lottery:
    """How a draw is made: seed and nonce where they are known already, else by a `draw` act."""

    purpose: str = "lottery"
    count: int = 1
    seed: str = ""
    nonce: str = ""
    commit: str = ""


@dataclass(frozen=True)
class AfterCeiling:
    """What follows an offer at the ceiling: a draw, one sealed quote, or further conditions;
    `promised` names what they are about.
    """

    kind: str
    window: timedelta
    nobody: str = "unsold"
    lottery: Lottery = Lottery()
    over: Decimal = Decimal(0)
    nearest: str = "absolute"
    pays: str = "quote"
    step: Decimal = ONE
    most: Decimal = ONE
    promised: str = ""


@dataclass(frozen=True)
class Sealed:
    """Sealed quotes: how many rounds, how long each further one, what settles a tie."""

    rounds: int = 1
    round_length: timedelta = timedelta(0)
    tie: str = "time"


@dataclass(frozen=True)
class Item:
    """A scored thing beside the price: `best` earns full marks, `worst` none, between by line."""

    code: str
    weight: Decimal
    worst: Decimal
    best: Decimal


@dataclass(frozen=True)
class Weights:
    """The printed weights of a weighted quote, adding up to one."""

    price: Decimal
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Dutch:
    """How a price falls by itself: every so often, down to the floor."""

    every: timedelta
    floor: Decimal


@dataclass(frozen=True)
class Terms:
    """Everything that is printed before an auction opens, and the secret reserve.

    `qualified` are codes, not names; `increment` is the step down where the price falls; `calls` is
    how often a price is called before the hammer falls, each time after one extension.
    """

    kind: str
    direction: str
    start_price: Decimal
    opens_at: datetime
    closes_at: datetime
    qualified: tuple[str, ...]
    increment: Decimal = CENT
    multiples_only: bool = False
    decimals: int = 2
    reserve: Decimal | None = None
    ceiling: Decimal | None = None
    valuation: Decimal | None = None
    extension: Extension | None = None
    calls: int = 0
    self_outbid: bool = False
    least_bidders: int = 1
    quiet: timedelta = timedelta(0)
    inquiry: timedelta = timedelta(0)
    least_joiners: int = 1
    priority: Priority | None = None
    after_ceiling: AfterCeiling | None = None
    sealed: Sealed | None = None
    weights: Weights | None = None
    dutch: Dutch | None = None
    lottery: Lottery | None = None

    @cached_property
    def members(self) -> frozenset[str]:
        """Give the qualified codes as a set, for the one look-up every offer needs."""
        return frozenset(self.qualified)

    @cached_property
    def falling(self) -> bool:
        """Tell whether lower is better."""
        return self.direction == "low"
