"""The auction engine: pure functions from terms, a state and an act to the next state.

No clock, no database, no names: times come with the acts, bidders are codes. A live auction calls
`start`, then `decide` for every act in the order received and `settle` when an end is due, tells
what is `visible` and at last the `outcome`; whoever has terms and acts can `replay` them.
"""

from bidding.auction.engine import decide, settle, start
from bidding.auction.kinds import Auction, kinds
from bidding.auction.own import Own, own
from bidding.auction.replaying import Replay, replay
from bidding.auction.view import Outcome, outcome, ranked, visible

__all__ = [
    "Auction",
    "Outcome",
    "Own",
    "Replay",
    "decide",
    "kinds",
    "outcome",
    "own",
    "ranked",
    "replay",
    "settle",
    "start",
    "visible",
]
