"""When registration closes, those who registered become entrants, each with a code of its own."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from accounts.domain import SYSTEM
from bidding.auction.terms import read_terms
from bidding.models import Auction, Entrant
from bidding.queries.auctions import entrant_tag
from bidding.services.auction.drawing import committed
from bidding.services.auction.table import first_state
from deposits.services.settling import laid_in_full, let_go, settle
from kernel.reading import Fields
from kernel.text import gettext_noop as _
from ledger import private
from ledger.services import record
from trading import queries as trading
from trading.domain import priority, rooms
from trading.markets import method_of, words_of
from trading.models import Lot, Tender
from trading.services import procedure, qualifying

if TYPE_CHECKING:
    from ledger.models import Entry

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
DIGITS: Final = "23456789"
UNQUALIFIED: Final = _("符合公告的资格条件并按时足额交纳保证金的不足%(least)s家。")


def on_tender_closed(entry: "Entry") -> None:
    """Prepare an auction for each lot that is sold by one and has somebody to bid for it.

    Let in is who registered and has laid down in full what the lot asks; all other money is due
    back at once. A lot that fewer are let in for than the rules ask for is not sold. Where those
    who registered are judged by the conditions printed, the rooms wait for the list.
    """
    tender = trading.lock_tender(entry.tender)
    lots = _lots_of(tender)
    if not lots:
        return
    let_in = _let_in(tender, lots, entry.at)
    settle(code=tender.code, bidders=let_in, at=entry.at)
    _fail_thin(tender, lots, let_in, entry.at)
    if not trading.judges_before(tender):
        _prepare_all(tender, lots, let_in, entry.at)


def on_takers_settled(entry: "Entry") -> None:
    """Prepare the rooms for those who meet the conditions; who does not gets its deposit back."""
    tender = trading.lock_tender(entry.tender)
    if not trading.judges_before(tender):
        return
    lots, out = _lots_of(tender), trading.kept_out(tender, entry.at)
    paid = _let_in(tender, lots, entry.at)
    let_in = {number: [o for o in owners if o not in out] for number, owners in paid.items()}
    let_go(code=tender.code, owners=out, at=entry.at)
    _fail_thin(tender, lots, let_in, entry.at)
    # Only now: of a lot that has just failed nobody is told when its bidding begins.
    qualifying.move_auctions(actor=SYSTEM, tender=trading.lock_tender(entry.tender), at=entry.at)
    _prepare_all(tender, _lots_of(tender), let_in, entry.at)


def _lots_of(tender: Tender) -> list[Lot]:
    """List the lots that wait for their room."""
    if not method_of(tender).auctions:
        return []
    lots = list(Lot.objects.filter(tender=tender, state="open").exclude(auction={}))
    return [] if Auction.objects.filter(lot__in=lots).exists() else lots


def _let_in(tender: Tender, lots: Iterable[Lot], at: datetime) -> dict[int, list[str]]:
    """Give by lot who registered and has laid down in full what it asks."""
    full = laid_in_full(tender)
    return {
        lot.number: trading.still_shortlisted(
            tender, _paid(tender, lot, full.get(lot.number, set())), at
        )
        for lot in lots
    }


def _paid(tender: Tender, lot: Lot, full: Collection[str]) -> list[str]:
    asks = trading.deposit_asked(tender, lot.number) > 0
    return [owner for owner in trading.entrants_of(tender, lot) if not asks or owner in full]


def _fail_thin(
    tender: Tender, lots: Iterable[Lot], let_in: Mapping[int, Sequence[str]], at: datetime
) -> None:
    """End the lots that somebody registered for and too few are let in for."""
    fewest = trading.rules_of(tender, at).figure("least_parties", "min")
    said = UNQUALIFIED if trading.has_settled_takers(tender) else words_of(tender)["nobody_let_in"]
    for lot in lots:
        if len(let_in[lot.number]) < fewest.value and trading.entrants_of(tender, lot):
            procedure.fail_lot(
                actor=SYSTEM,
                code=tender.code,
                number=lot.number,
                reason=str(said) % {"least": trading.said_least(int(fewest.value))},
                article=fewest.basis.cited,
                at=at,
            )


def _prepare_all(
    tender: Tender, lots: Iterable[Lot], let_in: Mapping[int, Sequence[str]], at: datetime
) -> None:
    fewest = trading.rules_of(tender, at).value("least_parties", "min")
    for lot in lots:
        if len(let_in[lot.number]) >= fewest:
            prepare(lot, let_in[lot.number], at)


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
