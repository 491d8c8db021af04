"""Weighted quotes (权重报价): the price and other printed items, each with its weight."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bidding.auction import ending, sealed
from bidding.auction.changes import refuse
from bidding.auction.details import Terms, given
from bidding.auction.kinds import Auction
from bidding.auction.parts import amount_in
from bidding.auction.state import Act, Decision, State
from bidding.auction.weighing import scores
from kernel.text import gettext_noop as _


def quote(terms: Terms, state: State, act: Act) -> Decision:
    """Take a sealed quote that names every printed item, and no other."""
    items = _items(terms, act)
    if items is None:
        return refuse(state, "malformed")
    return sealed.take(terms, state, act, items)


def decided(terms: Terms, state: State) -> State:
    """Let the highest total win; of equals the better price, then the earlier quote."""
    totals = scores(terms, state.quotes)
    ordered = sealed.best_of_each(terms, state.quotes)
    if ordered:
        top = max(totals.values())
        first = next(q for q in ordered if totals[q.by] == top)
        state = replace(state, leader=first.by, price=first.price)
    return ending.finish(terms, state, state.closes_at)


def _items(terms: Terms, act: Act) -> tuple[tuple[str, Decimal], ...] | None:
    offered, wanted = act.data.get("items", {}), given(terms.weights).items
    if not isinstance(offered, Mapping) or set(offered) != {item.code for item in wanted}:
        return None
    values = [(item.code, amount_in(offered, item.code)) for item in wanted]
    known = tuple((code, value) for code, value in values if value is not None)
    return known if len(known) == len(values) else None


AUCTION = Auction(
    slug="weighted",
    title=_("权重报价"),
    explanation=_("价格与其他指标按公布的权重计分，密封报价，总分最高者得。"),
    direction="either",
    usual="quote",
    steps={("open", "quote"): quote},
    elapses={"open": decided},
    takes=frozenset({"weights"}),
    needs=frozenset({"weights"}),
    phases={"open": _("密封报价")},
)
