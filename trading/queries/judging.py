"""The ways of judging that stand above this app, found through the settings."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from kernel.errors import Invalid
from trading.domain import formulas, priced, scheme, weighing
from trading.domain.findings import Finding
from trading.domain.formulas import Judging
from trading.markets import method_of
from trading.models import Tender
from trading.periods import RuleSet


def judging(tender: Tender) -> Judging:
    """Give the formulas a tender of this market may choose, and how a choice is tried out."""
    found: Judging = import_string(settings.JUDGING)(tender.market)
    if method_of(tender).takes_rates:
        return found
    return replace(found, offers={s: one for s, one in found.offers.items() if not one.rates})


def rehearsed(tender: Tender, rules: RuleSet) -> tuple[Finding, ...]:
    """Try a complete scheme on made-up bids: what could not be scored is not announced."""
    given: dict[str, Any] = tender.scheme
    if not {"formula", "options"} & given.keys() or weighing.findings(given, rules):
        return ()
    try:
        judging(tender).rehearse(given)
    except Invalid as wrong:
        return (Finding(wrong.code, "scheme", wrong.message, wrong.facts),)
    limits = [lot.ceiling for lot in tender.lots.all()]
    return (*priced.findings(given, limits), *priced.rate_findings(given, limits))


def shown_scheme(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give a scheme in the words in which a document states it."""
    return {
        "factors": scheme.factors(given) if scheme.is_drawn(given) else (),
        "is_drawn": scheme.is_drawn(given),
        "criteria": scheme.leaves(given),
        "method_title": scheme.title_of(given),
        "formula": scheme.formula_of(given),
        "formula_params": formulas.said_params(given),
        "further_rules": formulas.said(given),
        "priced_facts": priced.facts_of(given),
        "names_rates": priced.names_rates(given),
        "price_weight": scheme.price_weight(given) if given else None,
        "deductions": [
            (scheme.DEDUCTIONS[name], scheme.plain(Decimal(rate) * 100))
            for name, rate in given.get("deductions", {}).items()
        ],
    }
