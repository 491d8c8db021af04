"""Statistics of one tender's prices in which cartels leave traces: a lead, never a verdict.

Formulas and sources are in docs/reference/tools.md. All are free of the unit of the prices; the
standard deviation is that of a sample. A screen that is not defined is null, never zero.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Final

from evaluation import likeness
from evaluation.likeness import Sheet
from kernel.errors import Invalid
from kernel.reading import Fields, repeated, to_decimal, to_text
from kernel.text import gettext_noop as _
from kernel.trace import WIDE, Rounding, Trace, show

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
CENT: Final = Decimal("0.01")
PLACES: Final = 6
LIMITS: Final = {
    "regular_gaps": Decimal("0.01"),
    "regular_ratios": Decimal("0.0005"),
    "clustering": Decimal("0.005"),
    "low_variation": Decimal("0.06"),
    "isolated_lowest": ONE,
}
"""The first three are W-C07 and W-C08 of the rulebook; the others are starting values to tune."""
FEWEST_FOR_A_PATTERN: Final = 3
MOST_BIDS: Final = 5000
MOST_PAST: Final = 100
MOST_PAST_BIDS: Final = 1000
MOST_PARAGRAPHS: Final = 500
MOST_LINES: Final = 5000


@dataclass(frozen=True)
class Screen:
    """One screen: its formula in words, the fewest bids it needs, and the arithmetic.

    The arithmetic gives numerator and denominator; where that is nothing, the screen is undefined.
    """

    formula: str
    fewest: int
    parts: Callable[[Sequence[Decimal]], tuple[Decimal, Decimal]]


Values = Mapping[str, Decimal | None]


def run_screens(case: object) -> dict[str, object]:
    """Compute the cartel screens of one tender's prices, beside those of earlier tenders."""
    body = Fields(case)
    prices, sheets = _bids(body, MOST_BIDS)
    document = body.listed("document", to_text, MOST_PARAGRAPHS)
    history = body.listed("history", _past, MOST_PAST)
    limits = _limits(body.fields("limits"))
    body.done()
    trace = Trace(Rounding(PLACES, None))
    values = _screens(prices, trace)
    pairs, alike = likeness.compare(sheets, document, limits, trace)
    past = {name: _screens(given, Trace(trace.rounding)) for name, given in sorted(history)}
    return {
        "bids": len(prices),
        "mean": show(trace.rounding.to(_mean(prices), 2)),
        **_shown(values),
        "undefined": {name: _why(name, prices) for name, v in values.items() if v is None},
        "pattern": _pattern(prices),
        "pairs": pairs,
        "flags": [*_flags(prices, values, limits), *alike],
        "history": [{"name": name, **_shown(screens)} for name, screens in past.items()],
        "median_of_history": _shown(_medians(list(past.values()))),
        "limits": {name: show(limit) for name, limit in limits.items()},
        "trace": [step.as_json() for step in trace.steps],
    }


def _bids(body: Fields, most: int) -> tuple[tuple[Decimal, ...], tuple[Sheet, ...]]:
    """Read the bids of a tender: the prices, lowest first, and what of each bid is compared; each
    bidder stands once.
    """
    given = body.listed("bids", _bid, most)
    if not given:
        raise Invalid("screens.no_bids", _("没有报价，无法计算。"))
    if twice := repeated(sheet.name for _price, sheet in given):
        raise Invalid("screens.bidder_twice", _("投标人重复：%(names)s。"), names="、".join(twice))
    return tuple(sorted(price for price, _sheet in given)), tuple(sheet for _price, sheet in given)


def _bid(given: object, where: str) -> tuple[Decimal, Sheet]:
    body = Fields(given, where)
    sheet = Sheet(
        body.text("name"),
        body.listed("text", to_text, MOST_PARAGRAPHS),
        body.listed("lines", _unit_price, MOST_LINES),
    )
    read = body.decimal("price", low=CENT), sheet
    body.done()
    return read


def _unit_price(given: object, where: str) -> Decimal:
    return to_decimal(given, where, low=CENT)


def _past(given: object, where: str) -> tuple[str, tuple[Decimal, ...]]:
    body = Fields(given, where)
    read = body.text("name"), _bids(body, MOST_PAST_BIDS)[0]
    body.done()
    return read


def _limits(body: Fields) -> dict[str, Decimal]:
    known = LIMITS | likeness.LIMITS
    read = {name: body.decimal(name, limit, high=Decimal(100)) for name, limit in known.items()}
    body.done()
    return read


# --- the screens --------------------------------------------------------------------------------


def _variation(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return _deviation(prices), _mean(prices)


def _spread(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return prices[-1] - prices[0], prices[0]


def _first_gap(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return prices[1] - prices[0], prices[0]


def _distance(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return prices[1] - prices[0], _deviation(prices[1:])


def _normalised(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return (prices[1] - prices[0]) * (len(prices) - 1), prices[-1] - prices[0]


def _alternative(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    return (prices[1] - prices[0]) * (len(prices) - 2), prices[-1] - prices[1]


def _skewness(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    n = Decimal(len(prices))
    cubes = _power_sum(prices, 3)
    return n * cubes, (n - 1) * (n - 2) * _power(_deviation(prices), 3)


def _kurtosis(prices: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Give the excess kurtosis of a sample over one denominator."""
    n = Decimal(len(prices))
    fourth = _power(_variance(prices), 2)
    below = (n - 1) * (n - 2) * (n - 3) * fourth
    less = 3 * _power(n - 1, 3) * fourth
    return n * (n + 1) * _power_sum(prices, 4) - less, below


SCREENS: Final[Mapping[str, Screen]] = {
    "cv": Screen("CV ＝ 样本标准差 ÷ 平均价", 2, _variation),
    "spd": Screen("SPD ＝（最高价 － 最低价）÷ 最低价", 2, _spread),
    "diffp": Screen("DIFFP ＝（次低价 － 最低价）÷ 最低价", 2, _first_gap),
    "rd": Screen("RD ＝（次低价 － 最低价）÷ 其余报价的样本标准差", 3, _distance),
    "rdnor": Screen("RDNOR ＝（次低价 － 最低价）÷ 相邻报价之差的平均", 3, _normalised),
    "rdalt": Screen("RDALT ＝（次低价 － 最低价）÷ 其余相邻报价之差的平均", 3, _alternative),
    "skew": Screen("SKEW ＝ n ÷［(n－1)(n－2)］× Σ［(报价 － 平均价) ÷ 标准差］³", 3, _skewness),
    "kurt": Screen(
        "KURT ＝ n(n＋1) ÷［(n－1)(n－2)(n－3)］× Σ［(报价 － 平均价) ÷ 标准差］⁴"
        " － 3(n－1)² ÷［(n－2)(n－3)］",
        4,
        _kurtosis,
    ),
}


def _screens(prices: Sequence[Decimal], trace: Trace) -> dict[str, Decimal | None]:
    values: dict[str, Decimal | None] = {}
    for name, screen in SCREENS.items():
        values[name] = None
        if len(prices) < screen.fewest:
            continue
        above, below = screen.parts(prices)
        if below:
            value = WIDE.divide(above, below)
            values[name] = trace.number(
                name, "", screen.formula, value, PLACES,
                numerator=above, denominator=below, bids=len(prices),
            )  # fmt: skip
    return values


def _mean(values: Sequence[Decimal]) -> Decimal:
    return WIDE.divide(sum(values, ZERO), Decimal(len(values)))


def _variance(values: Sequence[Decimal]) -> Decimal:
    return WIDE.divide(_power_sum(values, 2), Decimal(len(values) - 1))


def _deviation(values: Sequence[Decimal]) -> Decimal:
    return _variance(values).sqrt(WIDE)


def _power_sum(values: Sequence[Decimal], power: int) -> Decimal:
    """Add up powers of the distances from the mean; equal values give exactly nothing."""
    if values[0] == values[-1]:
        return ZERO
    mean, total = _mean(values), ZERO
    for value in values:
        total = WIDE.add(total, _power(WIDE.subtract(value, mean), power))
    return total


def _power(value: Decimal, power: int) -> Decimal:
    return WIDE.power(value, power)


# --- what is made of them -----------------------------------------------------------------------


def _shown(values: Values) -> dict[str, str | None]:
    return {name: None if value is None else show(value) for name, value in values.items()}


def _why(name: str, prices: Sequence[Decimal]) -> str:
    if len(prices) < SCREENS[name].fewest:
        return _("报价太少")
    return _("分母为零：有关报价完全相同")


def _medians(past: Sequence[Values]) -> Values:
    known = {name: [v for screens in past if (v := screens[name]) is not None] for name in SCREENS}
    return {name: median(values) if values else None for name, values in known.items()}


def _gaps(prices: Sequence[Decimal]) -> list[Decimal]:
    return [b - a for a, b in pairwise(prices)]


def _ratios(prices: Sequence[Decimal]) -> list[Decimal]:
    return [WIDE.divide(b, a) for a, b in pairwise(prices)]


def _pattern(prices: Sequence[Decimal]) -> dict[str, str | None]:
    """Give the one difference or ratio of all neighbours, where it is exactly one."""
    gaps, ratios = set(_gaps(prices)), set(_ratios(prices))
    enough = len(prices) >= FEWEST_FOR_A_PATTERN
    return {
        "constant_difference": show(gaps.pop()) if enough and len(gaps) == 1 else None,
        "constant_ratio": show(ratios.pop()) if enough and len(ratios) == 1 else None,
    }


def _flags(
    prices: Sequence[Decimal], values: Values, limits: Mapping[str, Decimal]
) -> list[dict[str, str]]:
    """Point at what a person should look at, each with its number and its limit."""
    if len(prices) > 1 and prices[0] == prices[-1]:
        return [_flag("equal_prices", _("所有报价完全相同"), ZERO, ZERO)]
    if len(prices) < FEWEST_FOR_A_PATTERN:
        return []
    gaps, ratios = _gaps(prices), _ratios(prices)
    measured = {
        "regular_gaps": (_of_population(gaps), _("相邻报价之差几乎相等")),
        "regular_ratios": (max(ratios) - min(ratios), _("相邻报价之比几乎相等")),
        "clustering": (
            WIDE.divide(prices[-1] - prices[0], _mean(prices)),
            _("报价集中在很窄的范围内"),
        ),
        "low_variation": (values["cv"], _("报价的离散程度很低")),
    }
    flags = [
        _flag(code, message, value, limits[code])
        for code, (value, message) in measured.items()
        if value is not None and value <= limits[code]
    ]
    distance = values["rd"]
    if distance is not None and distance > limits["isolated_lowest"]:
        message = _("最低价与次低价之差大于其余报价之间的离散程度")
        flags.append(_flag("isolated_lowest", message, distance, limits["isolated_lowest"]))
    return flags


def _of_population(gaps: Sequence[Decimal]) -> Decimal:
    """Give the standard deviation of all gaps over their mean (W-C07)."""
    ordered = sorted(gaps)
    spread = WIDE.divide(_power_sum(ordered, 2), Decimal(len(gaps))).sqrt(WIDE)
    return WIDE.divide(spread, _mean(ordered))


def _flag(code: str, message: str, value: Decimal, limit: Decimal) -> dict[str, str]:
    shown = Rounding(PLACES, None).to(value, PLACES)
    return {"code": code, "message": message, "value": show(shown), "limit": show(limit)}
