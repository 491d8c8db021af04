"""Check a receipt: its signature at any time, its inclusion once closing has published the tree."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from bidding.admission import REPLACED, SUBMITTED, WITHDRAWN
from bidding.models import QuoteWindow
from bidding.sealing import commit_hash, strict
from bidding.sealing.receipt import Receipt, key_name, verify_receipt
from ledger import canonical, merkle, note, private
from ledger import queries as ledger
from trading import queries as trading

if TYPE_CHECKING:
    from accounts.models import Organisation
    from bidding.admission import Step
    from ledger.models import PrivateTree
    from trading.models import Tender

KINDS = (SUBMITTED, REPLACED, WITHDRAWN)
ACTIONS = {SUBMITTED: "提交投标", REPLACED: "替换投标", WITHDRAWN: "撤回投标"}


@dataclass(frozen=True)
class Inclusion:
    """Where a receipted commit lies in the tender's published tree, and the way to its root."""

    index: int
    size: int
    root: str
    leaf_hash: str
    salt: str
    event: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What is known of a receipt whose signature is right.

    `inclusion` is None before closing, when nobody may be told; after it, a receipt without
    inclusion is proof of misconduct (`is_missing`).
    """

    tender: str
    commit: str
    accepted_at: datetime
    is_closed: bool
    inclusion: Inclusion | None

    @property
    def is_missing(self) -> bool:
        """Tell whether the promise of the receipt was broken."""
        return self.is_closed and self.inclusion is None

    def as_plain(self) -> dict[str, Any]:
        """Give the answer of the API."""
        found = self.inclusion
        return {
            "tender": self.tender,
            "commit": self.commit,
            "accepted_at": self.accepted_at.isoformat(timespec="milliseconds"),
            "closed": self.is_closed,
            "missing": self.is_missing,
            "inclusion": None if found is None else {**vars(found), "path": list(found.path)},
        }


def receipt_verifier() -> note.Verifier:
    """Give the public key under which this installation signs receipts."""
    key = Ed25519PrivateKey.from_private_bytes(settings.RECEIPT_KEY)
    return note.Verifier(key_name(settings.INSTALLATION), key.public_key().public_bytes_raw())


def check_receipt(content: str) -> Checked:
    """Check a receipt as anybody may who holds it; the receipt itself names no bidder."""
    receipt = verify_receipt(_normal(content), receipt_verifier())
    name = _tree_of(receipt)
    tree = ledger.private_tree(name)
    return Checked(
        tender=receipt.tender,
        commit=receipt.commit.hex(),
        accepted_at=receipt.accepted,
        is_closed=tree is not None,
        inclusion=None if tree is None else _inclusion(receipt, name, tree),
    )


def _tree_of(receipt: Receipt) -> str:
    """Name the tree that a receipt promises a place in: what was accepted after last quotes were
    asked for is one of them.
    """
    window = QuoteWindow.objects.filter(tender__code=receipt.tender).first()
    last = window is not None and receipt.accepted >= window.opened_at
    return trading.quote_tree(receipt.tender) if last else receipt.tender


def printed(tender: "Tender", bidder: "Organisation", step: "Step", at: datetime) -> dict[str, Any]:
    """Give what the printed form of a receipt says; made for its owner, never stored (sealing.md
    6.3).
    """
    lot = tender.lots.get(number=step.lot)
    return {
        **trading.paper_head(tender, lot),
        "tender": tender.code,
        "title": tender.title,
        "lot": step.lot,
        "lot_title": lot.title,
        "bidder": bidder.name,
        "bidder_uscc": bidder.uscc,
        "action": ACTIONS[step.kind],
        "accepted_at": step.at,
        "commit": step.hash.hex(),
        "envelopes": [
            {
                "stage": sealed["stage"],
                "bytes": int(sealed["body_length"]),
                "body": sealed["body"],
            }
            for sealed in step.envelopes
        ],
        "receipt": step.receipt,
        "receipt_key": str(receipt_verifier()),
        "printed_at": at,
    }


def _normal(content: str) -> str:
    """Forgive what copying and pasting does to line ends."""
    return content.replace("\r\n", "\n").strip("\n") + "\n"


def _inclusion(receipt: Receipt, name: str, tree: "PrivateTree") -> Inclusion | None:
    """Find the commit among the events, and prove it against the leaves as they were published."""
    commits = {
        event.leaf_hash().hex(): event
        for event in private.events_in_tree(name)
        if event.kind in KINDS and _is_for(event, receipt)
    }
    hashes = [str(leaf["hash"]) for leaf in tree.leaves]
    places = [place for place, leaf in enumerate(hashes) if leaf in commits]
    if not places:
        return None
    place = places[0]
    event = commits[hashes[place]]
    path = merkle.inclusion([bytes.fromhex(leaf) for leaf in hashes], place)
    return Inclusion(
        index=place,
        size=tree.size,
        root=bytes(tree.root).hex(),
        leaf_hash=hashes[place],
        salt=event.salt.hex(),
        event=canonical.encode(event.content).decode(),
        path=tuple(node.hex() for node in path),
    )


def _is_for(event: private.Event, receipt: Receipt) -> bool:
    return commit_hash(strict.binary(event.content["commit"])) == receipt.commit
