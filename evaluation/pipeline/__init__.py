"""Evaluation as a pipeline of small steps: a method is which steps run, with which numbers.

The technical stage comes before the price stage: whoever is out never enters the benchmark. The
contract price is always the price bid, or the confirmed correction of it, never the evaluated one.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from evaluation.pipeline import benchmark, curve, marks, prices, ranking, suspicions
from evaluation.pipeline.case import read_case
from evaluation.pipeline.work import Work
from kernel.trace import Rounding, Trace, show, show_price

STEPS: Final = (
    prices.read_prices,
    prices.check_validity,
    marks.gather_scores,
    prices.review_low_prices,
    prices.deduct,
    prices.add_priced_facts,
    benchmark.leave_out_outliers,
    benchmark.form_benchmark,
    curve.score_prices,
    ranking.raise_price_scores,
    ranking.add_up,
    ranking.rank,
    suspicions.look_for_suspicious,
)


def evaluate(case: Mapping[str, object]) -> dict[str, object]:
    """Run a case through every step and give all numbers with the trace of how they came about."""
    read = read_case(case)
    work = Work(read, Trace(read.rounding))
    for step in STEPS:
        step(work)
    return _answer(work)


def out_by_marks(case: Mapping[str, object]) -> list[dict[str, object]]:
    """List whom the marks alone put out, which may be asked before any price is known."""
    read = read_case(case)
    work = Work(read, Trace(read.rounding))
    marks.gather_scores(work)
    return list(work.invalid.values())


def _answer(work: Work) -> dict[str, object]:
    components = {
        name: _numbers({bid.name: scores[bid.name] for bid in work.valid if bid.name in scores})
        for name, scores in sorted(work.components.items())
    }
    return {
        "invalid": list(work.invalid.values()),
        "excluded": [{"bidder": name, "why": why} for name, why in sorted(work.excluded.items())],
        "corrections": work.corrections,
        "low_price_reviews": work.reviews,
        "mark_flags": work.flags,
        "evaluated_prices": {name: show_price(e) for name, e in sorted(work.evaluated.items())},
        "benchmark": None if work.benchmark is None else show(work.benchmark),
        "price_scores": components.get("price", {}),
        "components": components,
        "totals": _numbers(work.totals),
        "ranking": work.ranking,
        "ties": work.ties,
        "tie_break": list(ranking.tie_break(work)),
        "rounding": _policy(work.case.rounding),
        "warnings": work.warnings,
        "trace": [step.as_json() for step in work.trace.steps],
    }


def _numbers(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: show(value) for name, value in sorted(values.items())}


def _policy(rounding: Rounding) -> dict[str, object]:
    """Print the rounding policy: how many places, which way, in words."""
    return {
        "score_decimals": rounding.score_decimals,
        "deviation_decimals": rounding.deviation_decimals,
        "mode": rounding.mode,
        "words": f"得分{rounding.words(rounding.score_decimals)}；"
        f"偏差率{rounding.words(rounding.deviation_decimals)}",
    }
