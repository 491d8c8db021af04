"""The end of an auction: secret acts are told, the outcome recorded, the price handed on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from bidding import auction as engine
from bidding.auction.checks import meets_reserve
from bidding.auction.state import Act, State
from bidding.auction.weighing import promised
from bidding.models import Auction, Entrant
from bidding.services.auction.table import Table, locked, opened_act, plain_act
from deposits.services import holds
from kernel.money import format_yuan
from kernel.text import gettext_noop as _
from ledger import private
from ledger.queries import entries_since
from ledger.services import Entry
from trading import queries as trading
from trading.services import procedure

MANY = 1_000_000
BELOW = _("最高报价低于底价。")
PUT_OUT = _("竞价中被取消竞买资格，报价不计")
NOTHING = _("没有有效报价")
BEATEN = _("最后有效报价 %(price)s 元，按公布的竞价规则未列第一")
UNDER = _("最后有效报价 %(price)s 元，低于底价")


def end(table: Table, at: datetime) -> None:
    """Tell everything that was secret, a reserve too, and hand the price on to the tender.

    The winner's own limit stays its own: its maximum is told as the price it came to, from which
    the same auction follows.
    """
    table.need_tender()
    revealed = revealed_acts(table)
    if revealed:
        table.tell("auction.revealed", at, acts=revealed)
    state = table.state
    winner = state.leader if state.outcome == "sold" else None
    table.row.ended_at = at
    lot = table.row.lot
    opening = dict(trading.opened_reserve(lot))
    told = {"reserve": opening} if opening else {}
    table.tell("auction.ended", at, outcome=state.outcome, price=state.price, winner=winner, **told)
    _hold_deposits(table, at)
    missed = state.price is not None and not meets_reserve(table.terms, state.price)
    procedure.form_price(
        reason=str(BELOW) if missed else "",
        code=lot.tender.code,
        number=lot.number,
        candidates=_candidates(table, winner, state),
        others=_others(table, winner, state, missed=missed),
        at=at,
    )


def on_tender_terminated(entry: Entry) -> None:
    """Void what is not over when a tender is terminated: nothing more is bid for."""
    _void(Auction.objects.filter(lot__tender__code=entry.tender), entry)


def on_lot_annulled(entry: Entry) -> None:
    """Void the auction of a lot whose terms or result were found wrong, begun or not; of one that
    is over the page says that nothing follows from it.
    """
    of_lot = Auction.objects.filter(lot__tender__code=entry.tender, lot__number=entry.data["lot"])
    _void(of_lot, entry)
    for table in locked(set(of_lot.filter(phase="ended").values_list("code", flat=True))):
        if table.state.outcome == "sold":
            why = {name: str(entry.data[name]) for name in ("reason", "article")}
            table.tell("auction.voided", entry.at, ordered_by=entry.actor, **why)


def _void(rows: QuerySet[Auction], entry: Entry) -> None:
    under_way = rows.exclude(phase="ended")
    for table in locked(set(under_way.values_list("code", flat=True))):
        act = Act(at=max(entry.at, table.state.at or entry.at), by="", kind="void")
        table.state = engine.decide(table.terms, table.state, act).state
        table.row.ended_at = entry.at
        told = {"outcome": table.state.outcome, "price": None, "winner": None}
        table.tell("auction.ended", entry.at, acts=[plain_act(act)], **told)
        _hold_deposits(table, entry.at)
        table.keep()


def _hold_deposits(table: Table, at: datetime) -> None:
    """Let the deposits of those put out not go back with the losers': somebody decides about them.
    Only now, since a deposit that is held would tell the centre whose code was put out.
    """
    rows = Entrant.objects.filter(auction=table.row, code__in=table.state.excluded)
    owners = [owner_of(table.row.code, entrant) for entrant in rows]
    if owners:
        lot = table.row.lot
        holds.hold(code=lot.tender.code, number=lot.number, owners=owners, cause="excluded", at=at)


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


def _candidates(table: Table, winner: str | None, state: State) -> list[dict[str, object]]:
    """Give who won; where something is bought, everybody by the last offer: the next may be called
    on, and each is told its place.
    """
    if winner is None or state.price is None:
        return []
    if table.terms.falling:
        owners = {one.code: one for one in Entrant.objects.filter(auction=table.row)}
        return [
            {"rank": rank, "uscc": owner_of(table.row.code, owners[by]), "price": f"{price:f}"}
            for rank, (by, price) in enumerate(engine.ranked(table.terms, state), 1)
        ]
    entrant = Entrant.objects.get(auction=table.row, code=winner)
    owner = owner_of(table.row.code, entrant)
    offer = {name: f"{value:f}" for name, value in _promised(table, state).items()}
    return [{"rank": 1, "uscc": owner, "price": f"{state.price:f}", "offer": offer}]


def _others(table: Table, winner: str | None, state: State, *, missed: bool) -> dict[str, str]:
    """Say of everybody who is no candidate what its letter tells: no price but its own.
    Where something is bought all who offered are candidates.
    """
    last = dict(engine.ranked(table.terms, state))
    said: dict[str, str] = {}
    for one in Entrant.objects.filter(auction=table.row).exclude(code=winner or ""):
        price = last.get(one.code)
        if one.code in state.excluded:
            why = str(PUT_OUT)
        elif price is None:
            why = str(NOTHING)
        elif table.terms.falling and winner is not None:
            continue
        else:
            why = (UNDER if missed else BEATEN) % {"price": format_yuan(price)}
        said[owner_of(table.row.code, one)] = why
    return said


def _promised(table: Table, state: State) -> dict[str, Decimal]:
    """Give what the winner promised beside the price, by its name."""
    after = table.terms.after_ceiling
    if after is None or state.condition is None:
        return promised(state)
    return {after.promised: state.condition}


def owner_of(auction: str, entrant: Entrant) -> str:
    """Give whose code it is; asked when the auction is over, or by whoever oversees it."""
    return private.unlock(bytes(entrant.sealed_owner), f"entrant.{auction}.{entrant.code}").decode()
