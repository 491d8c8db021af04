"""How much a bidder may be asked to lay down (rulebook 2.1 to 2.4).

The law gives a share of the estimate or budget, some sectors a fixed cap on top, land a share below
which nobody may go. The figures are those of the project's own rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from kernel.money import CENT, WIDE
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding
from trading.periods import RuleSet

NOTHING: Final = Decimal(0)
PERCENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Limits:
    """The figures in force: at most this share, never more than this cap, at least this share."""

    most_share: Decimal | None = None
    cap: Decimal | None = None
    least_share: Decimal | None = None
    article: str = ""


def limits_of(rules: RuleSet) -> Limits:
    """Give the figures in force for a project, with the articles they rest on."""
    share = rules.find("bid_security_share", "max")
    cap = rules.find("bid_security_cap", "max")
    floor = rules.find("deposit_least_share", "min")
    articles = [found.basis.article for found in (share, cap, floor) if found]
    return Limits(
        most_share=share.value * PERCENT if share else None,
        cap=cap.value if cap else None,
        least_share=floor.value * PERCENT if floor else None,
        article="、".join(dict.fromkeys(articles)),
    )


def most(base: Decimal, limits: Limits) -> Decimal | None:
    """Give the most that may be asked, rounded down to a fen; None where no rule sets a limit."""
    shares = [] if limits.most_share is None else [_down(base * limits.most_share)]
    caps = [] if limits.cap is None else [limits.cap]
    return min([*shares, *caps], default=None)


def least(base: Decimal, limits: Limits) -> Decimal:
    """Give the least that has to be asked, rounded up to a fen."""
    if limits.least_share is None:
        return NOTHING
    return (base * limits.least_share).quantize(CENT, ROUND_CEILING, context=WIDE)


def findings(asked: Decimal, base: Decimal, limits: Limits) -> list[Finding]:
    """Say what is wrong with the amount a draft asks; nothing asked is below every floor."""
    high, low = most(base, limits), least(base, limits)
    found = []
    if high is not None and asked > high:
        message = _("投标保证金超过法定上限（最多 %(most)s 元）。")
        facts = {"most": f"{high:.2f}"}
        found.append(Finding("basic.bid_security", "basic", message, facts, limits.article))
    if asked < low:
        message = _("投标保证金低于法定下限（至少 %(least)s 元）。")
        facts = {"least": f"{low:.2f}"}
        found.append(Finding("basic.bid_security_low", "basic", message, facts, limits.article))
    return found


def share_of_lot(asked: Decimal, budgets: Mapping[int, Decimal], number: int) -> Decimal:
    """Give what a lot's bidder lays down of the amount asked for all lots: its share by budget.

    Rounded down, so that all lots together never ask more than what was published.
    """
    if len(budgets) == 1:
        return asked
    whole = sum(budgets.values(), NOTHING)
    return _down(asked * budgets[number] / whole) if whole > 0 else NOTHING


def _down(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_FLOOR, context=WIDE)
