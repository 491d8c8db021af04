"""A phase runs out: at its very instant, and once whoever came before it has an answer."""

from datetime import datetime, timedelta

from bidding import auction as engine
from bidding import gate
from bidding.services.auction import ending
from bidding.services.auction.table import Table, next_instant
from trading.services import procedure


def catch_up(table: Table, at: datetime, now: datetime) -> bool:
    """Bring an auction to an instant: what ran out before the platform fell silent, then the
    silence given back, then what has run out since.

    Where a phase that ended before the silence waits for somebody who came in time, everything
    waits with it, the silence too; tell whether nothing did.
    """
    if seconds := table.silence(at):
        fell_silent_at = at - timedelta(seconds=seconds)
        advance(table, fell_silent_at, now)
        if is_over(table, fell_silent_at):
            return False
        table.credit(at, seconds)
    advance(table, at, now)
    return True


def advance(table: Table, until: datetime, now: datetime) -> None:
    """Let every phase run out that ends by an instant, and tell of each.

    One whose end somebody still undecided came before stays, and everything after it waits.
    """
    while is_over(table, until) and _everybody_is_answered(table, now):
        before = table.state.phase
        table.state = engine.settle(table.terms, table.state, table.state.closes_at)
        _tell(table, before, now)


def _everybody_is_answered(table: Table, now: datetime) -> bool:
    """Tell whether nobody who came before the end of the phase is still waiting for an answer."""
    return table.state.phase == "scheduled" or gate.all_decided(table.state.closes_at, now)


def is_over(table: Table, at: datetime) -> bool:
    """Tell whether the present phase has run out by an instant."""
    ends_at = next_instant(table.state)
    return ends_at is not None and ends_at <= at


def start_tender(table: Table, now: datetime) -> None:
    """Begin the bidding of a tender with the first of its auctions that leaves the preparation."""
    tender = table.row.lot.tender
    if tender.state == "closed":
        table.need_tender()
        procedure.start_auction(code=tender.code, at=now)
        tender.refresh_from_db(fields=["state"])


def _tell(table: Table, before: str, now: datetime) -> None:
    if before == "scheduled":
        start_tender(table, now)
    if table.state.phase == "ended":
        ending.end(table, now)
    else:
        table.tell("auction.moved", now, phase=table.state.phase, since=table.state.at)
