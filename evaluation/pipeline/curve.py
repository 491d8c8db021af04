"""The score a price earns against the benchmark (rulebook F1, F10, F11)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from evaluation.pipeline.case.benchmark import Curve
from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.work import Work
from kernel.trace import WIDE


def score_prices(work: Work) -> None:
    """Score every valid price on the curve; outliers get the score the document fixes."""
    curve, base = work.case.curve, work.benchmark
    if curve is None or base is None:
        return
    for bid in work.valid:
        price = work.evaluated[bid.name]
        if bid.name in work.fixed_scores:
            score = work.fixed_scores[bid.name]
            work.trace.note("curve", bid.name, "偏离过大，按文件规定的固定分计", f"{score:f}")
        elif curve.kind == "ratio":
            score = _ratio(bid.name, price, base, curve, work)
        elif curve.kind == "deviation":
            score = _deviation(bid.name, price, base, curve, work)
        else:
            score = _distance(bid.name, price, base, curve, work)
        work.components.setdefault("price", {})[bid.name] = score


def _ratio(name: str, price: Decimal, base: Decimal, curve: Curve, work: Work) -> Decimal:
    """Score by ratio: benchmark over price when buying, price over benchmark when selling."""
    low = work.case.direction == "low"
    top, bottom = (base, price) if low else (price, base)
    value = WIDE.divide(curve.full * top, bottom)
    words = "价格分 ＝ 满分 × 基准价 ÷ 评审价" if low else "价格分 ＝ 满分 × 评审价 ÷ 基准价"
    if value > curve.full:
        value, words = curve.full, words + "，不超过满分"
    return _scored(
        name, max(value, curve.least), words, work, full=curve.full, base=base, price=price
    )


def _deviation(name: str, price: Decimal, base: Decimal, curve: Curve, work: Work) -> Decimal:
    """Deduct by percent away from the benchmark, with its own slope on either side (F10)."""
    exact = WIDE.divide((price - base) * HUNDRED, base)
    percent = work.trace.number(
        "curve", name, "偏差率（％）＝（评审价 － 基准价）÷ 基准价 × 100", exact,
        work.case.rounding.deviation_decimals, price=price, base=base,
    )  # fmt: skip
    above = percent > 0
    slope = curve.per_pct_above if above else curve.per_pct_below
    most = curve.max_above if above else curve.max_below
    counted = _whole_percents(abs(percent), curve.partial)
    deducted = counted * slope if most is None else min(counted * slope, most)
    value = max(curve.full - deducted, curve.least)
    words = "价格分 ＝ 满分 － 计入的百分点 × 每点扣分，不低于最低分"
    return _scored(name, value, words, work, full=curve.full, points=counted, per_point=slope)


def _distance(name: str, price: Decimal, base: Decimal, curve: Curve, work: Work) -> Decimal:
    """Score by distance from the benchmark; a coefficient stretches it on either side (F11)."""
    factor = Decimal(1)
    if curve.kind == "coefficient":
        factor = curve.per_pct_above if price > base else curve.per_pct_below
    value = WIDE.divide(curve.full * (base - factor * abs(base - price)), base)
    words = "价格分 ＝ 满分 ×（基准价 － 系数 × |基准价 － 评审价|）÷ 基准价，不低于最低分"
    return _scored(
        name, max(value, curve.least), words, work,
        full=curve.full, base=base, price=price, factor=factor,
    )  # fmt: skip


def _whole_percents(percent: Decimal, partial: str) -> Decimal:
    if partial == "exact":
        return percent
    return percent.to_integral_value(ROUND_CEILING if partial == "ceil" else ROUND_FLOOR)


def _scored(name: str, value: Decimal, words: str, work: Work, **inputs: object) -> Decimal:
    places = work.case.rounding.score_decimals
    return work.trace.number("curve", name, words, value, places, **inputs)
