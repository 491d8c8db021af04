"""The benchmark price (rulebook F1, F9): who enters it, how it is formed, what chance decides."""

from decimal import Decimal

from evaluation.pipeline.case.benchmark import Band, Benchmark, Outliers, Part
from evaluation.pipeline.case.limits import HUNDRED
from evaluation.pipeline.chance import drawn
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
    """Form the benchmark once and freeze it."""
    rule = work.case.benchmark
    if rule is None or not work.evaluated:
        return
    pool = _pool(rule, work)
    factor = _factor(rule, work)
    value = _value(rule, pool, work) * factor
    work.benchmark = work.trace.number(
        "benchmark", "", _words(rule, factor), value, rule.decimals,
        prices=joined(pool), factor=factor, **_stated(rule),
    )  # fmt: skip
    if work.benchmark <= 0:
        message = _("基准价取舍后为 %(value)s，无法评分。")
        raise Invalid("evaluate.benchmark_zero", message, value=f"{work.benchmark:f}")


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
    """Give the prices that enter the benchmark: in the band, listed or drawn, then trimmed."""
    entering = work.evaluated | (_put_out(work) if rule.entering == "opened" else {})
    only = frozenset(rule.only or entering)
    pool = {n: price for n, price in entering.items() if n not in work.excluded and n in only}
    if rule.band:
        _keep_in_band(rule.band, pool, work)
    if rule.drawn_bids:
        _keep_drawn(rule.drawn_bids, pool, work)
    high, low = _trimmed(rule, len(pool))
    ordered = sorted(pool, key=lambda name: (pool[name], name))
    for name in dict.fromkeys((*ordered[:low], *ordered[max(len(ordered) - high, 0) :])):
        _without(name, "trimmed", "去掉最高或最低报价，不参与平均", pool, work)
    if not pool:
        raise Invalid("evaluate.benchmark_empty", _("没有报价可以参与基准价计算。"))
    return pool


def _put_out(work: Work) -> dict[str, Decimal]:
    """Give the prices bid by those who were put out, as far as they lie within the ceiling."""
    ceiling = work.case.validity.ceiling
    return {
        name: work.contract[name]
        for name in sorted(work.invalid)
        if name in work.contract and (ceiling is None or work.contract[name] <= ceiling)
    }


def _keep_in_band(band: Band, pool: dict[str, Decimal], work: Work) -> None:
    """Leave quotes outside the printed band of the ceiling out; they stay valid."""
    ceiling = work.case.validity.ceiling or ZERO
    low, high = band.lowest_share * ceiling, band.highest_share * ceiling
    for name in list(pool):
        if not low <= work.contract[name] <= high:
            words = "报价不在规定的最高限价比例范围内，不参与基准价计算"
            _without(name, "outside_band", words, pool, work)


def _keep_drawn(count: int, pool: dict[str, Decimal], work: Work) -> None:
    """Draw which bids enter the benchmark; where there are no more than that, all of them do."""
    if len(pool) <= count:
        message = _("可抽取的报价只有 %(size)s 个，不超过应抽取的 %(count)s 个，全部参与")
        work.warn("all_bids_enter", message, size=len(pool), count=count)
        return
    kept = drawn(sorted(pool), count, "subset", work)
    for name in sorted(set(pool) - set(kept)):
        _without(name, "not_drawn", "未被抽中，不参与基准价计算", pool, work)


def _without(name: str, why: str, words: str, pool: dict[str, Decimal], work: Work) -> None:
    work.excluded[name] = why
    work.trace.note("benchmark", name, words, "不参与", price=pool.pop(name))


def _factor(rule: Benchmark, work: Work) -> Decimal:
    """Give the factor of the document, or draw it from the printed list (rulebook 3.5)."""
    if not rule.factor_drawn_from:
        return rule.factor
    printed = [f"{factor.normalize():f}" for factor in rule.factor_drawn_from]
    return Decimal(drawn(printed, 1, "factor", work)[0])


def _trimmed(rule: Benchmark, count: int) -> tuple[int, int]:
    """Say how many of the highest and lowest leave: the tier with the most bids that is reached."""
    if rule.trim_share:
        each = int(count * rule.trim_share)
        return each, each
    reached = [tier for tier in rule.trim if count >= tier.from_bids]
    tier = max(reached, key=lambda tier: tier.from_bids, default=None)
    return (tier.high, tier.low) if tier else (0, 0)


def _value(rule: Benchmark, pool: dict[str, Decimal], work: Work) -> Decimal:
    prices, reference = list(pool.values()), _lowered(rule)
    average = mean(prices)
    if rule.kind == "weighted":
        return sum((part.share * _part(part, pool, work) for part in rule.parts), ZERO)
    return {
        "lowest": min(prices),
        "highest": max(prices),
        "mean": average,
        "reference": reference,
        "given": reference,
        "mixed": reference * rule.reference_share + average * (1 - rule.reference_share),
        "second_mean": mean([price for price in prices if price <= average]),
    }[rule.kind]


def _lowered(rule: Benchmark) -> Decimal:
    """Give the reference less the share the document takes off (A ＝ 控制价 ×（1 － 下浮率）)."""
    return (rule.reference or ZERO) * (1 - rule.reference_down)


def _part(part: Part, pool: dict[str, Decimal], work: Work) -> Decimal:
    if part.of == "drawn_bid":
        name = drawn(sorted(pool), 1, "bid", work)[0]
        return pool[name]
    if part.of == "bid":
        if part.bidder not in work.evaluated:
            message = _("抽中的投标人 %(bidder)s 的报价无效，不能作为基准价的组成部分。")
            raise Invalid("evaluate.drawn_bid_invalid", message, bidder=part.bidder)
        return work.evaluated[part.bidder]
    if part.of == "given":
        return (part.value or ZERO) * (1 - part.down)
    return min(pool.values()) if part.of == "lowest" else mean(list(pool.values()))


def _words(rule: Benchmark, factor: Decimal) -> str:
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
    if rule.reference_down:
        base += "，标底先按下浮率下浮"
    return base if factor == 1 else f"（{base}）× 系数"


def _stated(rule: Benchmark) -> dict[str, object]:
    """List what the document states, as far as this kind of benchmark uses it."""
    stated: dict[str, object] = {"reference": rule.reference or "—"}
    if rule.reference_down:
        stated["reference_down"] = rule.reference_down
    if rule.kind == "mixed":
        stated["reference_share"] = rule.reference_share
    if rule.parts:
        stated["parts"] = "；".join(_part_words(part) for part in rule.parts)
    return stated


def _part_words(part: Part) -> str:
    value = f"{part.value or ZERO:f}"
    what = {
        "given": f"{value} ×（1 － {part.down:f}）" if part.down else value,
        "lowest": "最低价",
        "mean": "平均价",
        "bid": f"{part.bidder} 的报价",
        "drawn_bid": "抽中的报价",
    }[part.of]
    return f"{what} × {part.share:f}"
