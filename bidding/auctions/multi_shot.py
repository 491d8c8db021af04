"""Several sealed rounds (多次报价): between them each learns its own rank, never a price."""

from bidding.auction import sealed
from bidding.auction.changes import moved
from bidding.auction.details import Terms
from bidding.auction.kinds import Auction
from bidding.auction.state import State
from kernel.text import gettext_noop as _


def round_over(terms: Terms, state: State) -> State:
    """Begin the next round, or after the last open the quotes of all rounds."""
    rules = sealed.rules(terms)
    if state.round >= rules.rounds:
        return sealed.reveal(terms, state)
    until = state.closes_at + rules.round_length
    return moved(state, "open", until, round=state.round + 1)


AUCTION = Auction(
    slug="multi_shot",
    title=_("多次报价"),
    explanation=_(
        "分轮密封报价，每轮之后各竞买人只知道自己的名次，最后一轮后以各人最优报价定胜负。"
    ),
    direction="either",
    usual="quote",
    steps={("open", "quote"): sealed.quote, ("closing", "quote"): sealed.quote},
    elapses={"open": round_over, "closing": sealed.decide_best},
    takes=frozenset({"sealed", "rounds"}),
    needs=frozenset({"sealed"}),
    phases={"open": _("密封报价"), "closing": _("再报一轮")},
)
