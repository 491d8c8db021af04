"""The kinds of auction a lot may be sold or bought by, and the terms that each asks for.

The terms of a lot are plain values in the shape of the replay tool, without the bidders and their
bids: frozen with the text, read by the room and by anybody who replays the auction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import is_sensible
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.bounds import require_within
from trading.domain.findings import Finding
from trading.domain.rooms.falling import USUAL_FALL, read_fall
from trading.domain.rooms.frame import framed, opens_at, step_of, stepped, timed
from trading.domain.rooms.listed import LISTING
from trading.domain.rooms.weighed import Weighed, weighed_in, weighted
from trading.periods import RuleSet
from trading.periods.rule import Bound

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

KINDS: Final = {
    "dynamic": _("动态报价"),
    "one_shot": _("一次报价"),
    "multi_shot": _("多次报价"),
    "weighted": _("权重报价"),
    "english": _("增价拍卖"),
    "dutch": _("降价拍卖"),
    "reverse": _("反向竞价"),
    LISTING: _("挂牌（限时竞价）"),
}
"""The kinds of auction a method may allow, as people know them."""
SEALED_KINDS: Final = frozenset({"one_shot", "multi_shot", "weighted"})
"""Kinds whose quotes are secret until their phase ends."""
NOT_IN_ROOM: Final = SEALED_KINDS | {"dutch"}
"""Kinds in which nobody can take a price that another has offered."""
ENDS_BY_ITSELF: Final = frozenset({"dutch"})
"""Kinds whose own terms say how long they take."""
TIES: Final = {
    "time": _("先报价者得"),
    "round": _("由报价相同者再报一轮"),
}
"""What settles equal sealed quotes."""
CYCLE_SECONDS: Final = (60, 300)
USUAL_CYCLE: Final = 180
FREE_MINUTES: Final = (5, 10_080)
USUAL_FREE: Final = 60
ROUND_MINUTES: Final = (5, 1440)
QUOTE_ROUNDS: Final = (2, 10)
CALL_SECONDS: Final = (10, 120)
USUAL_CALL: Final = 30
WINDOW_SECONDS: Final = (30, 600)
EXTEND_SECONDS: Final = (30, 600)
USUAL_EXTENSION: Final = 180
EXTENSIONS: Final = (1, 50)
USUAL_EXTENSIONS: Final = 10

_COUNTED: Final[Mapping[str, tuple[str, Bound]]] = {
    "calls": ("calls", "exact"),
    "least_bidders": ("least_parties", "min"),
}
"""What the rules count of an auction with calls, by the names its terms have for them."""


@dataclass(frozen=True)
class AuctionTerms:
    """How a lot is bid for: its kind, when offers come and for how long.

    In the open: the step, and the cycle after the free phase, or the time between two calls.
    Sealed: how many rounds of which length follow, what settles a tie, and what is scored beside
    the price. Falling: from which price, and how often. Bid down: in which while before the end an
    offer moves it, by how much and how often.
    """

    kind: str
    opens_at: datetime
    free_minutes: int | None
    increment: Decimal | None = None
    cycle_s: int | None = USUAL_CYCLE
    rounds: int | None = None
    round_minutes: int | None = None
    tie: str = "time"
    call_s: int | None = USUAL_CALL
    items: Sequence[Weighed] = ()
    from_price: Decimal | None = None
    every_s: int | None = USUAL_FALL
    window_s: int | None = USUAL_EXTENSION
    extend_s: int | None = USUAL_EXTENSION
    extensions: int | None = USUAL_EXTENSIONS


def read_terms(
    given: AuctionTerms,
    start: Decimal,
    kinds: Sequence[str],
    rules: RuleSet,
    direction: str = "high",
) -> dict[str, Any]:
    """Clean the terms of a lot's auction; every phase has its end before anybody bids."""
    if given.kind not in OWN_TERMS or given.kind not in kinds:
        raise Invalid("auction.kind", _("该交易方式不支持这种竞价。"), field="kind")
    free = _free(given)
    if not is_sensible(given.opens_at):
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field="opens_at")
    return {
        **framed(given.kind, start, given.opens_at, given.opens_at + free),
        **({"direction": direction} if direction == "low" else {}),
        **OWN_TERMS[given.kind](given, start, rules),
    }


def _free(given: AuctionTerms) -> timedelta:
    """Give how long offers come at first, where the kind does not say it by itself."""
    if given.kind in ENDS_BY_ITSELF:
        return timedelta(0)
    return timedelta(minutes=require_within("free_minutes", given.free_minutes, FREE_MINUTES))


def _open_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    cycle = require_within("cycle_s", given.cycle_s, CYCLE_SECONDS)
    too_much = _("加价幅度应大于零，且不超过转让底价。")
    return stepped(given.increment, start, too_much=too_much) | timed(cycle)


def _sealed_terms(given: AuctionTerms, _start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    """Clean how sealed quotes are taken; a further round, of all or of those who tie, has a
    length.
    """
    if given.tie not in TIES:
        raise Invalid("auction.tie", _("请选择报价相同时的处理办法。"), field="tie")
    sealed: dict[str, Any] = {"tie": given.tie}
    if given.kind == "multi_shot":
        require_within("rounds", given.rounds, QUOTE_ROUNDS)
        sealed["rounds"] = given.rounds
    if given.kind == "multi_shot" or given.tie == "round":
        require_within("round_minutes", given.round_minutes, ROUND_MINUTES)
        sealed["round_s"] = (given.round_minutes or 0) * 60
    return {"sealed": sealed}


def _called_terms(given: AuctionTerms, start: Decimal, rules: RuleSet) -> dict[str, Any]:
    """Clean how offers rise and how long lies between two calls; every offer begins them anew."""
    moves = stepped(given.increment, start)
    length = require_within("call_s", given.call_s, CALL_SECONDS)
    return {**moves, "extension": {"add_s": length, "from": "bid"}, **_counts(rules)}


def _weighted_terms(given: AuctionTerms, _start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    return weighted(given.items)


def _falling_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    return read_fall(given.from_price, given.increment, given.every_s, start, given.opens_at)


def _bid_down_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    """Clean how offers fall and how often a late one moves the end; the first may be any that is
    not above the start price (EX-24).
    """
    return {
        **stepped(given.increment, start, any_price=True),
        "extension": {
            "window_s": require_within("window_s", given.window_s, WINDOW_SECONDS),
            "add_s": require_within("extend_s", given.extend_s, EXTEND_SECONDS),
            "from": "bid",
            "most": require_within("extensions", given.extensions, EXTENSIONS),
        },
    }


OWN_TERMS: Final[Mapping[str, Callable[[AuctionTerms, Decimal, RuleSet], dict[str, Any]]]] = {
    "dynamic": _open_terms,
    "one_shot": _sealed_terms,
    "multi_shot": _sealed_terms,
    "weighted": _weighted_terms,
    "english": _called_terms,
    "dutch": _falling_terms,
    "reverse": _bid_down_terms,
}
"""How the terms of each kind are cleaned, beyond those every auction has."""


def terms_of(auction: Mapping[str, Any]) -> AuctionTerms | None:
    """Give back what `read_terms` cleaned; None while nothing is written."""
    begins = opens_at(auction)
    if begins is None:
        return None
    kind, free = auction["kind"], datetime.fromisoformat(auction["closes_at"]) - begins
    minutes = None if kind in ENDS_BY_ITSELF else free // timedelta(minutes=1)
    return AuctionTerms(kind, begins, minutes, **_OWN_GIVEN[kind](auction))


def _open_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    return {"increment": step_of(auction), "cycle_s": auction["extension"]["add_s"]}


def _sealed_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    sealed = auction["sealed"]
    minutes = sealed["round_s"] // 60 if "round_s" in sealed else None
    return {"rounds": sealed.get("rounds"), "round_minutes": minutes, "tie": sealed["tie"]}


def _weighted_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    return {"items": weighed_in(auction)}


def _called_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    return {"increment": step_of(auction), "call_s": auction["extension"]["add_s"]}


def _falling_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    price, every = Decimal(auction["from_price"]), auction["every_s"]
    return {"increment": step_of(auction), "from_price": price, "every_s": every}


def _bid_down_given(auction: Mapping[str, Any]) -> dict[str, Any]:
    moves = auction["extension"]
    return {
        "increment": step_of(auction),
        "window_s": moves["window_s"],
        "extend_s": moves["add_s"],
        "extensions": moves["most"],
    }


_OWN_GIVEN: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "dynamic": _open_given,
    "one_shot": _sealed_given,
    "multi_shot": _sealed_given,
    "weighted": _weighted_given,
    "english": _called_given,
    "dutch": _falling_given,
    "reverse": _bid_down_given,
}


def _counts(rules: RuleSet) -> dict[str, int]:
    return {name: int(rules.value(code, bound)) for name, (code, bound) in _COUNTED.items()}


def calls(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots whose calls are those of other rules than the notice will be under: a draft keeps
    the numbers of the day on which it was written.
    """
    for lot in facts.lots:
        written = {name: lot.auction[name] for name in _COUNTED if name in lot.auction}
        if written and written != _counts(facts.rules):
            message = _(
                "第 %(number)s 号的叫价次数或最少竞买人数与现行规则不一致，请重新保存竞价规则。"
            )
            yield Finding("auction.calls", "auction", message, {"number": lot.number})
