"""A method and its bids, read strictly from JSON: every unknown key is refused by name."""

from decimal import Decimal
from typing import Final

from evaluation.pipeline.case.benchmark import read_benchmark, read_curve, read_outliers
from evaluation.pipeline.case.bids import read_bid
from evaluation.pipeline.case.consistency import refuse_contradictions
from evaluation.pipeline.case.limits import CENT, MOST_RULES, ONE, places
from evaluation.pipeline.case.marks import read_criterion, read_experts
from evaluation.pipeline.case.prices import (
    read_bonus,
    read_correction,
    read_deduction,
    read_low_price,
    read_monetised,
    read_validity,
)
from evaluation.pipeline.case.whole import Case
from kernel.reading import Fields, to_decimal, to_text
from kernel.trace import MODES, Rounding
from trading.periods import market_titles

__all__ = ["Case", "read_case", "read_rounding"]

SUBJECTS: Final = ("goods", "services", "works")
"""What is bought, where the rules of procurement tell it apart."""
FAR_SHARE: Final = Decimal("0.15")
"""A price below this share of the others' median is about a missing digit away from them: a lost
digit leaves a tenth, and prices differ by half as much again. No law says so, so a case may.
"""
MOST_BIDS: Final = 5000
MOST_CRITERIA: Final = 500
MOST_PRICED: Final = 20
"""Each priced fact writes a line of the trace for each bid: the most a case may cost in seconds."""


def read_case(given: object) -> Case:
    """Read a case, or refuse it with the path of what is wrong."""
    body = Fields(given)
    case = Case(
        market=body.choice("market", tuple(market_titles()), "procurement"),
        subject=body.choice("subject", SUBJECTS, "goods"),
        direction=body.choice("direction", ("low", "high"), "low"),
        price_form=body.choice("price_form", ("total", "rate"), "total"),
        arithmetic=body.choice("arithmetic", ("procurement", "construction"), "procurement"),
        validity=read_validity(body.fields("validity")),
        deductions=body.listed("deductions", read_deduction, MOST_RULES),
        corrections=body.listed("corrections", read_correction),
        monetised=body.listed("monetised", read_monetised, MOST_PRICED),
        low_price=read_low_price(body) if body.has("low_price_review") else None,
        outliers=read_outliers(body.fields("outliers")) if body.has("outliers") else None,
        benchmark=read_benchmark(body.fields("benchmark")) if body.has("benchmark") else None,
        curve=read_curve(body.fields("curve")) if body.has("curve") else None,
        criteria=body.listed("criteria", read_criterion, MOST_CRITERIA),
        experts=read_experts(body.fields("experts")),
        weights=body.mapped("weights", lambda v, w: to_decimal(v, w, high=ONE)),
        bonus=body.listed("bonus", read_bonus, MOST_RULES),
        rounding=read_rounding(body.fields("rounding")),
        tie_break=body.listed("tie_break", to_text, MOST_RULES),
        far_share=body.decimal("far_share", FAR_SHARE, low=CENT, high=ONE),
        draw=_draw(body.fields("draw")),
        bids=tuple(sorted(body.listed("bids", read_bid, MOST_BIDS), key=lambda bid: bid.name)),
    )
    body.done()
    refuse_contradictions(case)
    return case


def read_rounding(body: Fields) -> Rounding:
    """Read the rounding policy: places of scores and of deviations, and the mode."""
    read = Rounding(
        score_decimals=places(body, "score_decimals", 2),
        deviation_decimals=places(body, "deviation_decimals", 4),
        mode=body.choice("mode", tuple(MODES), "half_up"),
    )
    body.done()
    return read


def _draw(body: Fields) -> dict[str, str]:
    if not body.given:
        return {}
    read = {name: body.text(name) for name in ("seed", "nonce", "purpose")}
    body.done()
    return read
