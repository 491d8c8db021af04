"""Read together what a group of commits is decided by: each tender once, each bidder's rows once.

Nothing here outlives the group it was read for: a permission, a deadline or a chain is never
remembered from one group to the next.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.domain import Actor
from bidding.admission import Doors, Entries, Step
from bidding.models import StoredObject, StoredPart
from bidding.queries import bids, windows
from bidding.sealing import Policy
from ledger import private
from trading import queries as trading
from trading.models import Tender


class Glance:
    """What was seen of tenders in one look."""

    def __init__(self) -> None:
        self._tenders: dict[str, Tender] = {}
        self._doors: dict[tuple[str, int], Doors] = {}
        self._policies: dict[str, Policy] = {}

    def at(self, actor: Actor, code: str, lot: int, at: datetime) -> tuple[Tender, Doors]:
        """Give a tender the actor may know of, and what decides whether a lot of it takes bids."""
        tender = self._tenders.get(code)
        if tender is None or not trading.may_see(actor, tender):
            tender = self._tenders[code] = trading.tender_for(actor, code, at)
        doors = self._doors.get((code, lot))
        if doors is None:
            doors = bids.doors_of(tender, trading.lot_of(tender, lot).state)
            self._doors[code, lot] = doors
        return tender, doors

    def policy(self, tender: Tender) -> Policy:
        """Give the custody policy of a tender that was looked at."""
        if tender.code not in self._policies:
            self._policies[tender.code] = bids.sealing_policy(tender)
        return self._policies[tender.code]


class Chains:
    """The chains of several bidders, each in its tender, as far as they have come."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        pairs = list(pairs)
        self._trees = windows.trees_now({code for code, _owner in pairs})
        events = private.events_of_owners((self._trees[code], owner) for code, owner in pairs)
        self._own = {
            (code, owner): bids.own_of(events[self._trees[code], owner]) for code, owner in pairs
        }

    def tree(self, code: str) -> str:
        """Name the private tree in which a tender keeps what is handed in now."""
        return self._trees[code]

    def open_to(self, tender: Tender, owner: str) -> frozenset[int]:
        """Give the lots a bidder has registered for; of last quotes, those it was talked with."""
        if self._trees[tender.code] != tender.code:
            return windows.admitted_lots(tender, owner)
        return self._own[tender.code, owner].registered

    def steps(self, code: str, owner: str, lot: int) -> list[Step]:
        """Give a bidder's accepted commits for one lot."""
        return [step for step in self._own[code, owner].steps if step.lot == lot]

    def go_on(self, code: str, step: Step) -> None:
        """Let a chain go on by a commit just accepted, for those decided after it."""
        self._own[code, step.owner].steps.append(step)


class StoredObjects:
    """What is durable of several objects."""

    def __init__(self, names: Sequence[str]) -> None:
        objects = StoredObject.objects.filter(name__in=names).values_list("name", "owner_tag")
        self._owners = {name: bytes(tag) for name, tag in objects}
        self._parts: dict[str, list[tuple[int, bytes, int]]] = {name: [] for name in self._owners}
        parts = StoredPart.objects.filter(stored__in=self._owners).order_by("stored", "index")
        rows = parts.values_list("stored_id", "index", "digest", "length")
        for name, index, digest, length in rows.iterator():
            self._parts[name].append((index, bytes(digest), length))

    def entries(self, name: str, owner: str, head: bytes) -> tuple[list[int], Entries]:
        """Give the places and the stored entries of an owner's object; for others there is none."""
        if self._owners.get(name) != bids.owner_tag(owner, name):
            raise bids.object_missing()
        parts = self._parts[name]
        digests = tuple(digest for _index, digest, _length in parts)
        lengths = tuple(length for _index, _digest, length in parts)
        return [index for index, _digest, _length in parts], Entries(head, digests, lengths)
