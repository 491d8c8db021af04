"""What an auction knows at one instant, what somebody did, and what was decided.

Everything here is a value: the sequencer keeps one State in memory, writes it as JSON beside each
batch of decisions, and a restarted server reads it back to the last digit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

PHASES: Final = (
    "scheduled",
    "open",
    "quiet",
    "inquiry",
    "closing",
    "paused",
    "ceiling",
    "draw",
    "priority",
    "ended",
)
RESTING: Final = frozenset({"paused", "draw", "ended"})
"""Phases that time alone never ends."""

OUTCOMES: Final = ("", "sold", "unsold", "void")
KEYS_OF_ONE: Final = 16
"""How many of its latest keys are remembered of a bidder: as many as may be under way at once."""
KEYS_OF_ALL: Final = 2048
"""What all bidders share: the state is written anew with each group, so that of very many the very
latest are remembered. Nobody's keys push out those of another.
"""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, when it was received, and the key that makes sending it twice harmless."""

    at: datetime
    by: str
    kind: str
    price: Decimal | None = None
    key: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Maximum:
    """The most (or, falling, the least) a bidder lets the engine offer, and since which act."""

    by: str
    price: Decimal
    number: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A sealed quote; `items` are the other things a weighted quote offers."""

    by: str
    price: Decimal
    number: int
    at: datetime
    round: int = 1
    items: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A price that stands from now on; `automatic` when the engine made it for a maximum."""

    by: str
    price: Decimal
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """An auction at one instant; `closes_at` is the end of the present phase, `at` its last change.

    `maxima`, `quotes` and `keys` are private: `visible` never tells them before the end. `stood` is
    the last offer of each who has made one, in the order in which they came to stand; `promises`
    the same of what is promised at the highest price.
    """

    phase: str
    closes_at: datetime
    number: int = 0
    price: Decimal | None = None
    leader: str | None = None
    extensions: int = 0
    at: datetime | None = None
    maxima: tuple[Maximum, ...] = ()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outcome: str = ""
    joined: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    round: int = 1
    held: str = ""
    paused_at: datetime | None = None
    branch: str = ""
    condition: Decimal | None = None
    rival: str | None = None
    exercised: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    called: int = 0
    excluded: tuple[str, ...] = ()
    stood: tuple[tuple[str, Decimal], ...] = ()
    promises: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one act: `repeated` when its key was answered before and nothing changed."""

    state: State
    accepted: bool
    reason: str = ""
    offers: tuple[Offer, ...] = ()
    repeated: bool = False


def as_json(state: State) -> dict[str, object]:
    """Write a state as JSON values: amounts as decimal strings, times in UTC."""
    return {name: write(getattr(state, name)) for name, write, _read in _FIELDS}


def from_json(body: Mapping[str, Any]) -> State:
    """Read back what `as_json` wrote; a field that was not known then has its first value."""
    return State(**{name: read(body[name]) for name, _write, read in _FIELDS if name in body})


def write_time(at: datetime) -> str:
    """Write an instant in UTC, to the microsecond where it has any."""
    return at.astimezone(UTC).isoformat()


def _plain(value: object) -> Any:  # noqa: ANN401 - numbers and texts are JSON as they are
    return value


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _to_amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _time(value: datetime | None) -> str | None:
    return None if value is None else write_time(value)


def _to_time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _maxima(value: tuple[Maximum, ...]) -> list[list[object]]:
    return [[m.by, f"{m.price:f}", m.number] for m in value]


def _to_maxima(value: list[list[Any]]) -> tuple[Maximum, ...]:
    return tuple(Maximum(by, Decimal(price), number) for by, price, number in value)


def _quotes(value: tuple[Quote, ...]) -> list[list[object]]:
    return [
        [q.by, f"{q.price:f}", q.number, write_time(q.at), q.round,
         [[name, f"{offered:f}"] for name, offered in q.items]]
        for q in value
    ]  # fmt: skip


def _to_quotes(value: list[list[Any]]) -> tuple[Quote, ...]:
    return tuple(
        Quote(
            by,
            Decimal(price),
            number,
            datetime.fromisoformat(at),
            turn,
            tuple((name, Decimal(offered)) for name, offered in items),
        )
        for by, price, number, at, turn, items in value
    )


def _offers(value: tuple[tuple[str, Decimal], ...]) -> list[list[str]]:
    return [[by, f"{price:f}"] for by, price in value]


def _to_offers(value: list[list[str]]) -> tuple[tuple[str, Decimal], ...]:
    return tuple((by, Decimal(price)) for by, price in value)


def _keys(value: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {by: list(keys) for by, keys in value.items()}


def _to_keys(value: Mapping[str, list[str]] | list[list[str]]) -> dict[str, tuple[str, ...]]:
    if isinstance(value, Mapping):
        return {by: tuple(keys) for by, keys in value.items()}
    found: dict[str, tuple[str, ...]] = {}
    for by, key in value:  # as it was written when all bidders had the same few places
        found[by] = (*found.get(by, ()), key)
    return found


_Kind = tuple[Callable[[Any], object], Callable[[Any], Any]]
_NAMES: _Kind = (list, tuple)
_AMOUNT: _Kind = (_amount, _to_amount)
_TIME: _Kind = (_time, _to_time)
_SPECIAL: Final[Mapping[str, _Kind]] = {
    "closes_at": _TIME,
    "price": _AMOUNT,
    "at": _TIME,
    "maxima": (_maxima, _to_maxima),
    "keys": (_keys, _to_keys),
    "joined": _NAMES,
    "declined": _NAMES,
    "quotes": (_quotes, _to_quotes),
    "paused_at": _TIME,
    "condition": _AMOUNT,
    "exercised": _NAMES,
    "waived": _NAMES,
    "drawn": _NAMES,
    "excluded": _NAMES,
    "stood": (_offers, _to_offers),
    "promises": (_offers, _to_offers),
}
_FIELDS: Final = tuple((f.name, *_SPECIAL.get(f.name, (_plain, _plain))) for f in fields(State))
