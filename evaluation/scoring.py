"""From a tender's frozen scheme and its bids to the case that `evaluate` runs.

The case is plain JSON: saved to a file, `manage.py evaluate` gives the very same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from evaluation.pipeline import evaluate
from evaluation.pipeline.formula import Formula
from kernel.errors import Invalid
from kernel.reading import Fields
from kernel.registry import discover
from kernel.text import gettext_noop as _
from trading.domain import scheme as schemes

FORMULA_OF: Final = {
    "comprehensive": "lowest_price_ratio",
    "lowest_price": "lowest_evaluated_price",
}
"""Which formula stands behind each method of procurement law."""


@dataclass(frozen=True)
class ScoredBid:
    """What evaluation knows of one bid: its quote, the deductions it earned, the members' marks."""

    name: str
    price: Decimal
    deductions: tuple[str, ...] = ()
    marks: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    sheet: Mapping[str, object] | None = None


@dataclass(frozen=True)
class LotTerms:
    """What a lot adds to the scheme: ceiling or budget, and who could not justify a low price."""

    limit: Decimal
    unproven: tuple[str, ...] = ()


def formulas() -> dict[str, Formula]:
    """List all formulas by their slug."""
    return discover("evaluation.formulas", "FORMULA")


def case_of(
    scheme: Mapping[str, Any], bids: Sequence[ScoredBid], terms: LotTerms
) -> dict[str, object]:
    """Build the case of one lot by its scheme (M87 art. 54 to 60, LOW2)."""
    case: dict[str, object] = {
        "formula": FORMULA_OF[scheme["method"]],
        "validity": {"ceiling": f"{terms.limit:f}"},
        "low_price_review": {"unproven": list(terms.unproven)},
        "deductions": _deductions(scheme, bids),
        "bids": [_bid(bid) for bid in bids],
    }
    if scheme["method"] == "comprehensive":
        case["params"] = {"full": f"{schemes.price_weight(scheme):f}"}
        case["criteria"] = [_criterion(leaf) for leaf in schemes.leaves(scheme)]
    return case


def evaluate_case(case: object) -> dict[str, object]:
    """Run a case that states its steps itself, or names a formula with its parameters."""
    body = Fields(case)
    if not body.has("formula"):
        return evaluate(body.given)
    formula = formulas().get(body.text("formula"))
    if formula is None:
        message = _("没有名为“%(slug)s”的评分公式。")
        raise Invalid("evaluate.unknown_formula", message, slug=body.text("formula"))
    rest = {k: v for k, v in body.given.items() if k not in ("formula", "params")}
    return evaluate(formula.case(body.given.get("params"), **rest))


def _deductions(scheme: Mapping[str, Any], bids: Sequence[ScoredBid]) -> list[dict[str, object]]:
    """Apply each rate of the scheme to those who earned it."""
    return [
        {
            "kind": kind,
            "rate": rate,
            "applies_to": sorted(bid.name for bid in bids if kind in bid.deductions),
        }
        for kind, rate in sorted(scheme.get("deductions", {}).items())
    ]


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
    if bid.sheet is not None:
        body["sheet"] = dict(bid.sheet)
    return body
