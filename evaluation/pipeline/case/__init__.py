"""A method and its bids, read strictly from JSON: every unknown key is refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from evaluation.pipeline.case.benchmark import (
    Benchmark,
    Curve,
    Outliers,
    read_benchmark,
    read_curve,
    read_outliers,
)
from evaluation.pipeline.case.bids import Bid, read_bid
from evaluation.pipeline.case.limits import ONE, places
from evaluation.pipeline.case.marks import Criterion, Experts, read_criterion, read_experts
from evaluation.pipeline.case.prices import (
    Amount,
    LowPrice,
    Monetised,
    Rate,
    Validity,
    read_bonus,
    read_correction,
    read_deduction,
    read_low_price,
    read_monetised,
    read_validity,
)
from evaluation.pipeline.trace import MODES, Rounding
from kernel.errors import Invalid
from kernel.reading import Fields, to_decimal, to_text
from kernel.text import gettext_noop as _

MARKETS: Final = ("construction", "procurement", "property", "land", "talent")


@dataclass(frozen=True)
class Case:
    """A whole case, its bids in the order of their names."""

    market: str
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
    bonus: tuple[Rate, ...]
    rounding: Rounding
    tie_break: tuple[str, ...]
    draw: Mapping[str, str]
    bids: tuple[Bid, ...] = field(default=())


def read_case(given: object) -> Case:
    """Read a case, or refuse it with the path of what is wrong."""
    body = Fields(given)
    case = Case(
        market=body.choice("market", MARKETS, "procurement"),
        direction=body.choice("direction", ("low", "high"), "low"),
        price_form=body.choice("price_form", ("total", "rate"), "total"),
        arithmetic=body.choice("arithmetic", ("procurement", "construction"), "procurement"),
        validity=read_validity(body.fields("validity")),
        deductions=body.listed("deductions", read_deduction),
        corrections=body.listed("corrections", read_correction),
        monetised=body.listed("monetised", read_monetised),
        low_price=read_low_price(body) if body.has("low_price_review") else None,
        outliers=read_outliers(body.fields("outliers")) if body.has("outliers") else None,
        benchmark=read_benchmark(body.fields("benchmark")) if body.has("benchmark") else None,
        curve=read_curve(body.fields("curve")) if body.has("curve") else None,
        criteria=body.listed("criteria", read_criterion),
        experts=read_experts(body.fields("experts")),
        weights=body.mapped("weights", lambda v, w: to_decimal(v, w, high=ONE)),
        bonus=body.listed("bonus", read_bonus),
        rounding=_rounding(body.fields("rounding")),
        tie_break=body.listed("tie_break", to_text),
        draw=_draw(body.fields("draw")),
        bids=tuple(sorted(body.listed("bids", read_bid), key=lambda bid: bid.name)),
    )
    body.done()
    _consistent(case)
    return case


def _rounding(body: Fields) -> Rounding:
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


def _consistent(case: Case) -> None:
    """Refuse what each part allows but the whole does not."""
    _bids_are_named_once(case)
    _names_are_bidders(case)
    if case.curve and not case.benchmark:
        raise Invalid(
            "evaluate.no_benchmark", _("有价格得分曲线（curve）时必须有基准价（benchmark）。")
        )
    if case.curve and any("price" in (*b.scores, *b.experts) for b in case.bids):
        message = _("价格分由曲线计算，投标中不能再给“price”得分。")
        raise Invalid("evaluate.price_score_given", message)
    if case.weights and sum(case.weights.values()) != 1:
        total = str(sum(case.weights.values()))
        message = _("各项权重之和应为 1，现为 %(total)s。")
        raise Invalid("evaluate.weights_sum", message, total=total)
    trims = case.benchmark and (case.benchmark.trim or case.benchmark.trim_share)
    if case.market == "procurement" and trims:
        message = _("政府采购评标不得去掉最高报价和最低报价（财政部令第87号第五十五条）。")
        raise Invalid("evaluate.trim_forbidden", message)
    if case.curve and case.curve.least > case.curve.full:
        raise Invalid("evaluate.curve_upside_down", _("最低分不能高于满分。"))


def _bids_are_named_once(case: Case) -> None:
    names = [bid.name for bid in case.bids]
    if not names:
        raise Invalid("evaluate.no_bids", _("没有投标，无法评审。"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = _("投标人名称重复：%(names)s。")
        raise Invalid("evaluate.bidder_twice", message, names="、".join(twice))


def _names_are_bidders(case: Case) -> None:
    used = {name for rate in (*case.deductions, *case.bonus) for name in rate.applies_to}
    used |= {amount.bidder for amount in case.corrections}
    used |= set(case.low_price.unproven if case.low_price else ())
    if case.benchmark:
        used |= set(case.benchmark.only)
        used |= {part.bidder for part in case.benchmark.parts if part.bidder}
    if unknown := sorted(used - {bid.name for bid in case.bids}):
        message = _("名单中没有投标人：%(names)s。")
        raise Invalid("evaluate.unknown_bidder", message, names="、".join(unknown))
