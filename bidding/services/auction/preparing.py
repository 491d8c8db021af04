"""When registration closes, those who registered become entrants, each with a code of its own."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from accounts.domain import SYSTEM
from bidding.auction.terms import read_terms
from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from bidding.services.auction.drawing import committed
from bidding.services.auction.table import first_state
from deposits.services.settling import laid_in_full, settle
from kernel.reading import Fields
from ledger import private
from ledger.services import record
from trading import queries as trading
from trading.domain import priority, rooms
from trading.markets import method_of, words_of
from trading.models import Lot, Tender
from trading.services import procedure

if TYPE_CHECKING:
    from ledger.models import Entry

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
DIGITS: Final = "23456789"


def on_tender_closed(entry: "Entry") -> None:
    """Prepare an auction for each lot that is sold by one and has somebody to bid for it.

    Let in is who registered and has laid down in full what the lot asks; all other money is due
    back at once. A lot that fewer are let in for than the rules ask for is not sold.
    """
    tender = trading.lock_tender(entry.tender)
    if not method_of(tender).auctions:
        return
    lots = list(Lot.objects.filter(tender=tender, state="open").exclude(auction={}))
    if not lots or Auction.objects.filter(lot__in=lots).exists():
        return
    full = laid_in_full(tender)
    let_in = {
        lot.number: trading.still_shortlisted(
            tender, _let_in(tender, lot, full.get(lot.number, set())), entry.at
        )
        for lot in lots
    }
    settle(code=tender.code, bidders=let_in, at=entry.at)
    fewest = trading.rules_of(tender, entry.at).figure("least_parties", "min")
    least = trading.said_least(int(fewest.value))
    for lot in lots:
        if len(let_in[lot.number]) >= fewest.value:
            prepare(lot, let_in[lot.number], entry.at)
        elif trading.entrants_of(tender, lot):
            procedure.fail_lot(
                actor=SYSTEM,
                code=tender.code,
                number=lot.number,
                reason=words_of(tender)["nobody_let_in"] % {"least": least},
                article=fewest.basis.cited,
                at=entry.at,
            )


def _let_in(tender: Tender, lot: Lot, full: Collection[str]) -> list[str]:
    asks = trading.deposit_asked(tender, lot.number) > 0
    return [owner for owner in trading.entrants_of(tender, lot) if not asks or owner in full]


def prepare(lot: Lot, owners: Iterable[str], at: datetime) -> Auction:
    """Make the auction of a lot; how many may bid is told to nobody."""
    code = f"{lot.tender.code}.{lot.number}"
    codes = _codes()
    of_owner = {owner: next(codes) for owner in sorted(owners)}
    # One taker alone may have it at the start price or above (SA32 22): two make a contest.
    asked = {"least_bidders": 1, **rooms.for_room(lot.auction)}
    if len(of_owner) == 1 and method_of(lot.tender).asks_lone_taker:
        asked = rooms.for_one_taker(lot.auction)
    told, seed = committed(code, asked)
    coded = priority.with_codes(told, of_owner)
    terms = read_terms(Fields({**coded, "qualified": sorted(of_owner.values())}))
    row = Auction(lot=lot, code=code, terms=told, prepared_at=at, seen_at=at, sealed=b"")
    row.sealed_seed = seed
    row.sealed, row.next_due_at = first_state(row, terms), terms.opens_at
    row.save()
    Entrant.objects.bulk_create(
        Entrant(
            auction=row,
            code=own,
            tag=entrant_tag(code, owner),
            sealed_owner=private.lock(owner.encode(), f"entrant.{code}.{own}"),
        )
        for owner, own in sorted(of_owner.items(), key=lambda pair: pair[1])
    )
    record(
        stream=row.stream,
        kind="auction.prepared",
        actor=SYSTEM.ref,
        at=at,
        tender=lot.tender.code,
        lot=lot.number,
        terms=told,
    )
    return row


def _codes() -> Iterator[str]:
    """Draw codes that tell neither who nor in which order, none twice."""
    given: set[str] = set()
    while True:
        code = secrets.choice(LETTERS) + "".join(secrets.choice(DIGITS) for _ in range(3))
        if code not in given:
            given.add(code)
            yield code
