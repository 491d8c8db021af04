"""Decide acts of an auction, those that came together together: one order, written before it is
answered, told once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import sleep
from typing import Final

from django.db import transaction

from bidding.auction.state import State
from bidding.services.auction import ending, swapping
from bidding.services.auction.acting import (
    Answer,
    Early,
    Handed,
    Standing,
    Verdict,
    decide_on,
)
from bidding.services.auction.phases import catch_up, is_over
from bidding.services.auction.table import Table, TenderNotLockedError, locked, no_auction
from kernel.errors import DomainError

LOOKS: Final = 60
LOOK_SECONDS: Final = 0.05

BEGUN_BY_ACTS: Final = frozenset({"ceiling", "priority"})
"""Phases that an act may begin: an offer of the highest price, an acceptance of a falling one."""

Answers = list[Answer | DomainError]
Holding = Callable[[Sequence[Handed], datetime], Answers]


def decide(handed: Handed, clock: Callable[[], datetime]) -> Answer:
    """Decide one act, or say why not; one that came after the end waits for those before it."""
    for _look in range(LOOKS):
        [answer] = decide_all([handed], clock())
        if not isinstance(answer, Early):
            break
        sleep(LOOK_SECONDS)
    if isinstance(answer, DomainError):
        raise answer
    return answer


def with_rows_held(handed: Sequence[Handed], now: datetime) -> Answers:
    """Decide acts, each auction's row held.

    Of each auction all acts are decided in memory, and one write and one fact tell of all that
    changed. An act that came after the end is answered only when nobody who came before it is still
    on the way in (`bidding.gate`); until then its answer is Early.

    Few acts move the tender, and nobody knows before which: those are decided once more, with the
    tender locked first, so that all others need not wait for it.
    """
    try:
        return _decide_all(handed, now, tenders=False)
    except TenderNotLockedError:
        return _decide_all(handed, now, tenders=True)


def decide_all(handed: Sequence[Handed], now: datetime, held: Holding = with_rows_held) -> Answers:
    """Decide acts in the order of their arrival; each has its own answer.

    Offers in a phase that goes on are decided on what this process wrote last, if that is still how
    the auctions stand (swapping.py); all others, and all where it is not, with the rows held, by
    `held`. What is written first stands: whatever goes wrong with the others is for `held` to say.
    """
    found = swapping.decide_all(handed)
    rest = [place for place in range(len(handed)) if place not in found]
    if rest:
        found |= zip(rest, held([handed[place] for place in rest], now), strict=True)
    return [found[place] for place in range(len(handed))]


@transaction.atomic
def _decide_all(
    handed: Sequence[Handed], now: datetime, *, tenders: bool
) -> list[Answer | DomainError]:
    held = locked({one.auction for one in handed}, tenders=tenders)
    tables = {table.row.code: table for table in held}
    before = {code: table.state for code, table in tables.items()}
    since = dict(before)  # as it was when time had last done its part
    found: dict[int, Verdict | DomainError] = {}
    decided: dict[str, list[Verdict]] = {code: [] for code in tables}
    for place in sorted(range(len(handed)), key=lambda place: handed[place].at):
        one = handed[place]
        table = tables.get(one.auction)
        if table is None:
            found[place] = no_auction()
            continue
        if table.silence(one.at) or is_over(table, one.at):
            _tell(table, decided[one.auction])
            _tell_phase(table, since[one.auction], now)
            catch_up(table, one.at, now)
            since[one.auction] = table.state
        verdict = found[place] = decide_on(table, one)
        if isinstance(verdict, Verdict) and verdict.changes:
            decided[one.auction].append(verdict)
    for code, table in tables.items():
        _tell(table, decided[code])
        _tell_phase(table, since[code], now)
        if table.state.phase == "ended" and table.row.ended_at is None:
            ending.end(table, now)  # by an act: a holder's answer, after which nothing is open
        if table.state is not before[code]:
            table.keep()
    standings = {code: Standing(table) for code, table in tables.items()}
    return [
        standings[one.auction].answer(found[place]) if one.auction in standings else no_auction()
        for place, one in enumerate(handed)
    ]


def _tell(table: Table, verdicts: list[Verdict]) -> None:
    """Tell of the acts decided so far, before anything else is told."""
    if verdicts:
        table.tell_acts([(verdict.act, verdict.decision) for verdict in verdicts])
        verdicts.clear()


def _tell_phase(table: Table, before: State, now: datetime) -> None:
    """Tell that something else decides from now on: it is an act that begins this phase, and pages
    follow a phase by the fact of its beginning.
    """
    state = table.state
    begun = (state.phase, state.branch)
    if state.phase in BEGUN_BY_ACTS and (before.phase, before.branch) != begun:
        table.tell("auction.moved", now, phase=state.phase, since=state.at)
