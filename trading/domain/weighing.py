"""What a scheme lacks or breaks before it may be announced (M87 art. 55, GPR art. 34)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.domain.scheme import (
    DEDUCTIONS,
    FULL_MARKS,
    METHODS,
    PARTS,
    formula_of,
    is_marked,
    is_priced,
    leaves,
    part_totals,
    plain,
)
from trading.periods import Figure, RuleSet

M87_55: Final = "《政府采购货物和服务招标投标管理办法》第五十五条"
LINES: Final = {
    "mean_share": "low_bid_mean",
    "next_share": "low_bid_next",
    "limit_share": "low_bid_ceiling",
}
"""The lines below which a price is asked about, and the row each comes from (LOW2)."""
QUALITY: Final = frozenset({"technical", "design"})
"""The parts of which a scheme with marks has one at least."""


def findings(scheme: Mapping[str, Any], rules: RuleSet) -> list[Finding]:
    """Say what a scheme lacks or breaks: marks that do not add up, a price weighed too little."""
    if scheme.get("method") not in METHODS:
        return [
            _finding(
                "scheme.missing",
                _("尚未选择评标方法。"),
                article="《政府采购法实施条例》第三十四条",
            )
        ]
    found = [*_deduction_findings(scheme, rules), *_line_findings(scheme, rules)]
    if is_marked(scheme):
        found += _weight_findings(scheme, rules)
    return found


def _weight_findings(scheme: Mapping[str, Any], rules: RuleSet) -> Iterator[Finding]:
    totals = part_totals(scheme)
    total, weight = sum(totals.values()), totals["price"]
    if total != FULL_MARKS:
        yield _finding(
            "scheme.weights",
            _("各评审因素分值合计为 %(total)s 分，应为 100 分。"),
            total=plain(Decimal(total)),
        )
    if is_priced(scheme):
        yield from _price_findings(weight, rules)
    yield from _part_findings(scheme)
    if not any(leaf.part in QUALITY for leaf in leaves(scheme)):
        yield _finding(
            "scheme.no_technical", _("综合评分法至少要有一项技术评审因素。"), article=M87_55
        )
    for leaf in leaves(scheme):
        if not leaf.rule:
            yield _finding(
                "scheme.no_rule",
                _("评审因素“%(title)s”没有写明评分标准。"),
                article="《政府采购法实施条例》第三十四条",
                title=leaf.title,
            )


def _part_findings(scheme: Mapping[str, Any]) -> Iterator[Finding]:
    """Ask for the parts a formula needs, and refuse those that would count for nothing."""
    formula, parts = formula_of(scheme), {leaf.part for leaf in leaves(scheme)}
    for part in formula.get("needs", ()):
        if part not in parts:
            message = _("所选公式需要“%(part)s”的评审因素。")
            yield _finding("scheme.part_missing", message, part=PARTS.get(part, part))
    weights = formula.get("weights", {})
    for part in sorted(parts - set(weights)) if weights else ():
        message = _("所选公式不计“%(part)s”的分，请删除这部分评审因素。")
        yield _finding("scheme.part_unused", message, part=PARTS[part])


def _price_findings(weight: Decimal, rules: RuleSet) -> Iterator[Finding]:
    least = rules.find("price_weight", "min")
    if least and weight < least.value:
        yield _finding(
            "scheme.price_weight",
            _("价格分值占 %(weight)s%%，不得低于 %(least)s%%。"),
            article=least.basis.article,
            weight=plain(weight),
            least=plain(least.value),
        )
    most = rules.find("price_weight", "max")
    if most and weight > most.value:
        yield _finding(
            "scheme.price_weight",
            _("价格分值占 %(weight)s%%，不得高于 %(most)s%%。"),
            article=most.basis.article,
            weight=plain(weight),
            most=plain(most.value),
        )


def _line_findings(scheme: Mapping[str, Any], rules: RuleSet) -> Iterator[Finding]:
    """Hold the document's own lines of low prices between those of the rules and the most."""
    most = rules.find("low_bid_most", "max")
    for name, text in scheme.get("options", {}).get("low_price", {}).items():
        least = rules.find(LINES[name], "min")
        if least is None or most is None:
            yield _finding(
                "scheme.low_price_none",
                _("本交易方式没有异常低价审查线，请由评标委员会要求说明报价，删除这一项。"),
            )
        elif not least.value <= Decimal(text) <= most.value:
            yield _finding(
                "scheme.low_price_line",
                _("异常低价审查线 %(line)s 应在 %(least)s 至 %(most)s 之间。"),
                article=least.basis.article,
                line=text,
                least=plain(least.value),
                most=plain(most.value),
            )


def _deduction_findings(scheme: Mapping[str, Any], rules: RuleSet) -> Iterator[Finding]:
    raises = bool(formula_of(scheme).get("raises"))
    for name, text in scheme.get("deductions", {}).items():
        rate, lawful = Decimal(text) * 100, lawful_rates(name, rules, raises=raises)
        if lawful is None or not lawful[0].value <= rate <= lawful[1].value:
            yield _finding(
                "scheme.deduction",
                _("%(name)s比例为 %(rate)s%%，应在 %(low)s%% 至 %(high)s%% 之间。"),
                article=lawful[0].basis.article if lawful else "",
                name=DEDUCTIONS[name],
                rate=plain(rate),
                low=plain(lawful[0].value if lawful else Decimal(0)),
                high=plain(lawful[1].value if lawful else Decimal(0)),
            )


def lawful_rates(
    name: str, rules: RuleSet, *, raises: bool = False
) -> tuple[Figure, Figure] | None:
    """Give the least and the most of a deduction, or of what raises a price score; None where the
    rules know no such thing.
    """
    code = f"raise_{name}" if raises else f"deduction_{name}"
    if exact := rules.find(code, "exact"):
        return exact, exact
    low, high = rules.find(code, "min"), rules.find(code, "max")
    return (low, high) if low and high else None


def _finding(code: str, message: str, *, article: str = "", **facts: object) -> Finding:
    return Finding(code, "scheme", message, facts, article)
