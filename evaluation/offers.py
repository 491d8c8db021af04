"""The registered formulas as a document may choose them, and a trial before it is announced."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from evaluation.arithmetic import order_of
from evaluation.pipeline.case import read_rounding
from evaluation.pipeline.case.benchmark import read_outliers
from evaluation.pipeline.case.limits import PARTIAL
from evaluation.pipeline.case.marks import read_experts
from evaluation.pipeline.case.prices import read_low_price
from evaluation.pipeline.formula import Formula
from evaluation.scoring import FORMULA_OF, LotTerms, ScoredBid, case_of, evaluate_case, formulas
from kernel.reading import Fields, to_text
from trading.domain import priced
from trading.domain import scheme as schemes
from trading.domain.formulas import Judging, Offer, Settled
from trading.markets import markets

MOST_TIES: Final = 10
LIMIT: Final = Decimal(1000000)
SHARES: Final = ("0.90", "0.92", "0.94", "0.95", "0.96", "0.97", "0.98", "1")
MEMBERS: Final = 5
DRAW: Final = {"seed": "00" * 32, "nonce": "00" * 16, "purpose": "rehearsal"}
"""A trial has eight prices close together, five members, and a draw that everybody knows."""


def judging(market: str) -> Judging:
    """Give the ways of judging a document of this market may choose beside the usual ones."""
    return Judging(_offers(market), _check, partial(_rehearse, market))


def _offers(market: str) -> dict[str, Offer]:
    """Offer the formulas of a market that stand behind no usual way: those are chosen by name."""
    usual = set(FORMULA_OF.values())
    usual |= {
        slug
        for one in markets().values()
        for m in one.methods.values()
        for slug in m.formulas.values()
    }
    return {
        slug: Offer(
            slug, one.title, one.explanation, one.params, partial(_settle, one), _of_rates(one)
        )
        for slug, one in formulas().items()
        if market in one.markets and one.priced and slug not in usual
    }


def _of_rates(formula: Formula) -> bool:
    return formula.case().get("price_form") == "rate"


def _settle(formula: Formula, params: Mapping[str, str]) -> Settled:
    """Say what a formula with these parameters fixes of a case."""
    fixed = Fields(formula.case(dict(params)))
    curve, benchmark = fixed.fields("curve"), fixed.fields("benchmark")
    full = curve.decimal_or_none("full")
    return Settled(
        full=full,
        weights={name: str(share) for name, share in fixed.fields("weights").given.items()},
        needs=formula.needs,
        fixed=tuple(sorted(fixed.given)),
        marked=full is not None or bool(formula.needs),
        drawn=formula.drawn,
        printed=benchmark.listed("factor_drawn_from", to_text),
        raises=fixed.given.get("deductions") == [],
        by_percent=curve.given.get("kind") == "deviation",
    )


def _check(options: Mapping[str, Any]) -> None:
    """Read the further rules of a document as a case reads them."""
    body = Fields(options, "options")
    read_experts(body.fields("experts"))
    read_rounding(body.fields("rounding"))
    read_outliers(body.fields("outliers"))
    read_low_price(Fields({"low_price_review": body.fields("low_price").given}))
    body.listed("tie_break", to_text, MOST_TIES)
    body.choice("partial_pct", PARTIAL, "exact")
    body.done()


def _rehearse(market: str, scheme: Mapping[str, Any]) -> None:
    """Score made-up bids by a scheme; what cannot be scored is refused by its own code."""
    marks = {
        leaf.code: {f"评委{n}": leaf.full / 2 for n in range(MEMBERS)}
        for leaf in schemes.leaves(scheme)
    }
    facts = {one.title: one.base for one in priced.facts_of(scheme)}
    rates = priced.names_rates(scheme)
    prices = [100 * (1 - Decimal(s)) if rates else LIMIT * Decimal(s) for s in SHARES]
    bids = [
        ScoredBid(f"投标人{n}", price, marks=marks, order=n, facts=facts)
        for n, price in enumerate(prices, start=1)
    ]
    sells = schemes.formula_of(scheme) and market in {"property", "land"}
    limit = LIMIT / 2 if sells else LIMIT
    terms = LotTerms(limit, sells=bool(sells), draw=DRAW, arithmetic=order_of(market))
    evaluate_case(case_of(scheme, bids, terms))
