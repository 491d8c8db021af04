"""One file a market; and what a tender takes from the market and the method it names."""

from collections.abc import Mapping
from typing import Protocol

from kernel.lifecycle import Lifecycle
from kernel.registry import discover
from trading.domain import remedies
from trading.domain.market import Market, Method
from trading.domain.passing import Passing
from trading.domain.remedies import Remedy
from trading.periods import SUBJECTS


class Traded(Protocol):
    """What names a market and a method: a tender."""

    market: str
    method: str


def markets() -> Mapping[str, Market]:
    """Give every market by its slug."""
    return discover("trading.markets", "MARKET")


def market_of(tender: Traded) -> Market:
    """Give the market of a tender."""
    return markets()[tender.market]


def method_of(tender: Traded) -> Method:
    """Give the method of a tender."""
    return market_of(tender).methods[tender.method]


def words_of(tender: Traded) -> Mapping[str, str]:
    """Give what pages call parties, parts and money of a tender: its method's words first."""
    return {**market_of(tender).words, **method_of(tender).words}


def notices_of(tender: Traded) -> Mapping[str, str]:
    """Give the titles of notices that are other than the usual ones."""
    return {**market_of(tender).notices, **method_of(tender).notices}


def facts_of(tender: Traded) -> Mapping[str, str]:
    """Give the titles of facts that are other than the usual ones."""
    return {**market_of(tender).facts, **method_of(tender).facts}


def lot_states_of(tender: Traded) -> Mapping[str, str]:
    """Give the titles of a lot's states that are other than the usual ones."""
    return {**market_of(tender).lot_states, **method_of(tender).lot_states}


def remedy_of(tender: Traded) -> Remedy | None:
    """Give the first remedy of a tender: what somebody aggrieved raises with those who run it."""
    return remedies.first_remedy(method_of(tender).remedies)


def passing_of(tender: Traded) -> Passing:
    """Give what the law of a tender says of a winner who falls away: its method's first."""
    return method_of(tender).passing or market_of(tender).passing


def lifecycle_of(tender: Traded) -> Lifecycle:
    """Give the table of states that a tender follows."""
    return method_of(tender).lifecycle


def lifecycles() -> tuple[Lifecycle, ...]:
    """Give the tables of all methods, each once, the one that names no variant first."""
    found = [m.lifecycle for market in markets().values() for m in market.methods.values()]
    return tuple({table.label: table for table in sorted(found, key=lambda t: t.label)}.values())


def states() -> dict[str, str]:
    """Give every state a tender of any market can be in, by the title it has where it is first."""
    titles: dict[str, str] = {}
    for table in lifecycles():
        titles = {**table.titles, **titles}
    order = {state: n for table in reversed(lifecycles()) for n, state in enumerate(table.titles)}
    return dict(sorted(titles.items(), key=lambda item: order[item[0]]))


def listed_cases() -> dict[str, str]:
    """Give the kinds of subject for which some method is content with fewer suppliers."""
    methods = [m for market in markets().values() for m in market.methods.values()]
    return {case: SUBJECTS[case] for method in methods for case in method.listed_cases}


def categories() -> dict[str, str]:
    """Give the kinds of subject of all markets."""
    return {
        slug: title for market in markets().values() for slug, title in market.categories.items()
    }
