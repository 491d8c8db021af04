"""The end of an auction: secret acts are told, the outcome recorded, the price handed on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bidding import auction as engine
from bidding.auction.state import Act
from bidding.models import Auction, Entrant
from bidding.services.auction.table import Table, locked, opened_act, plain_act
from ledger import private
from ledger.queries import entries_since
from ledger.services import Entry
from trading.services import procedure

MANY = 1_000_000


def end(table: Table, at: datetime) -> None:
    """Tell everything that was secret, and hand the price on to the tender.

    The winner's own limit stays its own: its maximum is told as the price it came to, from which
    the same auction follows.
    """
    revealed = revealed_acts(table)
    if revealed:
        table.tell("auction.revealed", at, acts=revealed)
    state = table.state
    winner = state.leader if state.outcome == "sold" else None
    table.row.ended_at = at
    table.tell("auction.ended", at, outcome=state.outcome, price=state.price, winner=winner)
    lot = table.row.lot
    procedure.form_price(
        code=lot.tender.code,
        number=lot.number,
        candidates=_candidates(table, winner, state.price),
        at=at,
    )


def on_tender_terminated(entry: Entry) -> None:
    """Void what is not over when a tender is terminated: nothing more is bid for."""
    under_way = Auction.objects.filter(lot__tender__code=entry.tender).exclude(phase="ended")
    for table in locked(set(under_way.values_list("code", flat=True))):
        act = Act(at=max(entry.at, table.state.at or entry.at), by="", kind="void")
        table.state = engine.decide(table.terms, table.state, act).state
        table.row.ended_at = entry.at
        told = {"outcome": table.state.outcome, "price": None, "winner": None}
        table.tell("auction.ended", entry.at, acts=[plain_act(act)], **told)
        table.keep()


def revealed_acts(table: Table) -> list[dict[str, Any]]:
    """Give the secret acts in their order, none above the price that the winner came to."""
    row, state = table.row, table.state
    entries: list[Entry] = entries_since(row.sealed_stream, 0, MANY)
    found = []
    for entry in entries:
        told = {**opened_act(row, entry.data), "digest": entry.data["digest"]}
        if told["kind"] == "maximum" and told["by"] == state.leader and state.price is not None:
            told = _capped(table, told, state.price)
        found.append(told)
    return found


def _capped(table: Table, told: dict[str, Any], price: Decimal) -> dict[str, Any]:
    beyond = Decimal(told["price"]) > price
    if table.terms.direction == "low":
        beyond = Decimal(told["price"]) < price
    if not beyond:
        return told
    return {**told, "price": f"{price:f}", "salt": "", "capped": True}


def _candidates(table: Table, winner: str | None, price: Decimal | None) -> list[dict[str, object]]:
    if winner is None or price is None:
        return []
    entrant = Entrant.objects.get(auction=table.row, code=winner)
    return [{"rank": 1, "uscc": owner_of(table.row.code, entrant), "price": f"{price:f}"}]


def owner_of(auction: str, entrant: Entrant) -> str:
    """Give whose code it is; asked when the auction is over, or by whoever oversees it."""
    return private.unlock(bytes(entrant.sealed_owner), f"entrant.{auction}.{entrant.code}").decode()
