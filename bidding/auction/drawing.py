"""A draw among those who joined, by the steps of kernel.draw, so that anybody can repeat it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bidding.auction import ending
from bidding.auction.changes import accept, refuse
from bidding.auction.details import Lottery, Terms
from bidding.auction.parts import fits, is_hex
from bidding.auction.state import Act, Decision, State
from kernel.draw import draw


def among(terms: Terms, state: State, names: Sequence[str], at: datetime) -> State:
    """Draw among two or more; one needs no draw, and where the seed is not known yet we wait.

    The list is in the order of the qualified codes, which nobody can influence by joining early.
    """
    candidates = tuple(name for name in terms.qualified if name in names)
    if len(candidates) == 1:
        return ending.finish(terms, replace(state, leader=candidates[0], drawn=candidates), at)
    lottery = lottery_of(terms, state)
    if lottery.seed:
        return _drawn(terms, state, candidates, lottery, at)
    return replace(state, phase="draw", joined=candidates, closes_at=at, at=at)


def draw_now(terms: Terms, state: State, act: Act) -> Decision:
    """Hold the draw with the seed that is now revealed and the nonce somebody else gave."""
    lottery = lottery_of(terms, state)
    seed, nonce = act.data.get("seed"), act.data.get("nonce")
    if not is_hex(seed) or not is_hex(nonce):
        return refuse(state, "malformed")
    if not fits(lottery, str(seed)):
        return refuse(state, "draw_mismatch")
    known = replace(lottery, seed=str(seed), nonce=str(nonce))
    decision = accept(state, act)
    end = _drawn(terms, decision.state, state.joined, known, act.at)
    return replace(decision, state=end)


def lottery_of(terms: Terms, state: State) -> Lottery:
    """Give the rules of the draw: those of the ceiling branch, or of a lottery as such."""
    if state.branch and terms.after_ceiling:
        return terms.after_ceiling.lottery
    return terms.lottery or Lottery()


def _drawn(
    terms: Terms, state: State, candidates: Sequence[str], lottery: Lottery, at: datetime
) -> State:
    result = draw(
        candidates,
        seed=bytes.fromhex(lottery.seed),
        nonce=bytes.fromhex(lottery.nonce),
        purpose=lottery.purpose,
        count=min(lottery.count, len(candidates)),
    )
    led = replace(state, leader=result.drawn[0], drawn=result.drawn, joined=tuple(candidates))
    return ending.finish(terms, led, at)
