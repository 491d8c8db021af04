"""From a tender's frozen scheme and its bids to the case that `evaluate` runs.

The case is plain JSON: saved to a file, `manage.py evaluate` gives the very same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from evaluation import pipeline
from evaluation.pipeline import evaluate
from evaluation.pipeline.case import SUBJECTS
from evaluation.pipeline.formula import Formula
from kernel.errors import Invalid
from kernel.reading import Fields
from kernel.registry import discover
from kernel.text import gettext_noop as _
from trading.domain import priced
from trading.domain import scheme as schemes

FORMULA_OF: Final = {
    "comprehensive": "lowest_price_ratio",
    "lowest_price": "lowest_evaluated_price",
    "drawn_mean": "drawn_factor_mean",
    "mean_deviation": "mean_deviation",
    "reviewed_lowest": "reviewed_lowest_price",
    "price_first": "lowest_evaluated_price",
    "quality_first": "quality_first",
    "highest_price": "highest_price",
    "best_offer": "highest_price_ratio",
}
"""Which formula stands behind each way of judging that a document may choose."""
LOW_PRICES: Final = frozenset({"comprehensive", "lowest_price"})
"""Where unusually low quotes are asked about by the lines of procurement law (LOW2)."""
WORKS: Final[Mapping[str, list[str]]] = {
    "drawn_mean": ["price_low", "technical_high", "draw"],
    "mean_deviation": ["price_low", "technical_high", "draw"],
    "reviewed_lowest": ["draw"],
}
"""Where equals are told apart by the document: the lower price, then the better technical part, and
lots at last. The factor's seed draws them; where there is none they wait for a draw of their own.
"""
FIXED_ORDER: Final = frozenset({"reviewed_lowest"})
"""Whose formula says itself in which order a price sheet is corrected."""

SOLD: Final[Mapping[str, list[str]]] = {
    "highest_price": ["order_low"],
    "best_offer": ["price_high", "order_low"],
}
"""What is sold goes, of equals, to the higher price, then to whoever offered it first (4.9)."""


@dataclass(frozen=True)
class ScoredBid:
    """What evaluation knows of one bid: its quote (a sum, or a rate), the deductions it
    earned, the members' marks, and its place in the order in which bids were handed in.
    """

    name: str
    price: Decimal
    deductions: tuple[str, ...] = ()
    marks: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    sheet: Mapping[str, object] | None = None
    order: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LotTerms:
    """What a lot adds to the scheme: the price that bounds the bids (from above, or where `sells`
    says so from below), who could not justify a low price, the
    formulas its method puts behind a scheme in place of the usual ones, the seed and nonce of what
    is drawn, the benchmark where it is frozen already, the lines of the rules below which a price
    is asked about, whose order corrects a price sheet, and what is bought, whose rates differ.
    """

    limit: Decimal
    unproven: tuple[str, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    draw: Mapping[str, str] = field(default_factory=dict)
    benchmark: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)
    sells: bool = False
    arithmetic: str = "procurement"
    subject: str = "goods"


def formulas() -> dict[str, Formula]:
    """List all formulas by their slug."""
    return discover("evaluation.formulas", "FORMULA")


def case_of(
    scheme: Mapping[str, Any], bids: Sequence[ScoredBid], terms: LotTerms
) -> dict[str, object]:
    """Build the case of one lot by its scheme (M87 art. 54 to 60, LOW2)."""
    chosen = schemes.formula_of(scheme)
    method = scheme["method"]
    slug = str(chosen["slug"] if chosen else terms.formulas.get(method) or FORMULA_OF[method])
    fixed = frozenset(chosen.get("fixed", ()))
    case: dict[str, object] = {
        "formula": slug,
        "validity": _validity(scheme, terms),
        "bids": [_bid(bid) for bid in bids],
        **_rates(scheme, bids, raises=bool(chosen.get("raises"))),
    }
    if terms.subject in SUBJECTS[1:]:
        case["subject"] = terms.subject
    if (chosen or scheme["method"] in LOW_PRICES) and terms.lines:
        case["low_price_review"] = {**terms.lines, "unproven": list(terms.unproven)}
    if "tie_break" not in fixed and (chain := _chain(scheme, terms)):
        case["tie_break"] = chain
    orders = "arithmetic" in fixed or scheme["method"] in FIXED_ORDER
    if terms.arithmetic != "procurement" and not orders:
        case["arithmetic"] = terms.arithmetic
    if terms.draw:
        case["draw"] = dict(terms.draw)
    if schemes.is_marked(scheme):
        case["criteria"] = [_criterion(leaf) for leaf in schemes.leaves(scheme)]
    if facts := priced.as_case(scheme):
        case[priced.NAME] = facts
    case |= _params(slug, scheme, terms)
    return _with_rules(case, scheme, terms.benchmark)


def _validity(scheme: Mapping[str, Any], terms: LotTerms) -> dict[str, str]:
    """Bound the bids by the limit of the lot; a rate of nothing is that limit itself."""
    if priced.names_rates(scheme):
        return {"floor": "0"}
    return {"floor" if terms.sells else "ceiling": f"{terms.limit:f}"}


def _chain(scheme: Mapping[str, Any], terms: LotTerms) -> list[str]:
    """Give by what equals are told apart: as the document says, else as its market does."""
    if stated := scheme.get("options", {}).get("tie_break"):
        return list(stated)
    if terms.sells:
        return SOLD.get(scheme["method"], SOLD["best_offer"])
    if not schemes.formula_of(scheme):
        return list(WORKS.get(scheme["method"], ()))
    better = ["technical_high"] if schemes.part_totals(scheme)["technical"] else []
    return ["price_low", *better, "draw"] if terms.arithmetic == "construction" else []


def _params(slug: str, scheme: Mapping[str, Any], terms: LotTerms) -> dict[str, object]:
    """Give what the document chose of the price score; nothing where no price is scored. What a
    formula asks of the lot is the limit of that lot.
    """
    if chosen := schemes.formula_of(scheme):
        of_lot = {one.name: f"{terms.limit:f}" for one in formulas()[slug].params if one.of_lot}
        return {"params": dict(chosen["params"]) | of_lot}
    if not schemes.is_marked(scheme) or not schemes.is_priced(scheme):
        return {}
    price = {name: value for name, value in scheme["price"].items() if name != "weight"}
    return {"params": _weight(slug, schemes.price_weight(scheme)) | price}


def _with_rules(
    case: dict[str, object], scheme: Mapping[str, Any], benchmark: str
) -> dict[str, object]:
    """Add the further rules of the document; write the case out step by step where one of them, or
    a benchmark that is not formed again, changes a step of the formula.
    """
    options: Mapping[str, Any] = scheme.get("options", {})
    case |= {name: options[name] for name in ("experts", "rounding", "outliers") if name in options}
    partial = options.get("partial_pct")
    if not partial and not benchmark:
        return case
    rest = {name: part for name, part in case.items() if name not in {"formula", "params"}}
    whole = formulas()[str(case["formula"])].case(case.get("params"), **rest)
    if partial:
        curve = whole.get("curve")
        whole["curve"] = {**(curve if isinstance(curve, dict) else {}), "partial_pct": partial}
    if benchmark:
        whole["benchmark"] = {"kind": "given", "reference": benchmark}
    return whole


def _weight(slug: str, marks: Decimal) -> dict[str, str]:
    """Give the marks of the price as the formula takes them: as they are, or as a share."""
    share = any(param.name == "weight" for param in formulas()[slug].params)
    return {"weight": f"{marks / 100:f}"} if share else {"full": f"{marks:f}"}


def evaluate_case(case: object) -> dict[str, object]:
    """Run a case that states its steps itself, or names a formula with its parameters."""
    return evaluate(_steps(case))


def out_by_marks(case: object) -> list[dict[str, object]]:
    """List whom the marks alone put out by the rules of a case, before any price counts."""
    return pipeline.out_by_marks(_steps(case))


def _steps(case: object) -> Mapping[str, object]:
    body = Fields(case)
    if not body.has("formula"):
        return body.given
    formula = formulas().get(body.text("formula"))
    if formula is None:
        message = _("没有名为“%(slug)s”的评分公式。")
        raise Invalid("evaluate.unknown_formula", message, slug=body.text("formula"))
    rest = {k: v for k, v in body.given.items() if k not in ("formula", "params")}
    return formula.case(body.given.get("params"), **rest)


def _rates(
    scheme: Mapping[str, Any], bids: Sequence[ScoredBid], *, raises: bool
) -> dict[str, object]:
    """Apply each rate of the scheme to those who earned it: taken off the price, or where the
    formula says so added to the price score (SME46 art. 9).
    """
    rates: list[dict[str, object]] = [
        {
            "kind": kind,
            "rate": rate,
            "applies_to": sorted(bid.name for bid in bids if kind in bid.deductions),
        }
        for kind, rate in sorted(scheme.get("deductions", {}).items())
    ]
    if raises:
        return {"bonus": [{**rate, "of": "price", "capped": True} for rate in rates]}
    return {"deductions": rates}


def _criterion(leaf: schemes.Leaf) -> dict[str, object]:
    return {
        "code": leaf.code,
        "title": leaf.title,
        "component": leaf.part,
        "kind": "subjective" if leaf.subjective else "objective",
        "full": f"{leaf.full:f}",
    }


def _bid(bid: ScoredBid) -> dict[str, object]:
    body: dict[str, object] = {"name": bid.name, "price": f"{bid.price:f}"}
    if bid.marks:
        body["marks"] = {
            code: {member: f"{mark:f}" for member, mark in marks.items()}
            for code, marks in bid.marks.items()
        }
    if facts := ({"order": str(bid.order)} if bid.order else {}) | dict(bid.facts):
        body["facts"] = facts
    if bid.sheet is not None:
        body["sheet"] = dict(bid.sheet)
    return body
