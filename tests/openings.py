"""An opening session with truly sealed bids, driven step by step through the services.

hall = openings.sealed_bids(world, ("chen", "zhao", "hu"))
hall.close(); hall.to("unlocking"); hall.hand_in("chen"); …
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.domain import Actor
from bidding.models import Bid, Envelope, OpeningSession, RecoveryRequest
from bidding.queries import recovery
from bidding.sealing import unwrap_part, unwrap_share_b
from bidding.services import opening
from bidding.services.opening import counting
from kernel.errors import DomainError
from ledger import queries as ledger
from ledger import sequencer
from tests import sealed
from tests import world as worlds
from tests.world import World
from trading.models import Custodian, Tender
from trading.services import close_tender

CLOSES_AT = worlds.AT + timedelta(hours=2)
CUSTODIANS = ("lin", "zhou", "feng")
OFFICES = ("purchaser", "centre", "notary")
RECOVERY = ("wang", "zheng", "tang")
RECOVERY_OFFICES = ("regulator", "centre", "notary")
ORDER = (
    ("announce", "announced"),
    ("list", "listed"),
    ("check_seals", "checking"),
    ("start_unlock", "unlocking"),
)


def refused(act: Callable[[], object]) -> str:
    """Give the code of the refusal an act meets."""
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


@dataclass
class Hall:
    """One tender under way: what its bidders and custodians keep to themselves, and the clock."""

    world: World
    tender: Tender
    stage: str
    offers: dict[tuple[str, int], sealed.Offer] = field(default_factory=dict)
    at: datetime = CLOSES_AT

    @property
    def place(self) -> dict[str, str]:
        """Where the session is."""
        return {"code": self.tender.code, "stage": self.stage}

    @property
    def session(self) -> OpeningSession:
        """Read the session as it is now."""
        return OpeningSession.objects.get(tender=self.tender, stage=self.stage)

    @property
    def technical(self) -> OpeningSession:
        """Read the session of the technical stage."""
        return OpeningSession.objects.get(tender=self.tender, stage="technical")

    @property
    def state(self) -> str:
        """The step the session is in."""
        return self.session.state

    def actor(self, name: str) -> Actor:
        """Give a member at this instant."""
        return self.world.actor(name, self.at)

    def bid(self, name: str, lot: int = 1) -> Bid:
        """Read a bidder's bid as it is now."""
        bidder = self.world.organisation_of(name)
        return Bid.objects.get(tender=self.tender, bidder=bidder, lot__number=lot)

    def envelope(self, name: str, lot: int = 1) -> Envelope:
        """Read the envelope of this stage."""
        return Envelope.objects.get(bid=self.bid(name, lot), stage=self.stage)

    def kinds(self) -> list[str]:
        """Every kind of fact in the session's stream, in order."""
        return [fact.kind for fact in ledger.entries_since(self.session.stream, 0)]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """What the facts of a kind say."""
        facts = ledger.entries_since(self.session.stream, 0)
        return [fact.data for fact in facts if fact.kind == kind]

    # --- acts ---

    def close(self) -> None:
        """Let the deadline pass: bids become known and are counted."""
        self.at = CLOSES_AT + timedelta(seconds=1)
        close_tender(code=self.tender.code, at=self.at)

    def act(self, event: str, who: str = "qian", **more: Any) -> OpeningSession:
        """Let the host take a step."""
        return opening.STEPS[event](actor=self.actor(who), **self.place, **more, at=self.at)

    def to(self, state: str) -> None:
        """Let the host lead as far as a step before the unlock window closes."""
        for event, reached in ORDER:
            self.act(event)
            if reached == state:
                return
        raise ValueError(state)

    def share(self, name: str, lot: int = 1) -> bytes:
        """Unwrap a bidder's share with its device key, as its client does."""
        envelope, offer = self.envelope(name, lot), self.offers[name, lot]
        core, wraps = bytes(envelope.core), bytes(envelope.wraps)
        return unwrap_share_b(core, wraps, offer.device.wrap_private())

    def hand_in(self, name: str, lot: int = 1, share: bytes | None = None) -> Bid:
        """Hand in a share."""
        given = self.share(name, lot) if share is None else share
        return opening.hand_in_share(
            actor=self.actor(name), **self.place, lot=lot, share=given, at=self.at
        )

    def hand_in_all(self) -> None:
        """Hand in every share."""
        for name, lot in self.offers:
            if self.bid(name, lot).state not in {"returned", "revoked"}:
                self.hand_in(name, lot)

    def release(self, name: str, key: bytes | None = None, index: int | None = None) -> None:
        """Publish a custodian's stage key."""
        place = CUSTODIANS.index(name)
        own = sealed.CUSTODIANS[place].stage(self.tender.code, self.stage)
        opening.release_key(
            actor=self.actor(name),
            **self.place,
            index=place + 1 if index is None else index,
            private_key=own if key is None else key,
            at=self.at,
        )

    def ask(self, name: str, lot: int = 1) -> RecoveryRequest:
        """Ask for the recovery of a bidder's share."""
        return opening.request_recovery(actor=self.actor(name), **self.place, lot=lot, at=self.at)

    def part(self, name: str, bidder: str, lot: int = 1) -> bytes:
        """Unwrap a recovery custodian's part of a bid, as its client does."""
        envelope, place = self.envelope(bidder, lot), RECOVERY.index(name)
        key = sealed.RECOVERY[place].stage(self.tender.code, self.stage)
        core, wraps = bytes(envelope.core), bytes(envelope.wraps)
        return unwrap_part(core, wraps, "wrap-e", place + 1, key)

    def give(self, name: str, bidder: str, lot: int = 1, part: bytes | None = None) -> None:
        """Release a recovery custodian's part of a bid."""
        opening.release_part(
            actor=self.actor(name),
            **self.place,
            commit=recovery.name_of(self.envelope(bidder, lot)),
            part=self.part(name, bidder, lot) if part is None else part,
            at=self.at,
        )

    def later(self, **more: float) -> None:
        """Let time pass."""
        self.at += timedelta(**more)

    def unlocked(self) -> None:
        """Go on until the custodians are asked."""
        self.close()
        self.to("unlocking")
        self.hand_in_all()
        self.act("close_unlock")

    def opened(self) -> None:
        """Go on until the read-out begins."""
        self.unlocked()
        for name in CUSTODIANS[:2]:
            self.release(name)
        self.act("start_reading")

    def read_all(self) -> None:
        """Read every bid out, and invite objections."""
        while self.state == "reading":
            self.act("read_next")


def sealed_bids(
    world: World,
    names: tuple[str, ...] = ("chen", "zhao", "hu"),
    *,
    lots: int = 1,
    stages: tuple[str, ...] = ("whole",),
    skip: tuple[tuple[str, int], ...] = (),
    recovery: tuple[int, int] | None = None,
    escrow: tuple[str, ...] = (),
    closes_at: datetime = CLOSES_AT,
    **given: Any,
) -> Hall:
    """Publish a tender with custodians, open its waiting room, and let bidders submit.

    `recovery` names a set of ke of ne; the bidders in `escrow` seal their shares to it too.
    """
    tender = sealed.published(
        world, closes_at, lots=lots, stages=stages, recovery=recovery, **given
    )
    name_custodians(world, tender)
    if recovery:
        name_recovery_set(world, tender, *recovery)
    hall = Hall(world, tender, stages[0], at=closes_at)
    for minute, name in enumerate(names):
        for lot in range(1, lots + 1):
            if (name, lot) not in skip:
                at = closes_at - timedelta(minutes=30 - minute)
                submit(hall, name, lot, at, escrow=name in escrow)
    return hall


def sequence(hall: Hall) -> None:
    """Put every fact so far into the log and sign a checkpoint."""
    sequencer.sequence(at=hall.at)


def name_custodians(world: World, tender: Tender) -> None:
    """Name the people who hold the keys of the tender's policy."""
    tender.threshold = 2
    tender.save(update_fields=["threshold"])
    for place, (name, office) in enumerate(zip(CUSTODIANS, OFFICES, strict=True), 1):
        Custodian.objects.create(
            tender=tender, index=place, person=world.person(name), office=office
        )
    if not OpeningSession.objects.filter(tender=tender).exists():
        counting.schedule_opening(
            tender=tender,
            stage=tender.policy["stages"][0],
            opens_at=tender.bids_close_at,
            at=world.at,
        )


def name_recovery_set(world: World, tender: Tender, k: int, n: int) -> None:
    """Name the people of the recovery set of the tender's policy."""
    tender.recovery_threshold = k
    tender.save(update_fields=["recovery_threshold"])
    for place, (name, office) in enumerate(zip(RECOVERY[:n], RECOVERY_OFFICES[:n], strict=True), 1):
        Custodian.objects.create(
            tender=tender,
            circle="recovery",
            index=place,
            person=world.person(name),
            office=office,
        )


def submit(hall: Hall, name: str, lot: int, at: datetime, **terms: Any) -> sealed.Offer:
    """Register, seal and hand in a bid."""
    sealed.register(hall.world, hall.tender, name, lot)
    uscc, escrow = hall.world.organisation_of(name).uscc, terms.pop("escrow", False)
    offer = sealed.Offer(hall.tender, uscc, lot, escrow=escrow)
    price = terms.pop("price", f"{800_000 + 1000 * len(hall.offers)}.00")
    request = offer.seal(price=price, **terms)
    sealed.accept(hall.world.actor(name), offer, request, at)
    hall.offers[name, lot] = offer
    return offer


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run acts at the same instant in threads of their own; give what became of each."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))
