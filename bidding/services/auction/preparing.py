"""When registration closes, those who registered become entrants, each with a code of its own."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from accounts.domain import SYSTEM
from bidding.auction.terms import read_terms
from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from bidding.services.auction.table import first_state
from kernel.reading import Fields
from ledger import private
from ledger.services import record
from trading import queries as trading
from trading.models import Lot

if TYPE_CHECKING:
    from ledger.models import Entry

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
DIGITS: Final = "23456789"


def on_tender_closed(entry: "Entry") -> None:
    """Prepare an auction for each lot that is sold by one and has somebody to bid for it."""
    tender = trading.lock_tender(entry.tender)
    for lot in Lot.objects.filter(tender=tender, state="open").exclude(auction={}):
        owners = tuple(trading.entrants_of(tender, lot))
        if owners and not Auction.objects.filter(lot=lot).exists():
            prepare(lot, owners, entry.at)


def prepare(lot: Lot, owners: Iterable[str], at: datetime) -> Auction:
    """Make the auction of a lot; how many may bid is told to nobody."""
    code = f"{lot.tender.code}.{lot.number}"
    codes = _codes()
    of_owner = {owner: next(codes) for owner in sorted(owners)}
    # One taker alone may have it at the start price or above (SA32 22): two make a contest.
    told = {"least_bidders": 1, **lot.auction}
    terms = read_terms(Fields({**told, "qualified": sorted(of_owner.values())}))
    row = Auction(lot=lot, code=code, terms=told, prepared_at=at, seen_at=at, sealed=b"")
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
