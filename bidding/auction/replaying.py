"""Replay an auction from its terms and acts: the tool `auction_replay`.

Anybody who holds the signed log of an auction arrives at the same decisions and the same end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from bidding.auction.details import Terms
from bidding.auction.engine import decide, start
from bidding.auction.kinds import kinds
from bidding.auction.parts import read_time
from bidding.auction.retelling import Step, tell_act, tell_end, tell_phase
from bidding.auction.sentences import sentence
from bidding.auction.state import RESTING, Act, Decision, State
from bidding.auction.terms import read_terms
from bidding.auction.view import outcome
from kernel.calendar import SHANGHAI
from kernel.reading import Fields, to_text

FOREVER: Final = datetime.max.replace(tzinfo=UTC)
MOST_ACTS: Final = 20_000
MOST_NAMED: Final = 1000
MOST_WEIGHTS: Final = 50
"""Anybody may ask for a replay: what one costs stays far below what the live rooms need."""


@dataclass
class Replay:
    """The decision on every act, the state at the end, and how it came about."""

    terms: Terms
    state: State
    decisions: list[Decision] = field(default_factory=list)
    reached: list[State] = field(default_factory=list)
    trace: list[Step] = field(default_factory=list)
    answered: dict[tuple[str, str], Decision] = field(default_factory=dict)

    def pass_time(self, at: datetime) -> None:
        """Let time pass to an instant, telling every phase that runs out."""
        auction = kinds()[self.terms.kind]
        while at >= self.state.closes_at and self.state.phase not in RESTING:
            before, self.state = self.state, auction.elapse(self.terms, self.state)
            self.trace += tell_phase(self.terms, before, self.state)

    def act(self, act: Act) -> None:
        """Decide one act; a key that was answered before gets the same answer."""
        known = self.answered.get((act.by, act.key))
        if known is None and act.kind != "credit" and _in_order(self.state, act):
            self.pass_time(act.at)
        before = self.state
        decision = replace(known, repeated=True) if known else decide(self.terms, before, act)
        if known is None:
            self.state = decision.state
            self.trace += tell_act(self.terms, before, act, decision)
        if act.key:
            self.answered[act.by, act.key] = decision
        self.decisions.append(decision)
        self.reached.append(before)


def replay(terms: Terms, acts: Sequence[Act], until: datetime = FOREVER) -> Replay:
    """Decide every act in the order given, then let time pass until an instant, or to the end."""
    told = Replay(terms, start(terms))
    for act in acts:
        told.act(act)
    told.pass_time(until)
    told.trace += tell_end(terms, told.state)
    return told


def replay_case(case: object) -> dict[str, object]:
    """Replay an auction from its rules and timed bids, and give every verdict with its reason."""
    body = Fields(case)
    acts = body.listed("bids", lambda given, where: (given, where), MOST_ACTS)
    _require_few(body)
    until = read_time(body.raw("until"), "until") if body.has("until") else FOREVER
    rules = {k: v for k, v in body.given.items() if k not in ("bids", "until")}
    terms = read_terms(Fields(rules))
    usual = kinds()[terms.kind].usual
    told = replay(terms, [_act(given, where, usual) for given, where in acts], until)
    return _answer(told)


def _require_few(body: Fields) -> None:
    """Refuse lists longer than any auction has; what they say is read with the terms."""
    for part, name in ((body, "qualified"), (body.fields("priority_right"), "holders")):
        part.listed(name, to_text, MOST_NAMED)
    body.fields("weights").listed("items", lambda _given, where: where, MOST_WEIGHTS)


def _in_order(state: State, act: Act) -> bool:
    return state.at is None or act.at >= state.at


def _act(given: object, where: str, usual: str) -> Act:
    body = Fields(given, where)
    read = Act(
        at=read_time(body.raw("at"), body.path("at")),
        by=body.text("by", ""),
        kind=body.text("kind", usual),
        price=body.decimal_or_none("price"),
        key=body.text("key", ""),
        data=_data(body.fields("data")),
    )
    body.done()
    return read


def _data(body: Fields) -> dict[str, object]:
    read: dict[str, object] = {
        name: body.text(name)
        for name in ("amount", "seed", "nonce", "reason", "bidder")
        if body.has(name)
    }
    if body.has("seconds"):
        read["seconds"] = body.whole("seconds", low=1)
    if body.has("items"):
        read["items"] = body.mapped("items", to_text)
    body.done()
    return read


def _answer(told: Replay) -> dict[str, object]:
    found = outcome(told.terms, told.state)
    return {
        "verdicts": [
            _verdict(told.terms, before, decision)
            for before, decision in zip(told.reached, told.decisions, strict=True)
        ],
        "end": None if found.end is None else _clock(found.end),
        "extensions": found.extensions,
        "winner": found.winner,
        "price": None if found.price is None else f"{found.price:f}",
        "outcome": found.outcome,
        "next_phase": found.next_phase,
        "premium_rate": None if found.rate is None else f"{found.rate:f}",
        "drawn": list(told.state.drawn),
        "trace": [step.as_json() for step in told.trace],
    }


def _verdict(terms: Terms, before: State, decision: Decision) -> dict[str, object]:
    return {
        "accepted": decision.accepted,
        "reason": decision.reason,
        "sentence": sentence(terms, before, decision.reason),
        "closes_at": _clock(decision.state.closes_at),
    }


def _clock(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()
