"""Open offers: a bid, a maximum, a holder's exercise in the room, and how they move the end."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from bidding.auction import ceiling, checks, proxy
from bidding.auction.changes import accept, refuse, remembered, standing
from bidding.auction.details import IN_ROOM, Terms, given
from bidding.auction.state import Act, Decision, Maximum, Offer, State

Step = Callable[[Terms, State, Act], Decision]

FALLING: Final = frozenset(
    {"increment", "multiples_only", "self_outbid", "extension", "priority_in_room"}
)
RISING: Final = FALLING | {"cap", "after_cap"}
"""The terms that open offers understand, downwards and upwards."""


def bid(terms: Terms, state: State, act: Act) -> Decision:
    """Offer a price where every offer may move the end."""
    price = act.price
    if reason := checks.refusal(terms, state, act.by, price):
        return Decision(state, accepted=False, reason=reason)
    return _stand(terms, state, act, (Offer(act.by, given(price)),), extends=True)


def free_bid(terms: Terms, state: State, act: Act) -> Decision:
    """Offer a price in a phase whose end is fixed."""
    price = act.price
    if reason := checks.refusal(terms, state, act.by, price):
        return Decision(state, accepted=False, reason=reason)
    return _stand(terms, state, act, (Offer(act.by, given(price)),), extends=False)


def maximum(terms: Terms, state: State, act: Act) -> Decision:
    """Set, raise, lower or withdraw a maximum; what stands already is never taken back."""
    return _maximum(terms, state, act, extends=True)


def free_maximum(terms: Terms, state: State, act: Act) -> Decision:
    """Set a maximum in a phase whose end is fixed."""
    return _maximum(terms, state, act, extends=False)


def exercise(terms: Terms, state: State, act: Act) -> Decision:
    """Take the lead at the present price, as a priority holder; others must go beyond it.

    A price sent along must be the one that stands: nobody takes by surprise what has just risen.
    """
    return _exercise(terms, state, act, extends=True)


def free_exercise(terms: Terms, state: State, act: Act) -> Decision:
    """Take the lead so in a phase whose end is fixed."""
    return _exercise(terms, state, act, extends=False)


def open_to(phases: Sequence[str]) -> dict[tuple[str, str], Step]:
    """Take open offers in phases whose end they may move."""
    steps = {"bid": bid, "maximum": maximum, "exercise": exercise}
    return {(phase, kind): step for phase in phases for kind, step in steps.items()}


def free_in(phase: str) -> dict[tuple[str, str], Step]:
    """Take open offers in a phase whose end is fixed."""
    steps = {"bid": free_bid, "maximum": free_maximum, "exercise": free_exercise}
    return {(phase, kind): step for kind, step in steps.items()}


def deadline(terms: Terms, state: State, at: datetime) -> datetime:
    """Give the end after an offer (rulebook 5.0, rule 6): later or the same, never earlier."""
    extension, closes_at = terms.extension, state.closes_at
    if extension is None:
        return closes_at
    if extension.most is not None and state.extensions >= extension.most:
        return closes_at
    if extension.window is not None and closes_at - at > extension.window:
        return closes_at
    counted = (closes_at if extension.counts_from == "close" else at) + extension.add
    return max(counted, closes_at)


def _maximum(terms: Terms, state: State, act: Act, *, extends: bool) -> Decision:
    others = tuple(m for m in state.maxima if m.by != act.by)
    if act.price is None:
        had_one = len(others) < len(state.maxima)
        return accept(state, act, maxima=others) if had_one else refuse(state, "no_maximum")
    if reason := _maximum_refusal(terms, state, act.by, act.price):
        return refuse(state, reason)
    mine = Maximum(act.by, act.price, state.number + 1)
    maxima = proxy.still_useful(terms, state.price, (*others, mine))
    offers = proxy.contest(terms, state, maxima)
    if not offers:
        return accept(state, act, maxima=maxima)
    return _stand(terms, state, act, offers, extends=extends, maxima=maxima)


def _maximum_refusal(terms: Terms, state: State, by: str, price: Decimal) -> str:
    """Judge a maximum as the offer it may become; a leader's must only not undercut its offer."""
    if by != state.leader or checks.is_malformed(price):
        return checks.refusal(terms, state, by, price)
    standing = given(state.price)
    if price > standing if terms.falling else price < standing:
        return "below_standing"
    return checks.off_grid(terms, price)


def _exercise(terms: Terms, state: State, act: Act, *, extends: bool) -> Decision:
    right = terms.priority
    if right is None or right.mode != IN_ROOM or act.by not in right.holders:
        return refuse(state, "not_holder")
    if state.price is None or state.leader is None:
        return refuse(state, "no_price_yet")
    if act.price is not None and act.price != state.price:
        return refuse(state, "price_moved")
    if act.by == state.leader:
        return refuse(state, "already_leading")
    if state.leader in right.holders and (
        right.same_rank or right.holders.index(state.leader) < right.holders.index(act.by)
    ):
        return refuse(state, "outranked")
    return _stand(terms, state, act, (Offer(act.by, state.price),), extends=extends)


def _stand(
    terms: Terms,
    state: State,
    act: Act,
    offers: tuple[Offer, ...],
    *,
    extends: bool,
    maxima: tuple[Maximum, ...] | None = None,
) -> Decision:
    """Let offers stand, answer them for the maxima, move the end, and look at the ceiling."""
    last = offers[-1]
    price, leader = last.price, last.by
    phase, closes_at, extensions = state.phase, state.closes_at, state.extensions
    if extends and (later := deadline(terms, state, act.at)) != closes_at:
        phase, closes_at, extensions = "closing", later, extensions + 1
    after = State(
        phase,
        closes_at,
        state.number + 1,
        price,
        leader,
        extensions,
        act.at,
        state.maxima if maxima is None else maxima,
        remembered(state, act) if act.key else state.keys,
        "",
        state.joined,
        state.declined,
        state.quotes,
        state.round,
        excluded=state.excluded,
        stood=standing(state.stood, *offers),
    )
    if after.maxima:
        after, offers = _answered(terms, after, offers)
    if terms.after_ceiling and after.price == terms.ceiling:
        after = ceiling.begin(terms.after_ceiling, after, act.at)
    return Decision(after, True, "", offers)  # noqa: FBT003 - keywords cost time here


def _answered(
    terms: Terms, state: State, offers: tuple[Offer, ...]
) -> tuple[State, tuple[Offer, ...]]:
    """Let the maxima answer what stands now, and drop those that are used up."""
    answers = proxy.contest(terms, state, state.maxima)
    price, leader, stood = state.price, state.leader, standing(state.stood, *answers)
    if answers:
        price, leader = answers[-1].price, answers[-1].by
    left = proxy.still_useful(terms, price, state.maxima)
    after = replace(state, price=price, leader=leader, maxima=left, stood=stood)
    return after, (*offers, *answers)
