"""At closing the withheld bids become known: the last commit of each chain is a bid."""

from datetime import datetime
from typing import TYPE_CHECKING

from accounts import queries as accounts
from bidding import admission
from bidding.admission import Step
from bidding.gate import all_decided
from bidding.models import Bid, Envelope
from bidding.queries import bids as queries
from bidding.queries import windows
from bidding.sealing import strict
from deposits.services import settling as deposits
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from ledger.queries import private_tree
from trading import queries as trading
from trading.models import Lot, Tender

if TYPE_CHECKING:
    from ledger.models import Entry


def resolve_bids(entry: "Entry") -> None:
    """Make the bids of a closed tender known to the hall, inside the transaction that closes it.

    Nothing is told here: names are read out in the hall, after the count (M87 arts. 39-41). While a
    commit that came in time is still being decided, closing is put off by refusing it.
    """
    tender = trading.lock_tender(entry.tender)
    deadline = _deadline(tender)
    if not all_decided(deadline, entry.at) or not _tree_is_whole(tender.code):
        raise Conflict("intake.still_arriving", _("仍有截止前到达的投标正在处理，请稍候。"))
    if not Bid.objects.filter(tender=tender).exists():
        steps = queries.live_steps(tender.code)
        _keep(tender, steps)
        bidders: dict[int, set[str]] = {}
        for step in steps:
            bidders.setdefault(step.lot, set()).add(step.owner)
        for lot, holders in trading.present_holders(tender).items():
            bidders.setdefault(lot, set()).update(holders)  # asked afterwards: theirs stay as well
        deposits.settle(code=tender.code, bidders=bidders, at=entry.at)


def _tree_is_whole(code: str) -> bool:
    """Tell whether the published tree has every event; one decided since then waits its turn."""
    tree = private_tree(code)
    return tree is not None and tree.size == len(private.events_of(code))


def _deadline(tender: Tender) -> datetime:
    """Give the logged deadline; a tender whose database says another is not closed."""
    logged = windows.logged_deadline(tender.code)
    if logged is None or logged != tender.bids_close_at:
        raise admission.deadline_mismatch()
    return logged


def _keep(tender: Tender, steps: list[Step]) -> None:
    lots = {lot.number: lot for lot in Lot.objects.filter(tender=tender)}
    numbers = dict.fromkeys(lots, 0)
    for step in steps:
        numbers[step.lot] += 1
        _keep_bid(tender, lots[step.lot], numbers[step.lot], step)


def _keep_bid(tender: Tender, lot: Lot, sequence: int, step: Step) -> None:
    bid = Bid.objects.create(
        tender=tender,
        lot=lot,
        bidder=accounts.organisation(step.owner),
        sequence=sequence,
        commit=step.commit,
        commit_hash=step.hash.hex(),
        signature=step.signature,
        submitted_by=step.actor,
        accepted_at=step.at,
    )
    Envelope.objects.bulk_create(
        Envelope(
            bid=bid,
            stage=envelope["stage"],
            core=strict.binary(envelope["core"]),
            wraps=strict.binary(envelope["wraps"]),
            readout=envelope["readout"],
            body=envelope["body"],
            body_length=envelope["body_length"],
        )
        for envelope in step.envelopes
    )
