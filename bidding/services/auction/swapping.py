"""Decide acts on what this process wrote last, and write by compare-and-swap: one statement for all
auctions of a group, which takes hold of those that nobody else has written meanwhile.

A rush consists of that. Whatever is more than offers in a phase that goes on (time has run out, a
silence is to be given back, a secret, an end), and whatever the statement did not find as this
process had left it, goes the longer way with the row held (deciding.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from accounts.domain import SYSTEM
from bidding.services.auction.acting import Answer, Early, Handed, Standing, Verdict, decide_on
from bidding.services.auction.table import SECRET, Table, told_of
from kernel.errors import DomainError
from ledger.at_once import HAS_HEAD, Told, record_with

GOES_ON: Final = frozenset({"open", "closing"})
SWAP: Final = (
    "UPDATE bidding_auction AS kept SET version = new.version, sealed = new.sealed,"
    " shown = new.shown::jsonb, phase = new.phase, acts = new.acts, next_due_at = new.next_due_at"
    " FROM unnest(%b::bigint[], %b::bigint[], %b::bytea[], %b::text[], %b::text[], %b::integer[],"
    " %b::timestamptz[]) AS new (id, version, sealed, shown, phase, acts, next_due_at){order}"
    " WHERE kept.id = new.id AND kept.version = new.version - 1"
    " AND {told} RETURNING 'auction.' || kept.code"
)
TOLD: Final = HAS_HEAD.format("'auction.' || kept.code")
"""Without the head of its stream nothing changes: a change would stay untold."""
HELD: Final = (
    "WITH held AS (SELECT id FROM bidding_auction WHERE id = ANY(%b) ORDER BY id FOR UPDATE) "
)
"""Of several, each is taken in the order of the keys, as everybody does (table.py)."""
SWAP_ONE: Final = SWAP.format(order="", told=TOLD)
SWAP_MANY: Final = HELD + SWAP.format(order=" JOIN held USING (id)", told=TOLD)


@dataclass
class Group:
    """The acts of one auction that came together, and what was decided of them."""

    table: Table
    verdicts: dict[int, Verdict | DomainError]

    def fact(self) -> Told:
        """Give the one fact of them all; the row has its next state already."""
        row = self.table.row
        acts = [
            (one.act, one.decision)
            for one in self.verdicts.values()
            if isinstance(one, Verdict) and one.changes
        ]
        return Told(
            stream=row.stream,
            kind="auction.offers",
            actor=SYSTEM.ref,
            tender=row.tender_code,
            at=acts[-1][0].at,
            data={"shown": row.shown, **told_of(acts)},
        )

    def answers(self) -> dict[int, Answer | DomainError]:
        """Answer each act, by its place."""
        standing = Standing(self.table)
        return {place: standing.answer(verdict) for place, verdict in self.verdicts.items()}


def decide_all(handed: Sequence[Handed]) -> dict[int, Answer | DomainError]:
    """Decide what can be decided so, and give its answers by the places of the acts."""
    if connection.vendor != "postgresql":
        return {}  # SQLite has one writer, and nothing to wait for between two statements
    acts: dict[str, dict[int, Handed]] = {}
    for place in sorted(range(len(handed)), key=lambda place: handed[place].at):
        acts.setdefault(handed[place].auction, {})[place] = handed[place]
    groups = [group for code, those in acts.items() if (group := _decided(code, those))]
    written = _written(groups) if groups else set()
    found: dict[int, Answer | DomainError] = {}
    for group in groups:
        if group.table.row.stream in written:
            transaction.on_commit(group.table.remember)
            found |= group.answers()
    return found


def _decided(code: str, acts: Mapping[int, Handed]) -> Group | None:
    """Decide the acts of one auction on what is remembered of it; None when they are more than
    offers, or when none is taken: only what is written shows that the auction still stood so.
    """
    table = Table.remembered(code)
    last = max(one.at for one in acts.values())
    if table is None or table.state.phase not in GOES_ON or table.silence(last):
        return None  # no act of them came after a silence if the last one did not
    group, before = Group(table, {}), table.state
    for place, one in acts.items():
        if one.kind in SECRET:
            return None
        verdict = group.verdicts[place] = decide_on(table, one)
        if isinstance(verdict, Early):
            return None
    changed = table.state is not before
    return group if changed and table.state.phase in GOES_ON else None


def _written(groups: Sequence[Group]) -> set[str]:
    """Write all auctions and tell of each; give the streams of those found as expected."""
    groups = sorted(groups, key=lambda group: group.table.row.pk)
    for group in groups:
        group.table.put()
    columns = [list(column) for column in zip(*(_values(g.table) for g in groups), strict=True)]
    facts = [group.fact() for group in groups]
    if len(groups) == 1:
        return record_with(SWAP_ONE, columns, facts)
    keys = columns[0]
    return record_with(SWAP_MANY, [keys, *columns], facts)


def _values(table: Table) -> tuple[Any, ...]:
    row = table.row
    shown = json.dumps(row.shown, ensure_ascii=False)
    return (row.pk, row.version, row.sealed, shown, row.phase, row.acts, row.next_due_at)
