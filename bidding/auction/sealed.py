"""Sealed quotes: nobody learns a price before the end, and each round takes one from everybody."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bidding.auction import checks, ending
from bidding.auction.changes import accept, moved, refuse
from bidding.auction.details import Sealed, Terms, given
from bidding.auction.state import Act, Decision, Quote, State


def rules(terms: Terms) -> Sealed:
    """Give how quotes are taken; one round, ties by time, unless the terms say otherwise."""
    return terms.sealed or Sealed()


def quote(terms: Terms, state: State, act: Act) -> Decision:
    """Give one's quote of this round."""
    return take(terms, state, act, ())


def take(terms: Terms, state: State, act: Act, items: tuple[tuple[str, Decimal], ...]) -> Decision:
    """Take a quote that reaches the start price and, from the second round on, beats one's own."""
    if state.joined and act.by not in state.joined:
        return refuse(state, "not_joined")
    if reason := _refusal(terms, state, act.by, act.price):
        return refuse(state, reason)
    mine = Quote(act.by, given(act.price), state.number + 1, act.at, state.round, items)
    return accept(state, act, quotes=(*state.quotes, mine))


def best_of_each(terms: Terms, quotes: tuple[Quote, ...]) -> list[Quote]:
    """Give everybody's best quote, the best first; of equal prices the earlier (rulebook 5.0)."""
    best: dict[str, Quote] = {}
    for one in quotes:
        mine = best.get(one.by)
        if mine is None or better(terms, one.price, mine.price):
            best[one.by] = one
    sign = 1 if terms.falling else -1
    return sorted(best.values(), key=lambda q: (sign * q.price, q.number))


def reveal(terms: Terms, state: State) -> State:
    """Open the quotes: the best wins, unless a tie at the top is to be quoted out."""
    best = best_of_each(terms, state.quotes)
    tied = tuple(q.by for q in best if q.price == best[0].price)
    if len(tied) > 1 and rules(terms).tie == "round":
        until = state.closes_at + rules(terms).round_length
        return moved(state, "closing", until, joined=tied, round=state.round + 1)
    return decide_best(terms, state)


def decide_best(terms: Terms, state: State) -> State:
    """Let the best quote win, the earlier of equals; without any quote nobody does."""
    best = best_of_each(terms, state.quotes)
    led = replace(state, leader=best[0].by, price=best[0].price) if best else state
    return ending.finish(terms, led, state.closes_at)


def better(terms: Terms, one: Decimal, other: Decimal) -> bool:
    """Tell whether a price is strictly better for the seller (or, falling, for the buyer)."""
    return one < other if terms.falling else one > other


def ranks(terms: Terms, quotes: tuple[Quote, ...]) -> Mapping[str, int]:
    """Rank everybody by the best quote; between rounds each is told its own."""
    return {q.by: place for place, q in enumerate(best_of_each(terms, quotes), 1)}


def _refusal(terms: Terms, state: State, by: str, price: Decimal | None) -> str:
    if price is None or checks.is_malformed(price):
        return "malformed"
    mine = [q for q in state.quotes if q.by == by]
    if any(q.round == state.round for q in mine):
        return "already_quoted"
    if better(terms, terms.start_price, price):
        return "above_start" if terms.falling else "below_start"
    if any(better(terms, q.price, price) or (q.price == price and not state.joined) for q in mine):
        return "not_better"
    return "too_many_digits" if checks.too_fine(price, terms.decimals) else ""
