"""The benchmark price, and the score a price earns against it (rulebook F1, F9 to F11)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from evaluation.pipeline.case.benchmark import Benchmark, Curve, Outliers, Part
from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.trace import WIDE
from evaluation.pipeline.work import ZERO, Work, joined, mean
from kernel.errors import Invalid
from kernel.text import gettext_noop as _


def leave_out_outliers(work: Work) -> None:
    """Take a lone lowest or highest price out, measured against its neighbour, once."""
    rule, ordered = work.case.outliers, sorted(work.evaluated, key=lambda n: (work.evaluated[n], n))
    if rule is None or len(ordered) < len(("lowest", "second", "highest")):
        return
    lowest, second = (work.evaluated[name] for name in ordered[:2])
    before_last, highest = (work.evaluated[name] for name in ordered[-2:])
    if rule.low_pct is not None and (second - lowest) * HUNDRED > rule.low_pct * second:
        _leave_out(rule, ordered[0], "lowest", second, work)
    if (
        rule.high_pct is not None
        and (highest - before_last) * HUNDRED > rule.high_pct * before_last
    ):
        _leave_out(rule, ordered[-1], "highest", before_last, work)


def form_benchmark(work: Work) -> None:
    """Form the benchmark once, from valid evaluated prices, and freeze it."""
    rule = work.case.benchmark
    if rule is None or not work.evaluated:
        return
    pool = _pool(rule, work)
    value = _value(rule, pool, work) * rule.factor
    work.benchmark = work.trace.number(
        "benchmark", "", _words(rule), value, rule.decimals,
        prices=joined(pool), factor=rule.factor, reference=rule.reference or "—",
    )  # fmt: skip


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


def _leave_out(rule: Outliers, name: str, end: str, neighbour: Decimal, work: Work) -> None:
    price = work.evaluated[name]
    if rule.then == "invalid":
        message = _("报价 %(price)s 与相邻报价 %(neighbour)s 相差过大")
        work.reject(name, f"outlier_{end}", "R15", message, price=price, neighbour=neighbour)
        del work.evaluated[name]
        return
    work.excluded[name] = f"outlier_{end}"
    if rule.score is not None:
        work.fixed_scores[name] = rule.score
    work.trace.note(
        "outliers", name, "与相邻报价相差超过规定百分比，不参与基准价计算", "不参与", price=price,
        neighbour=neighbour,
    )  # fmt: skip


def _pool(rule: Benchmark, work: Work) -> dict[str, Decimal]:
    """Give the prices that enter the benchmark, after draws of a subset and trimming."""
    pool = {
        name: price
        for name, price in work.evaluated.items()
        if name not in work.excluded and (not rule.only or name in rule.only)
    }
    high, low = _trimmed(rule, len(pool))
    ordered = sorted(pool, key=lambda name: (pool[name], name))
    for name in (*ordered[:low], *ordered[len(ordered) - high :]):
        work.excluded[name] = "trimmed"
        work.trace.note(
            "benchmark", name, "去掉最高或最低报价，不参与平均", "不参与", price=pool.pop(name)
        )
    if not pool:
        raise Invalid("evaluate.benchmark_empty", _("没有报价可以参与基准价计算。"))
    return pool


def _trimmed(rule: Benchmark, count: int) -> tuple[int, int]:
    """Say how many of the highest and lowest leave: the tier with the most bids that is reached."""
    if rule.trim_share:
        each = int(count * rule.trim_share)
        return each, each
    reached = [tier for tier in rule.trim if count >= tier.from_bids]
    tier = max(reached, key=lambda tier: tier.from_bids, default=None)
    return (tier.high, tier.low) if tier else (0, 0)


def _value(rule: Benchmark, pool: dict[str, Decimal], work: Work) -> Decimal:
    prices, reference = list(pool.values()), rule.reference or ZERO
    average = mean(prices)
    if rule.kind == "weighted":
        return sum((part.share * _part(part, prices, work) for part in rule.parts), ZERO)
    return {
        "lowest": min(prices),
        "highest": max(prices),
        "mean": average,
        "reference": reference,
        "given": reference,
        "mixed": reference * rule.reference_share + average * (1 - rule.reference_share),
        "second_mean": mean([price for price in prices if price <= average]),
    }[rule.kind]


def _part(part: Part, prices: list[Decimal], work: Work) -> Decimal:
    if part.of == "bid":
        if part.bidder not in work.evaluated:
            message = _("抽中的投标人 %(bidder)s 的报价无效，不能作为基准价的组成部分。")
            raise Invalid("evaluate.drawn_bid_invalid", message, bidder=part.bidder)
        return work.evaluated[part.bidder]
    if part.of == "given":
        return part.value or ZERO
    return min(prices) if part.of == "lowest" else mean(prices)


def _words(rule: Benchmark) -> str:
    base = {
        "lowest": "基准价 ＝ 最低评审价",
        "highest": "基准价 ＝ 最高评审价",
        "mean": "基准价 ＝ 评审价的算术平均",
        "reference": "基准价 ＝ 标底（或控制价）",
        "given": "基准价 ＝ 给定值",
        "mixed": "基准价 ＝ 标底 × 权重 ＋ 平均评审价 ×（1 － 权重）",
        "weighted": "基准价 ＝ 各组成部分 × 其权重之和",
        "second_mean": "基准价 ＝ 不高于平均价的评审价的再平均",
    }[rule.kind]
    return base if rule.factor == 1 else f"（{base}）× 系数"


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
