"""How a number came about: formula in words, what went in, the result before and after rounding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""Prices have at most 16 digits, so 60 digits decide every rounding as exact fractions would."""

PLACES_SHOWN: Final = 12
PRICE_PLACES: Final = 2
MODES: Final = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN}
MODE_TITLES: Final = {"half_up": "四舍五入", "down": "舍去尾数"}


@dataclass(frozen=True)
class Rounding:
    """The rounding policy of a document: places of scores and deviations, and the mode."""

    score_decimals: int | None = 2
    deviation_decimals: int | None = 4
    mode: str = "half_up"

    def to(self, value: Decimal, places: int | None) -> Decimal:
        """Round to so many places; None leaves the value exact."""
        if places is None:
            return value
        step = Decimal(1).scaleb(-places)
        return value.quantize(step, rounding=MODES[self.mode], context=WIDE)

    def words(self, places: int | None) -> str:
        """Say the policy as it is printed beside a number."""
        if places is None:
            return "不取舍"
        return f"保留 {places} 位小数，{MODE_TITLES[self.mode]}"


@dataclass(frozen=True)
class Step:
    """One line of the trace."""

    step: str
    bidder: str
    formula: str
    inputs: Mapping[str, str]
    exact: str
    result: str
    rounding: str

    def as_json(self) -> dict[str, object]:
        """Give the line as the tools print it."""
        return {
            "step": self.step,
            "bidder": self.bidder,
            "formula": self.formula,
            "inputs": dict(self.inputs),
            "exact": self.exact,
            "result": self.result,
            "rounding": self.rounding,
        }


@dataclass
class Trace:
    """The lines in the order in which they were computed."""

    rounding: Rounding
    steps: list[Step] = field(default_factory=list)

    def note(self, step: str, bidder: str, formula: str, result: str, **inputs: object) -> None:
        """Write a line whose result is a word or an exact number."""
        shown = {name: show(value) for name, value in inputs.items()}
        self.steps.append(Step(step, bidder, formula, shown, result, result, ""))

    def number(
        self, step: str, bidder: str, formula: str, value: Decimal, places: int | None,
        **inputs: object,
    ) -> Decimal:  # fmt: skip
        """Round a number by the policy, write the line, and give the rounded number."""
        rounded = self.rounding.to(value, places)
        shown = {name: show(given) for name, given in inputs.items()}
        words = self.rounding.words(places)
        line = Step(step, bidder, formula, shown, show(value), show(rounded), words)
        self.steps.append(line)
        return rounded


def show(value: object) -> str:
    """Write a number plainly: no exponent, at most twelve places, an ellipsis where cut."""
    if not isinstance(value, Decimal):
        return str(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -PLACES_SHOWN:
        return f"{value:f}"
    cut = value.quantize(Decimal(1).scaleb(-PLACES_SHOWN), rounding=ROUND_DOWN, context=WIDE)
    return f"{cut:f}" + ("…" if cut != value else "")


def show_price(value: Decimal) -> str:
    """Write a price with two places at least, so that a column of them lines up."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -PRICE_PLACES:
        return f"{value:.2f}"
    return show(value)
