"""What a case says of the benchmark: outliers, how it is formed, how a price becomes a score."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from evaluation.pipeline.case.limits import (
    CENT,
    HUNDRED,
    MOST_RULES,
    ONE,
    PARTIAL,
    names,
    percent,
    places,
)
from kernel.reading import Fields, to_decimal

BENCHMARKS: Final = (
    "lowest",
    "highest",
    "mean",
    "reference",
    "mixed",
    "given",
    "weighted",
    "second_mean",
)
MOST_FACTORS: Final = 1000
LEAST_FACTOR: Final = Decimal("0.01")
MOST_DOWN: Final = Decimal("0.99")


@dataclass(frozen=True)
class Outliers:
    """When the lowest or highest price stands so far off that it leaves the benchmark."""

    low_pct: Decimal | None
    high_pct: Decimal | None
    then: str
    score: Decimal | None


@dataclass(frozen=True)
class Trim:
    """From so many bids on, so many of the highest and lowest are left out."""

    from_bids: int
    high: int
    low: int


@dataclass(frozen=True)
class Part:
    """One term of a weighted benchmark; `down` is the share by which a given value is lowered."""

    of: str
    share: Decimal
    value: Decimal | None
    down: Decimal
    bidder: str


@dataclass(frozen=True)
class Band:
    """Which valid prices enter the benchmark, as shares of the ceiling."""

    lowest_share: Decimal
    highest_share: Decimal


@dataclass(frozen=True)
class Benchmark:
    """How the benchmark price is formed (rulebook F9).

    `entering` says whose prices: of the valid bids, or of all that were opened and lie within the
    ceiling.
    """

    kind: str
    entering: str
    reference: Decimal | None
    reference_down: Decimal
    reference_share: Decimal
    trim: tuple[Trim, ...]
    trim_share: Decimal
    factor: Decimal
    factor_drawn_from: tuple[Decimal, ...]
    decimals: int | None
    band: Band | None
    only: tuple[str, ...]
    drawn_bids: int | None
    parts: tuple[Part, ...]

    @property
    def needs_draw(self) -> bool:
        """Tell whether chance decides something: bids, a factor, or one bid's price."""
        one = any(part.of == "drawn_bid" for part in self.parts)
        return one or bool(self.drawn_bids or self.factor_drawn_from)


@dataclass(frozen=True)
class Curve:
    """How a price becomes a score."""

    kind: str
    full: Decimal
    per_pct_above: Decimal
    per_pct_below: Decimal
    partial: str
    least: Decimal
    max_above: Decimal | None
    max_below: Decimal | None


def read_outliers(body: Fields) -> Outliers:
    """Read when a price stands so far off that it leaves the benchmark."""
    read = Outliers(
        low_pct=percent(body, "lowest_below_second_pct"),
        high_pct=percent(body, "highest_above_second_pct"),
        then=body.choice("then", ("exclude_from_benchmark", "invalid"), "exclude_from_benchmark"),
        score=body.decimal_or_none("score", high=HUNDRED),
    )
    body.done()
    return read


def read_benchmark(body: Fields) -> Benchmark:
    """Read how the benchmark is formed."""
    read = Benchmark(
        kind=body.choice("kind", BENCHMARKS),
        entering=body.choice("entering", ("valid", "opened"), "valid"),
        reference=body.decimal_or_none("reference", low=CENT),
        reference_down=body.decimal("reference_down", Decimal(0), high=MOST_DOWN),
        reference_share=body.decimal("reference_share", Decimal("0.5"), high=ONE),
        trim=body.listed("trim", _trim, MOST_RULES),
        trim_share=body.decimal("trim_share", Decimal(0), high=Decimal("0.49")),
        factor=body.decimal("factor", ONE, low=LEAST_FACTOR, high=Decimal(2)),
        factor_drawn_from=body.listed("factor_drawn_from", _factor, MOST_FACTORS),
        decimals=places(body, "decimals", 2),
        band=_band(body.fields("band")) if body.has("band") else None,
        only=names(body, "only"),
        drawn_bids=body.whole("drawn_bids", low=1) if body.has("drawn_bids") else None,
        parts=body.listed("parts", _part, MOST_RULES),
    )
    body.done()
    if read.kind in ("reference", "mixed", "given") and read.reference is None:
        body.raw("reference")
    return read


def _trim(given: object, where: str) -> Trim:
    body = Fields(given, where)
    read = Trim(body.whole("from_bids", low=1), body.whole("high", 0), body.whole("low", 0))
    body.done()
    return read


def _part(given: object, where: str) -> Part:
    body = Fields(given, where)
    of = body.choice("of", ("given", "lowest", "mean", "bid", "drawn_bid"))
    value = body.decimal("value", low=CENT) if of == "given" else None
    down = body.decimal("down", Decimal(0), high=MOST_DOWN) if of == "given" else Decimal(0)
    bidder = body.text("bidder") if of == "bid" else ""
    read = Part(of, body.decimal("share", high=ONE), value, down, bidder)
    body.done()
    return read


def _band(body: Fields) -> Band:
    read = Band(
        body.decimal("lowest_share", Decimal(0), high=ONE),
        body.decimal("highest_share", ONE, high=ONE),
    )
    body.done()
    return read


def _factor(given: object, where: str) -> Decimal:
    return to_decimal(given, where, low=LEAST_FACTOR, high=Decimal(2))


def read_curve(body: Fields) -> Curve:
    """Read how a price becomes a score."""
    read = Curve(
        kind=body.choice("kind", ("ratio", "deviation", "linear", "coefficient")),
        full=body.decimal("full", low=CENT, high=HUNDRED),
        per_pct_above=body.decimal("per_pct_above", ONE, high=HUNDRED),
        per_pct_below=body.decimal("per_pct_below", ONE, high=HUNDRED),
        partial=body.choice("partial_pct", PARTIAL, "exact"),
        least=body.decimal("min", Decimal(0), high=HUNDRED),
        max_above=body.decimal_or_none("max_deduct_above", high=HUNDRED),
        max_below=body.decimal_or_none("max_deduct_below", high=HUNDRED),
    )
    body.done()
    return read
