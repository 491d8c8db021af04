"""Two processes that decide one auction, crash and come back, in an order of chance.

Each process has a memory of its own; a crash empties it, before the commit (nothing was written) or
after it (what was written was never answered). Bidders send again, under the same name, whatever
got no answer.
"""

import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from bidding.auction.replaying import replay_case
from bidding.queries import auctions as queries
from bidding.queries import offers as offered
from bidding.queries.auctions import Standing
from bidding.services.auction import Handed, deciding, table
from tests.auctions import DYNAMIC, FREE_UNTIL, OPENS_AT, TAKERS, Sale

STEP = Decimal(20_000)
TIMES: dict[str, Any] = {
    "opens_at": OPENS_AT.isoformat(),
    "closes_at": FREE_UNTIL.isoformat(),
}
RISING: dict[str, Any] = {"start_price": "2600000", "increment": "20000", "self_outbid": False}
LATE: dict[str, Any] = {"window_s": 180, "add_s": 180, "from": "bid", "most": 10}
TERMS: tuple[dict[str, Any], ...] = (
    DYNAMIC,
    {"kind": "english", **TIMES, **RISING, "calls": 3, "extension": {"add_s": 30}},
    {"kind": "reverse", "direction": "low", **TIMES, **RISING, "extension": LATE},
    {"kind": "one_shot", "start_price": "2600000", **TIMES, "sealed": {"tie": "time"}},
)
"""The kinds of auction that are played in turns: rising freely, called out, falling, sealed."""


class CrashError(Exception):
    """The process died here."""


@dataclass
class Process:
    """What one process keeps between its transactions."""

    states: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def at_work(self):
        """Let this process's memory be the module's for as long as it works."""
        table._remembered, table._codes = self.states, self.codes
        yield

    def crash(self) -> None:
        """Forget everything."""
        self.states, self.codes = {}, {}


@dataclass
class Story:
    """An auction played by chance; `answered` is every acceptance a bidder was told."""

    held: Sale
    chance: random.Random
    now: datetime = OPENS_AT
    processes: tuple[Process, Process] = field(default_factory=lambda: (Process(), Process()))
    waiting: list[Handed] = field(default_factory=list)
    answered: list[Handed] = field(default_factory=list)
    sent: int = 0

    @property
    def kinds(self) -> tuple[str, ...]:
        """What bidders do in this kind of auction."""
        kind = self.held.auction.terms["kind"]
        return {
            "one_shot": ("quote",),
            "reverse": ("bid",),
            "english": ("bid",),
        }.get(kind, ("bid", "bid", "bid", "bid", "maximum"))

    def play(self, steps: int) -> None:
        """Take so many steps, then let everybody have an answer and the auction end."""
        for _step in range(steps):
            self.now += timedelta(milliseconds=self.chance.choice((1, 40, 900, 4_000)))
            self.step()
        for _look in range(50):
            if not self.waiting:
                break
            self.decide(self.processes[0], list(self.waiting), crash="")
        for hour in range(1, 6):
            with self.processes[1].at_work():
                self.held.at(max(self.now, FREE_UNTIL) + timedelta(hours=hour))

    def step(self) -> None:
        """One thing happens: acts are decided, time moves, somewhere a process dies."""
        process = self.chance.choice(self.processes)
        crash = self.chance.choice(("", "", "", "before", "after"))
        what = self.chance.random()
        if what < 0.7:
            again = self.waiting[:] if self.chance.random() < 0.5 else []
            fresh = self.acts(self.chance.randrange(1, 5))
            self.decide(process, again + fresh, crash)
        elif what < 0.9:
            with process.at_work():
                self.held.at(self.now)
        else:
            process.crash()

    def acts(self, count: int) -> list[Handed]:
        """Make acts of bidders who all see the same price."""
        self.held.auction.refresh_from_db()
        standing = queries.standing_of(self.held.auction)
        return [self.act(standing) for _act in range(count)]

    def act(self, standing: Standing) -> Handed:
        """Make an act near the present price, sometimes a wrong one."""
        self.sent += 1
        least = standing.next_price or Decimal(2_600_000)
        better = -STEP if standing.falls else STEP
        price = max(least + better * self.chance.randrange(-1, 4), STEP)
        name = self.chance.choice(TAKERS)
        kind = self.chance.choice(self.kinds)
        return self.held.handed(name, f"{price}", self.now, kind=kind, key=f"k{self.sent}")

    def decide(self, process: Process, acts: list[Handed], crash: str) -> None:
        """Decide acts in a process that may die before its commit, or before it answers."""
        self.waiting = [one for one in self.waiting if one not in acts]
        answers = None
        with process.at_work():
            try:
                with transaction.atomic():
                    answers = deciding.decide_all(acts, self.now)
                    die(now=crash == "before")
            except CrashError:
                pass
        if crash:
            process.crash()
            self.waiting += acts  # nobody was told anything: all of them are sent again
            return
        for one, answer in zip(acts, answers or [], strict=True):
            if isinstance(answer, deciding.Early):
                self.waiting.append(one)
            elif isinstance(answer, deciding.Answer) and answer.accepted:
                self.answered.append(one)


def die(*, now: bool) -> None:
    """Be dead from here on, or live."""
    if now:
        raise CrashError


def check(story: Story) -> None:
    """Hold the end against every promise: nothing accepted is lost, nothing came after the end, and
    whoever has the log arrives at the same end.
    """
    held = story.held
    held.auction.refresh_from_db()
    assert held.auction.phase == "ended"
    case = offered.log_of(held.auction)
    told = replay_case(case)
    standing = queries.standing_of(held.auction)
    assert all(verdict["accepted"] for verdict in told["verdicts"])
    assert told["winner"] == (standing.leader or None)
    assert told["price"] == held.auction.shown["price"]
    assert told["extensions"] == standing.extensions
    times = [act["at"] for act in case["bids"]]
    assert times == sorted(times)
    codes = {name: held.code_of(name) for name in TAKERS}
    of_owner = {held.uscc(name): code for name, code in codes.items()}
    logged = {(act.get("by"), act["kind"], act.get("price")) for act in case["bids"]}
    kept = {(by, kind) for by, kind, _price in logged}
    for one in story.answered:
        by = of_owner[one.owner]
        if one.kind != "maximum":
            assert (by, one.kind, f"{one.price}") in logged
        assert (by, one.kind) in kept  # the winner's maximum is told no higher than its price
    if not standing.is_sealed:  # sealed quotes may be equal, and come in any order
        prices = [offer.price for offer in offered.all_offers(held.auction)]
        assert prices == sorted(prices, reverse=standing.falls)
        assert len(prices) == len(set(prices))
