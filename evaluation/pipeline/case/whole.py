"""What a case holds once it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from evaluation.pipeline.case.benchmark import Benchmark, Curve, Outliers
from evaluation.pipeline.case.bids import Bid
from evaluation.pipeline.case.marks import Criterion, Experts
from evaluation.pipeline.case.prices import Amount, Bonus, LowPrice, Monetised, Rate, Validity
from kernel.trace import Rounding


@dataclass(frozen=True)
class Case:
    """A whole case, its bids in the order of their names."""

    market: str
    subject: str
    direction: str
    price_form: str
    arithmetic: str
    validity: Validity
    deductions: tuple[Rate, ...]
    corrections: tuple[Amount, ...]
    monetised: tuple[Monetised, ...]
    low_price: LowPrice | None
    outliers: Outliers | None
    benchmark: Benchmark | None
    curve: Curve | None
    criteria: tuple[Criterion, ...]
    experts: Experts
    weights: Mapping[str, Decimal]
    bonus: tuple[Bonus, ...]
    rounding: Rounding
    tie_break: tuple[str, ...]
    far_share: Decimal
    draw: Mapping[str, str]
    bids: tuple[Bid, ...] = field(default=())
