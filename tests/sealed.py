"""Published tenders and truly sealed bids for tests: real keys, real ciphertext, real commits."""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from accounts.models import Organisation, User
from accounts.services import issue_intake_token
from bidding import sealing
from bidding.intake import objects
from bidding.intake.requests import submission as submission_of
from bidding.sealing import keys
from bidding.sealing.stream import HEAD, SEALED_CHUNK
from bidding.sealing.suites import x25519
from bidding.services import bids
from bidding.services.objects import Upload, register_parts
from ledger import canonical, private
from ledger.services import record
from tests import factories
from tests.world import World
from trading import queries as trading
from trading.domain import WINDOWS
from trading.markets import markets
from trading.models import Lot, Tender

TEXT = sha256(b"the tender document").hexdigest()
CUSTODIANS = tuple(keys.Key("custodian", sha256(b"custodian %d" % i).digest()) for i in range(5))
RECOVERY = tuple(keys.Key("custodian", sha256(b"recovery %d" % i).digest()) for i in range(3))


def b64(content: bytes) -> str:
    """Write base64url without padding."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def published(
    world: World,
    closes_at: datetime,
    *,
    code: str = "XA-GP-2026-0001",
    stages: Sequence[str] = ("whole",),
    lots: int = 1,
    custodians: tuple[int, int] = (2, 3),
    recovery: tuple[int, int] | None = None,
    method: str = "open_tender",
    **given: Any,
) -> Tender:
    """Make a tender that is announced, as publication leaves it: rows, policy and fact."""
    circle = _circle(code, stages, CUSTODIANS, custodians)
    other = _circle(code, stages, RECOVERY, recovery) if recovery else None
    kept = markets()["procurement"].methods[method].stages[0]
    opened = "last" if kept == "last" else "whole" if len(stages) == 1 else "two"
    first = WINDOWS["last"][0] if opened == "last" else tuple(stages)
    blank = sealing.Policy(code, 1, "joint", first, circle, other, b"")
    written = sealing.write_policy(blank)
    custody = _plain(written)
    tender = Tender.objects.create(
        code=code,
        category="goods",
        title="数字化 X 线摄影系统采购",
        purchaser=world.organisations["hospital"],
        agency=world.organisations["agency"],
        drafted_by=world.person("sun"),
        region="410900",
        method=method,
        stages=opened,
        bids_close_at=closes_at,
        state="announced",
        document_version=1,
        text_digest=TEXT,
        policy=custody,
        policy_digest=sha256(canonical.encode(custody)).hexdigest(),
        drafted_at=closes_at - timedelta(days=40),
        published_at=closes_at - timedelta(days=30),
        next_due_at=closes_at + timedelta(seconds=1),
        **given,
    )
    for number in range(1, lots + 1):
        Lot.objects.create(
            tender=tender, number=number, title=f"第 {number} 包", budget=1_000_000, ceiling=900_000
        )
    with transaction.atomic():
        record(
            stream=tender.stream,
            kind="tender.published",
            actor="person:sun",
            at=tender.published_at,
            tender=code,
            closes_at=closes_at,
        )
    return tender


def _circle(
    code: str, stages: Sequence[str], held: Sequence[keys.Key], of: tuple[int, int]
) -> sealing.Circle:
    k, n = of
    return sealing.Circle(
        k,
        tuple(
            sealing.Custodian(
                f"托管人{place}", {s: x25519.public_of(key.stage(code, s)) for s in stages}
            )
            for place, key in enumerate(held[:n], 1)
        ),
    )


def _plain(written: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = sealing.policy.strict.parse(written, 65536)
    return parsed


def register(world: World, tender: Tender, name: str, lot: int = 1) -> None:
    """Register a bidder of the cast for a lot."""
    register_organisation(tender, world.organisation_of(name), world.person(name), lot)


def register_organisation(
    tender: Tender, organisation: Organisation, person: User, lot: int = 1
) -> None:
    """Register an organisation for a lot."""
    private.withhold(
        tender=tender.code,
        owner=organisation.uscc,
        kind="bidder.registered",
        actor=person.ref,
        at=tender.published_at,
        once=f"register.{organisation.uscc}.{lot}",
        lot=lot,
    )


def newcomer(at: datetime) -> tuple[User, Organisation]:
    """Make one more bidder, who cannot sign in (a password costs time) but holds a pass."""
    organisation = factories.organisation(at=at)
    person = User.objects.create(username=f"b{organisation.uscc}".lower(), name="何敏")
    factories.role(person, "bidder", organisation, at=at)
    return person, organisation


def token(world: World, name: str, at: datetime) -> str:
    """Give a bidder of the cast its pass to the intake door."""
    return token_of(world.person(name), world.organisation_of(name), at)


def token_of(person: User, organisation: Organisation, at: datetime) -> str:
    """Give a bidder's pass to the intake door."""
    acting = accounts.actor(person, at)
    return issue_intake_token(actor=acting, uscc=organisation.uscc, at=at)


@dataclass
class Offer:
    """One bidder's chain for one lot: its keys, and what its client would send next."""

    tender: Tender
    uscc: str
    lot: int = 1
    device: keys.Key = field(default_factory=lambda: keys.new_key("bidder-device"))
    paper: keys.Key = field(default_factory=lambda: keys.new_key("bidder-paper"))
    chain: bytes = field(default_factory=lambda: os.urandom(32))
    objects: dict[str, bytes] = field(default_factory=dict)
    escrow: bool = False
    stage: str = ""

    @property
    def policy(self) -> sealing.Policy:
        """The tender's custody policy as a client reads it; of a last quote, of its stage."""
        stage = self.stage or self.tender.policy["stages"][0]
        return sealing.parse_policy(canonical.encode(trading.policy_for(self.tender, stage)))

    def seal(
        self,
        prev: bytes | None = None,
        *,
        price: str = "812345.00",
        content: bytes = b"bid",
        said: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Seal every stage afresh and give the commit request; what is `said` lies with the
        price.
        """
        priced = {"price": price, "currency": "CNY", **(said or {})}
        stages = [self._stage(stage, priced, content) for stage in self.policy.stages]
        return self.request([entry for entry, _ in stages], [sent for _, sent in stages], prev)

    def request(
        self, entries: list[sealing.Entry], stages: list[dict[str, Any]], prev: bytes | None
    ) -> dict[str, Any]:
        """Give the commit request over these stages; none of them withdraws."""
        commit = sealing.make_commit(self.policy, str(self.lot), entries, prev, os.urandom)
        return {
            "commit": b64(commit),
            "signature": b64(sealing.sign_commit(commit, self.signer)),
            "tender": self.tender.code,
            "lot": self.lot,
            "envelopes": stages,
        }

    @property
    def signer(self) -> Any:
        """The key of this chain."""
        return self.device.submission(self.tender.code, str(self.lot), self.chain)

    def _stage(
        self, stage: str, priced: dict[str, str], content: bytes
    ) -> tuple[sealing.Entry, dict]:
        fields = {"days": "90"} | (priced if stage in {"whole", "price"} else {})
        bid = sealing.Bid(
            self.uscc,
            fields,
            [sealing.BidFile("投标文件.pdf", len(content), lambda: [content])],
            sealing.ed25519_signer(self.device.signing()),
        )
        to = sealing.SealTo(
            (self.device.wrap_public(), self.paper.wrap_public()),
            self.signer.public_key().public_bytes_raw(),
            self.escrow,
        )
        terms = sealing.Terms(
            self.policy, bytes.fromhex(self.tender.text_digest), str(self.lot), stage
        )
        body = bytearray()
        sealed = sealing.seal(terms, bid, to, body.extend)
        names = [b64(os.urandom(32)) for _ in range(2)]
        self.objects |= dict(zip(names, (sealed.readout, bytes(body)), strict=True))
        return sealed.entry, {
            "stage": stage,
            "core": b64(sealed.core),
            "wraps": b64(sealed.wraps),
            "readout": names[0],
            "body": names[1],
            "body_length": len(body),
        }


def parts(content: bytes) -> list[bytes]:
    """Cut a sealed stream into its entries."""
    starts = range(HEAD, len(content), SEALED_CHUNK)
    return [content[:HEAD], *(content[at : at + SEALED_CHUNK] for at in starts)]


def digests(entries: Sequence[bytes]) -> str:
    """Write the X-Digests header."""
    return ",".join(b64(sha256(entry).digest()) for entry in entries)


@dataclass
class Door:
    """A client at the intake door, speaking ASGI to it without a network."""

    intake: Any
    token: str

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        receive: Any = None,
    ) -> tuple[int, Any]:
        """Send one request and give status and parsed answer."""
        bare, _, query = path.partition("?")
        given = [(b"authorization", f"Bearer {self.token}".encode()), *headers]
        scope = {
            "type": "http",
            "method": method,
            "path": bare,
            "query_string": query.encode(),
            "headers": given,
        }
        sent: list[dict[str, Any]] = []

        async def whole() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.intake(scope, receive or whole, send)
        answer = b"".join(message.get("body", b"") for message in sent)
        return sent[0]["status"], json.loads(answer) if answer else None

    async def put(self, name: str, first: int, entries: Sequence[bytes]) -> tuple[int, Any]:
        """Upload consecutive entries of an object."""
        return await self.call(
            "PUT",
            f"/intake/objects/{name}/{first}",
            b"".join(entries),
            headers=[(b"x-digests", digests(entries).encode())],
        )

    async def upload(self, objects: dict[str, bytes]) -> None:
        """Upload whole objects."""
        for name, content in objects.items():
            entries = parts(content)
            for first in range(0, len(entries), 16):
                status, answer = await self.put(name, first, entries[first : first + 16])
                assert (status, answer) == (204, None)

    async def commit(self, request: dict[str, Any]) -> tuple[int, Any]:
        """Send a commit."""
        return await self.call("POST", "/intake/commits", json.dumps(request).encode())

    async def submit(self, offer: Offer, request: dict[str, Any]) -> tuple[int, Any]:
        """Upload what the offer holds, then send the commit."""
        await self.upload(offer.objects)
        offer.objects.clear()
        return await self.commit(request)


def store(offer: Offer, at: datetime) -> None:
    """Put an offer's ciphertext into the object store, as the door does."""
    for name, content in offer.objects.items():
        entries = dict(enumerate(parts(content)))
        known = {index: sha256(entry).digest() for index, entry in entries.items()}
        upload = Upload(name, offer.uscc, entries, known)
        with objects.locked(name) as descriptor:
            objects.write(descriptor, entries)
            register_parts(upload=upload, entries=entries, at=at)
    offer.objects.clear()


def accept(actor: Actor, offer: Offer, request: dict[str, Any], at: datetime) -> bids.Accepted:
    """Hand in a commit without a server: store the objects, examine, accept."""
    store(offer, at)
    submission = submission_of(json.dumps(request).encode())
    return bids.hand_in(
        actor=actor, owner=offer.uscc, submission=submission, read_head=objects.read_head, at=at
    )
