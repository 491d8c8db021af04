"""Take a bidder's commit: examine it, then decide it, then give the receipt.

Examining needs no lock and is done beside the writer; deciding is short and runs in the writer's
transaction. Everything about who and what rests in the tender's private tree (sealing.md 6.2).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from accounts.models import Organisation
from bidding import admission, policy
from bidding.admission import KIND_OF, Doors, Entries, Step
from bidding.models import Spent
from bidding.queries import bids as queries
from bidding.sealing import (
    Commit,
    Core,
    Entry,
    SealingError,
    check_commit,
    parse_core,
    parse_wraps,
    strict,
)
from bidding.sealing.receipt import Receipt, key_name, sign_receipt
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import note, private
from ledger.queries import facts_of
from ledger.services import record
from trading import queries as trading
from trading.models import Tender

MOST_LATE = 100  # noted for one tender, so that nobody can fill the record with them

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SealedStage:
    """One stage of a submission: the clear records, and the names of the uploaded objects."""

    stage: str
    core: bytes
    wraps: bytes
    readout: str
    body: str
    body_length: int


@dataclass(frozen=True)
class Submission:
    """What the bidder's client sends when everything is uploaded."""

    commit: bytes
    signature: bytes
    tender: str
    lot: int
    stages: tuple[SealedStage, ...]


@dataclass(frozen=True)
class Examined:
    """A submission whose records and objects are right, whatever the time and the chain say."""

    submission: Submission
    commit: Commit
    sub_pk: bytes
    salts: Mapping[str, bytes]
    policy_digest: str


@dataclass(frozen=True)
class Accepted:
    """The receipt of a commit; `repeated` when it had been accepted before."""

    receipt: str
    at: datetime
    commit: str
    repeated: bool


class Glance:
    """What was seen of tenders in one look: read once for all commits that are decided together."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], tuple[Tender, Doors]] = {}

    def at(self, actor: Actor, code: str, lot: int, at: datetime) -> tuple[Tender, Doors]:
        """Give a tender the actor may know of, and what decides whether a lot of it takes bids."""
        seen = self._seen.get((code, lot))
        if seen is None or not trading.may_see(actor, seen[0]):
            tender = trading.tender_for(actor, code, at)
            seen = tender, queries.doors_of(tender, trading.lot_of(tender, lot).state)
            self._seen[code, lot] = seen
        return seen


def examine(
    *,
    actor: Actor,
    owner: str,
    submission: Submission,
    read_head: Callable[[str], bytes],
    at: datetime,
) -> Examined:
    """Check signature, records and stored objects against the tender's policy (sealing.md 4)."""
    tender, doors = Glance().at(actor, submission.tender, submission.lot, at)
    steps = queries.steps_in_lot(tender.code, owner, submission.lot)
    repeat = admission.repeat_of(submission.commit, steps)
    if repeat is None:
        _refuse_closed(doors, at)
    sealing = queries.sealing_policy(tender)
    cores = {stage.stage: stage.core for stage in submission.stages}
    sub_pk = _chain_key(submission, repeat, steps)
    commit = check_commit(submission.commit, submission.signature, cores, sealing, sub_pk)
    if commit.lot != str(submission.lot) or len(cores) != len(submission.stages):
        raise SealingError("seal.context")
    salts: dict[str, bytes] = {}
    if repeat is None:
        for stage in submission.stages:
            salts |= _examine_stage(stage, commit, tender, owner, read_head)
    return Examined(submission, commit, sub_pk, salts, tender.policy_digest)


def _chain_key(submission: Submission, repeat: Step | None, steps: Sequence[Step]) -> bytes:
    """Give the key this commit must be signed with: its chain's, or a new chain's own."""
    known = repeat or admission.live(steps)
    if known is not None:
        return known.sub_pk
    if not submission.stages:
        raise admission.forked()
    return parse_core(submission.stages[0].core).sub_pk


def _examine_stage(
    stage: SealedStage,
    commit: Commit,
    tender: Tender,
    owner: str,
    read_head: Callable[[str], bytes],
) -> dict[str, bytes]:
    """Check one stage against its line in the commit, and give the salts of its objects."""
    entry = next(entry for entry in commit.stages if entry.stage == stage.stage)
    core = parse_core(stage.core)
    _check_records(stage, entry, core, tender)
    readout_length = 68 + 65_532 + 16
    return {
        name: _checked_object(name, root, length, owner, read_head).salt
        for name, root, length in (
            (stage.readout, entry.readout, readout_length),
            (stage.body, entry.body, entry.body_len),
        )
    }


def _check_records(stage: SealedStage, entry: Entry, core: Core, tender: Tender) -> None:
    if core.doc.hex() != tender.text_digest:
        raise SealingError("seal.context")
    if sha256(stage.wraps).digest() != entry.wraps:
        raise SealingError("seal.root", object="wraps")
    parse_wraps(stage.wraps, core)
    if stage.body_length != entry.body_len or stage.body == stage.readout:
        raise SealingError("seal.root", object="body")


def _checked_object(
    name: str, root: bytes, length: int, owner: str, read_head: Callable[[str], bytes]
) -> Entries:
    stored = queries.entries_of(name, owner, read_head(name))
    admission.refuse_incomplete(stored.entries, stored.indexes, length)
    admission.refuse_other_root(name, root, stored.entries)
    return stored.entries


@transaction.atomic
def accept(
    *, actor: Actor, owner: str, examined: Examined, glance: Glance | None = None, at: datetime
) -> Accepted:
    """Accept a commit that arrived at this instant, or say why not; the same one again is given its
    old receipt. `glance` is shared by commits that are decided in one transaction.
    """
    submission = examined.submission
    tender, doors = (glance or Glance()).at(actor, submission.tender, submission.lot, at)
    own = queries.own_in_lot(tender.code, owner, submission.lot)
    steps = own.steps
    if repeat := admission.repeat_of(submission.commit, steps):
        return Accepted(repeat.receipt, repeat.at, repeat.hash.hex(), repeated=True)
    organisation = accounts.organisation(owner)
    place = policy.BidPlace(tender, organisation, submission.lot, own.registered)
    policy.require(actor, "bid.submit", place)
    _refuse_closed(doors, at)
    admission.refuse_fork(examined.commit.prev, examined.sub_pk, steps)
    if tender.policy_digest != examined.policy_digest:
        raise SealingError("seal.context")
    _spend(examined, tender.code, owner, len(steps))
    return _withhold(actor, organisation, examined, len(steps), at)


def _refuse_closed(doors: Doors, at: datetime) -> None:
    try:
        admission.refuse_closed(doors, at)
    except Conflict as refusal:
        if refusal.code == "bid.deadline_mismatch":
            logger.critical("a stored deadline is not the logged one: intake has stopped")
        raise


def _spend(examined: Examined, code: str, owner: str, step: int) -> None:
    """Use up salts, objects and the chain's key; a value seen elsewhere betrays a broken client."""
    sub_pk = examined.sub_pk
    chain = private.tag(b"chain", code, owner, str(examined.submission.lot))
    wanted: dict[bytes, bytes] = {}
    if examined.commit.prev is None:
        wanted[private.tag(b"spent-key", sub_pk.hex())] = _holder(chain, step)
    for name, salt in examined.salts.items():
        wanted[queries.object_tag(name)] = private.tag(b"holder-key", sub_pk.hex())
        tag = private.tag(b"spent-salt", salt.hex())
        if tag in wanted:
            raise _reused()
        wanted[tag] = private.tag(b"holder-object", name)
    used = queries.spent(wanted)
    if any(wanted[tag] != holder for tag, holder in used.items()):
        raise _reused()
    _use_up({tag: holder for tag, holder in wanted.items() if tag not in used})


def _holder(chain: bytes, step: int) -> bytes:
    return private.tag(b"holder-chain", chain.hex(), str(step))


def _use_up(fresh: Mapping[bytes, bytes]) -> None:
    try:
        with transaction.atomic():
            Spent.objects.bulk_create(Spent(tag=tag, holder=held) for tag, held in fresh.items())
    except IntegrityError as raced:
        raise _reused() from raced


def _reused() -> Invalid:
    return Invalid(
        "bid.random_reused",
        _("密文中的随机值与另一份密文相同，随机数源不可信。请更换设备重新封装。"),
    )


def _withhold(
    actor: Actor, organisation: Organisation, examined: Examined, step: int, at: datetime
) -> Accepted:
    """Put the commit with its receipt into the private tree; the step's name is used only once, so
    two heads of one chain cannot both be there, in whichever process.
    """
    submission = examined.submission
    digest = sha256(submission.commit).digest()
    receipt = sign_receipt(Receipt(submission.tender, digest, at), receipt_signer())
    try:
        private.withhold(
            tender=submission.tender,
            owner=organisation.uscc,
            kind=KIND_OF[examined.commit.action],
            actor=actor.ref,
            at=at,
            once=f"bid/{submission.lot}/{organisation.uscc}/{step}",
            lot=submission.lot,
            step=step,
            commit=strict.base64url(submission.commit),
            signature=strict.base64url(submission.signature),
            sub_pk=strict.base64url(examined.sub_pk),
            envelopes=[_envelope(stage) for stage in submission.stages],
            receipt=receipt,
        )
    except Conflict as taken:
        raise admission.forked() from taken
    return Accepted(receipt, at, digest.hex(), repeated=False)


def _envelope(stage: SealedStage) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "core": strict.base64url(stage.core),
        "wraps": strict.base64url(stage.wraps),
        "readout": stage.readout,
        "body": stage.body,
        "body_length": stage.body_length,
    }


@cache
def receipt_signer() -> note.Signer:
    """Give the key that signs this installation's receipts."""
    key = Ed25519PrivateKey.from_private_bytes(settings.RECEIPT_KEY)
    return note.Signer(key_name(settings.INSTALLATION), key)


@transaction.atomic
def record_late(*, code: str, commit: bytes, at: datetime) -> None:
    """Note a commit that came too late, by its hash alone (sealing.md 5.1); once for each."""
    digest = sha256(commit).hexdigest()
    noted = facts_of(code, only=["commit.late"])
    if noted.count() < MOST_LATE and not noted.filter(data__commit=digest).exists():
        record(
            stream=f"tender.{code}",
            kind="commit.late",
            actor=SYSTEM.ref,
            at=at,
            tender=code,
            commit=digest,
        )
