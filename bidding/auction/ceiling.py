"""The ceiling branch (rulebook 5.2): price bidding has stopped, something else decides."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from bidding.auction import checks, drawing, ending
from bidding.auction.changes import accept, ended, refuse, standing
from bidding.auction.details import AfterCeiling, Terms, given
from bidding.auction.parts import amount_in
from bidding.auction.state import Act, Decision, Offer, Quote, State

Step = Callable[[Terms, State, Act], Decision]


def begin(after: AfterCeiling, state: State, at: datetime) -> State:
    """Stop price bidding at an offer that reached the ceiling, and open the window."""
    return replace(
        state,
        phase="ceiling",
        branch=after.kind,
        closes_at=at + after.window,
        at=at,
        joined=(),
        declined=(),
    )


def join(_terms: Terms, state: State, act: Act) -> Decision:
    """Join the draw at the ceiling; who does not answer does not join."""
    return answer(state, act, joins=True) if state.branch == "lottery" else _elsewhere(state)


def decline(_terms: Terms, state: State, act: Act) -> Decision:
    """Say no to the draw at the ceiling."""
    return answer(state, act, joins=False) if state.branch == "lottery" else _elsewhere(state)


def answer(state: State, act: Act, *, joins: bool) -> Decision:
    """Take somebody's one answer to the question who goes on."""
    if act.by in state.joined or act.by in state.declined:
        return refuse(state, "already_answered")
    if joins:
        return accept(state, act, joined=(*state.joined, act.by))
    return accept(state, act, declined=(*state.declined, act.by))


def quote(terms: Terms, state: State, act: Act) -> Decision:
    """Give the one sealed quote between the ceiling and what the terms allow above it."""
    if state.branch != "one_shot":
        return _elsewhere(state)
    if any(q.by == act.by for q in state.quotes):
        return refuse(state, "already_quoted")
    if reason := _quote_refusal(terms, act.price):
        return refuse(state, reason)
    mine = Quote(act.by, given(act.price), state.number + 1, act.at)
    return accept(state, act, quotes=(*state.quotes, mine))


def condition(terms: Terms, state: State, act: Act) -> Decision:
    """Offer more of the printed condition; each offer restarts the window, the most ends it."""
    if state.branch != "conditions":
        return _elsewhere(state)
    after, offered = given(terms.after_ceiling), amount_in(act.data, "amount")
    if state.condition is not None and act.by == state.leader:
        return refuse(state, "already_leading")
    if reason := _condition_refusal(after, state, offered):
        return refuse(state, reason)
    more = Offer(act.by, given(offered))
    decision = accept(
        state,
        act,
        condition=offered,
        leader=act.by,
        promises=standing(state.promises, more),
        closes_at=act.at + after.window,
    )
    if offered == after.most:
        drawn = replace(decision.state, branch="lottery", joined=(), declined=())
        return replace(decision, state=drawn)
    return decision


STEPS: Final[Mapping[tuple[str, str], Step]] = {
    ("ceiling", "join"): join,
    ("ceiling", "decline"): decline,
    ("ceiling", "quote"): quote,
    ("ceiling", "condition"): condition,
}


def elapse(terms: Terms, state: State) -> State:
    """Close the window: decide among those who answered, or by the rule for nobody."""
    at = state.closes_at
    if state.branch == "lottery" and state.joined:
        return drawing.among(terms, state, state.joined, at)
    if state.branch == "one_shot" and state.quotes:
        best = nearest(state.quotes, given(terms.after_ceiling).nearest)
        price = best.price if given(terms.after_ceiling).pays == "quote" else state.price
        return ending.finish(terms, replace(state, leader=best.by, price=price), at)
    if state.condition is not None and state.leader is None:
        state = remaining(state)
    if state.condition is not None or given(terms.after_ceiling).nobody == "offeror":
        return ending.finish(terms, state, at)
    return ended(state, at, "unsold")


def remaining(state: State) -> State:
    """Let the most that those who are left promised stand, else whoever had offered the price."""
    if state.promises:
        leader, promised = state.promises[-1]
        return replace(state, leader=leader, condition=promised)
    at_price = [by for by, price in state.stood if price == state.price]
    return replace(state, leader=at_price[-1] if at_price else None, condition=None)


def nearest(quotes: tuple[Quote, ...], rule: str) -> Quote:
    """Find the quote nearest to the mean, or nearest without exceeding it; the earlier of equals.

    Distances are compared as exact fractions, so no rounding of the mean can decide.
    """
    mean = mean_of(quotes)
    allowed = [q for q in quotes if rule == "absolute" or Fraction(q.price) <= mean]
    return min(allowed, key=lambda q: (abs(Fraction(q.price) - mean), q.number))


def mean_of(quotes: tuple[Quote, ...]) -> Fraction:
    """Give the exact mean of the quotes."""
    return sum((Fraction(q.price) for q in quotes), Fraction(0)) / len(quotes)


def _quote_refusal(terms: Terms, price: Decimal | None) -> str:
    if price is None or checks.is_malformed(price):
        return "malformed"
    ceiling = given(terms.ceiling)
    if price < ceiling:
        return "below_cap"
    if price > ceiling * (1 + given(terms.after_ceiling).over):
        return "above_range"
    return "too_many_digits" if checks.too_fine(price, terms.decimals) else ""


def _condition_refusal(after: AfterCeiling, state: State, offered: Decimal | None) -> str:
    if offered is None:
        return "malformed"
    if offered > after.most:
        return "above_most"
    if offered < (state.condition or 0) + after.step:
        return "condition_too_low"
    return "condition_off_step" if offered % after.step else ""


def _elsewhere(state: State) -> Decision:
    return refuse(state, "wrong_phase")
