"""What runs inside a site: auctions played to their end, each by a process that is killed once.

The process that counts the points forks while it has neither a thread nor a connection; whatever
asks the database is a child of it. Time is an argument, so that nobody waits for a phase to end.
"""

import json
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from bidding.auction.replaying import replay_case
from bidding.models import Auction
from bidding.outcry.sequencer import Sequencer
from bidding.queries import offers as offered
from bidding.services import auction as services
from bidding.services.auction import Handed
from ledger.models import Entry, Head
from tests import factories, sealed
from tests import world as worlds
from tests.auctions import OPENS_AT, SETTLED, TAKERS, Sale, sale

DOWN = 40
"""For how many seconds the platform is away after it was killed."""
FREE, CYCLE = 14, 8
LAST = FREE + 4 * CYCLE
BEAT = 2
ACTS: tuple[tuple[int, tuple[tuple[str, str, str], ...]], ...] = (
    (1, (("chen", "bid", "2600000"),)),
    (3, (("zhao", "maximum", "2700000"),)),
    (5, (("hu", "bid", "2640000"),)),
    (7, (("chen", "bid", "2680000"), ("hu", "bid", "2720000"))),
    (FREE + 5, (("chen", "bid", "2760000"),)),
    (FREE + 11, (("hu", "bid", "2780000"),)),
)
"""Who does what, so many seconds after the opening; what stands together comes together."""
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
ONCE = ("auction.ended", "auction.revealed")
MOVED_ONCE = ("tender.auction_started", "lot.priced", "tender.price_formed")
SURVIVED, BROKE = 0, 1


@dataclass(frozen=True)
class Place:
    """Where one auction's processes leave what they know for each other."""

    folder: Path
    point: int

    @property
    def staged(self) -> Path:
        """The auction, and whose pass opens its door."""
        return self.folder / f"staged{self.point}.json"

    @property
    def answers(self) -> Path:
        """What the bidders were told, as they were told it."""
        return self.folder / f"answers{self.point}.txt"

    def told(self) -> list[str]:
        """Give the keys of the acts that were answered."""
        return self.answers.read_text().split() if self.answers.exists() else []


def die_everywhere(folder: str, first: int, stride: int) -> None:
    """Play auctions, each killed at a later write than the last, until one gets through alive."""
    place, point = Path(folder), first
    _apart(lambda: _cast(place))
    while True:
        at = Place(place, point)
        next(factories._serial)  # it counts here: every child would give the same code
        _apart(lambda at=at: _stage(at))
        died = _apart(lambda at=at, point=point: _play(at, point)) == -signal.SIGKILL
        _apart(lambda at=at, died=died: _live_on(at, died=died))
        if not died:
            break
        point += stride
    (place / "died.json").write_text(json.dumps(point // stride))


def _apart(act: Callable[[], object]) -> int:
    """Do an act in a process of its own; one that breaks breaks the test."""
    assert threading.active_count() == 1
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:  # noqa: BLE001 - the parent only sees the exit code
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(BROKE)
        os._exit(SURVIVED)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in {SURVIVED, -signal.SIGKILL}:
        raise RuntimeError(f"a process ended with {code}")
    return code


def _cast(folder: Path) -> None:
    world = worlds.cast()
    (folder / "world.pickle").write_bytes(pickle.dumps(world))


def _stage(place: Place) -> None:
    held = sale(
        _world(place),
        closes_at=(OPENS_AT + timedelta(seconds=FREE)).isoformat(),
        extension={"add_s": CYCLE, "from": "bid"},
    )
    passes = {name: sealed.token(held.world, name, OPENS_AT) for name in TAKERS}
    place.staged.write_text(json.dumps({"code": held.auction.code, "passes": passes}))


def _world(place: Place) -> worlds.World:
    world: worlds.World = pickle.loads((place.folder / "world.pickle").read_bytes())  # noqa: S301 - our own
    return world


class Death:
    """Ends this process at its n-th write as kill -9 does, at whatever thread it comes."""

    def __init__(self, point: int) -> None:
        self.left = point

    def reached(self) -> None:
        """Come to a point: before a write, before a commit, or right after one."""
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def before_writes(self, name: str) -> None:
        """Stand before every statement that writes, and after one that is its own transaction."""
        real = getattr(CursorWrapper, name)

        def call(cursor: CursorWrapper, statement: str, *more: Any) -> Any:
            if not statement.lstrip().startswith(WRITES):
                return real(cursor, statement, *more)
            self.reached()
            done = real(cursor, statement, *more)
            if not cursor.db.in_atomic_block:
                self.reached()
            return done

        setattr(CursorWrapper, name, call)

    def around_commits(self) -> None:
        """Stand before every commit and after it, when nobody was answered yet."""
        driver: Any = type(connections["default"])
        real = driver._commit

        def commit(*given: Any) -> None:
            self.reached()
            real(*given)
            self.reached()

        driver._commit = commit


def _play(place: Place, point: int) -> None:
    """Play the auction from its opening on, in a process that dies at its n-th write."""
    death = Death(point)
    death.before_writes("execute")
    death.before_writes("executemany")
    death.around_commits()
    Player(place, timedelta(0)).play()


class Player:
    """Everybody in one auction, and the platform's clock; bidders send until they are answered."""

    def __init__(self, place: Place, late: timedelta) -> None:
        staged = json.loads(place.staged.read_text())
        self.place, self.late, self.passes = place, late, staged["passes"]
        self.held = Sale(_world(place), Auction.objects.get(code=staged["code"]))
        self.now = OPENS_AT
        self.sequencer = Sequencer(lambda: self.now + SETTLED)

    def play(self, since: int = 0) -> None:
        """Let the clock run and everybody act, until the auction is over."""
        acts = dict(ACTS)
        for second in range(since, LAST):
            self.now = OPENS_AT + timedelta(seconds=second) + self.late
            if not second % BEAT:
                services.due(self.now)
            due = [act for at, those in acts.items() if at <= second for act in those]
            self.send([act for act in due if self.key(act) not in self.place.told()])
            self.note(f"second:{second}")
            if Auction.objects.get(pk=self.held.auction.pk).phase == "ended":
                break
        self.sequencer.stop()

    def key(self, act: tuple[str, str, str]) -> str:
        """Name an act by which sending it again is known."""
        return "-".join(act)

    def send(self, acts: list[tuple[str, str, str]]) -> None:
        """Send acts, and note each answer as soon as the bidder has it."""
        waiting = [
            (act, self.sequencer.submit(self.handed(act, self.now), self.passes[act[0]]))
            for act in acts
        ]
        for act, answer in waiting:
            told = answer.result(30)
            if not told.accepted:
                raise RuntimeError(f"{act} was refused: {told.reason}")
            self.note(self.key(act))

    def handed(self, act: tuple[str, str, str], at: datetime) -> Handed:
        """Make an act of one of the cast."""
        name, kind, price = act
        return self.held.handed(name, price, at, kind=kind, key=self.key(act))

    def note(self, line: str) -> None:
        """Write a line that outlives this process."""
        with self.place.answers.open("a") as file:
            file.write(line + "\n")


def _live_on(place: Place, *, died: bool) -> None:
    """Start again after the platform was away, let everybody send what got no answer, and look."""
    told = place.told()
    seconds = [int(line.partition(":")[2]) for line in told if line.startswith("second:")]
    player = Player(place, timedelta(seconds=DOWN))
    was_over = player.held.auction.phase == "ended"
    if died:
        player.play(max(seconds, default=-1) + 1)
    check(player.held, away=DOWN if died and not was_over else 0)


def check(held: Sale, *, away: int) -> None:
    """Hold the end against what everybody did: all of it once, and the time away given back."""
    held.auction.refresh_from_db()
    code_of = {name: held.code_of(name) for name in TAKERS}
    case = offered.log_of(held.auction)
    logged = [(a["by"], a["kind"], a["price"]) for a in case["bids"] if a.get("by")]
    acted = [(code_of[n], kind, price) for _at, those in ACTS for n, kind, price in those]
    assert logged == acted, (logged, acted)
    facts = Counter(Entry.objects.filter(tender=held.auction.tender_code).values_list("kind"))
    assert {facts[kind,] for kind in (*ONCE, *MOVED_ONCE)} == {1}, facts
    prices = [offer.price for offer in offered.all_offers(held.auction)]
    assert prices == [Decimal(p) for p in PRICES], prices
    told = replay_case(case)
    lot = held.auction.lot.tender.lots.get()
    assert (told["winner"], told["price"]) == (code_of["hu"], "2780000")
    assert [(c["uscc"], c["price"]) for c in lot.candidates] == [(held.uscc("hu"), "2780000.00")]
    given_back = [a["data"]["seconds"] for a in case["bids"] if a["kind"] == "credit"]
    assert [seconds for seconds in given_back if not away <= seconds <= away + 2 * BEAT] == []
    assert len(given_back) == bool(away), (given_back, away)
    for stream in (held.auction.stream, held.auction.sealed_stream, held.auction.lot.tender.stream):
        numbers = Entry.objects.filter(stream=stream).order_by("number")
        head = Head.objects.get(stream=stream).number
        assert list(numbers.values_list("number", flat=True)) == list(range(1, head + 1))


PRICES = (2_600_000, 2_620_000, 2_640_000, 2_660_000, 2_680_000, 2_700_000, 2_720_000, 2_760_000,
          2_780_000)  # fmt: skip
"""Every price that came to stand, those of zhao's maximum between the others'."""
