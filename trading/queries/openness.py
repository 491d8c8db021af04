"""What the law opens of each market, by the rules in force on a day."""

from datetime import date

from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain.openness import OpenMarket, opened
from trading.markets import markets
from trading.queries.rules import RuleFilters, rules_on


def open_market(slug: str, on: date) -> OpenMarket:
    """Give all that is open of a market."""
    market = markets().get(slug)
    if market is None:
        raise Missing("market.missing", _("没有这个市场。"))
    rules = {
        method: rules_on(RuleFilters(on=on, market=slug, method=method))
        for method in market.methods
    }
    return opened(market, rules)
