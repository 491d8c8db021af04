"""The ways of judging that stand above this app, found through the settings."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from kernel.errors import Invalid
from trading.domain import weighing
from trading.domain.findings import Finding
from trading.domain.formulas import Judging
from trading.models import Tender
from trading.periods import RuleSet


def judging(tender: Tender) -> Judging:
    """Give the formulas a tender of this market may choose, and how a choice is tried out."""
    found: Judging = import_string(settings.JUDGING)(tender.market)
    return found


def rehearsed(tender: Tender, rules: RuleSet) -> tuple[Finding, ...]:
    """Try a complete scheme on made-up bids: what could not be scored is not announced."""
    given: dict[str, Any] = tender.scheme
    if not {"formula", "options"} & given.keys() or weighing.findings(given, rules):
        return ()
    try:
        judging(tender).rehearse(given)
    except Invalid as wrong:
        return (Finding(wrong.code, "scheme", wrong.message, wrong.facts),)
    return ()
