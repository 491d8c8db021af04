"""Examine a bidder's commit before it is decided: its signature, its records, its stored objects.

Nothing here depends on the order of commits, so it is done beside the writer and without a lock;
several commits are examined together, so that what they share is read once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from accounts.domain import Actor
from bidding import admission
from bidding.admission import Entries, Step
from bidding.queries import bids as queries
from bidding.queries.together import Chains, Glance, StoredObjects
from bidding.sealing import (
    Commit,
    Core,
    Entry,
    SealingError,
    check_commit,
    parse_core,
    parse_wraps,
)
from kernel.errors import DomainError, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from trading.models import Tender

READOUT_LENGTH = 68 + 65_532 + 16


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
class Handover:
    """A submission as it came in: by whom, for which organisation, and at which instant."""

    actor: Actor
    owner: str
    submission: Submission
    at: datetime


@dataclass(frozen=True)
class Examined:
    """A handover whose records and objects are right, whatever the time and the chain say.

    `spends` are the tags of what it uses up beside its chain's key, each with what will hold it.
    """

    handover: Handover
    commit: Commit
    sub_pk: bytes
    spends: Mapping[bytes, bytes]
    policy_digest: str


ReadHead = Callable[[str], bytes]


def examine_all(handovers: Sequence[Handover], read_head: ReadHead) -> list[Examined | DomainError]:
    """Examine several commits, each as if it were alone; one that is refused gives its refusal."""
    ground = Ground(handovers, read_head)
    found: list[Examined | DomainError] = []
    for handover in handovers:
        try:
            found.append(_examine(handover, ground))
        except DomainError as refusal:
            found.append(refusal)
    return found


class Ground:
    """What commits are examined against, read together."""

    def __init__(self, handovers: Sequence[Handover], read_head: ReadHead) -> None:
        self.glance = Glance()
        self.chains = Chains((h.submission.tender, h.owner) for h in handovers)
        self.objects = StoredObjects(list(_names(handovers)))
        self.read_head = read_head


def _names(handovers: Iterable[Handover]) -> Iterable[str]:
    for handover in handovers:
        for stage in handover.submission.stages:
            yield from (stage.readout, stage.body)


def _examine(handover: Handover, ground: Ground) -> Examined:
    """Check signature, records and stored objects against the tender's policy (sealing.md 4)."""
    submission = handover.submission
    tender, doors = ground.glance.at(handover.actor, submission.tender, submission.lot, handover.at)
    steps = ground.chains.steps(tender.code, handover.owner, submission.lot)
    repeat = admission.repeat_of(submission.commit, steps)
    if repeat is None:
        queries.refuse_closed_aloud(doors, handover.at)
    cores = {stage.stage: stage.core for stage in submission.stages}
    sub_pk = _chain_key(submission, repeat, steps)
    sealing = ground.glance.policy(tender)
    commit = check_commit(submission.commit, submission.signature, cores, sealing, sub_pk)
    if commit.lot != str(submission.lot) or len(cores) != len(submission.stages):
        raise SealingError("seal.context")
    stages = submission.stages if repeat is None else ()
    salts = {n: s for stage in stages for n, s in _salts(stage, commit, tender, handover, ground)}
    return Examined(handover, commit, sub_pk, _spends(salts, sub_pk), sealing.digest.hex())


def _chain_key(submission: Submission, repeat: Step | None, steps: Sequence[Step]) -> bytes:
    """Give the key this commit must be signed with: its chain's, or a new chain's own."""
    known = repeat or admission.live(steps)
    if known is not None:
        return known.sub_pk
    if not submission.stages:
        raise admission.forked()
    return parse_core(submission.stages[0].core).sub_pk


def _salts(
    stage: SealedStage, commit: Commit, tender: Tender, handover: Handover, ground: Ground
) -> Iterable[tuple[str, bytes]]:
    """Check one stage against its line in the commit, and give the salts of its objects by name."""
    entry = next(entry for entry in commit.stages if entry.stage == stage.stage)
    _check_records(stage, entry, parse_core(stage.core), tender)
    for name, root, length in (
        (stage.readout, entry.readout, READOUT_LENGTH),
        (stage.body, entry.body, entry.body_len),
    ):
        yield name, _checked_object(name, root, length, handover.owner, ground).salt


def _check_records(stage: SealedStage, entry: Entry, core: Core, tender: Tender) -> None:
    if core.doc.hex() != tender.text_digest:
        raise SealingError("seal.context")
    if sha256(stage.wraps).digest() != entry.wraps:
        raise SealingError("seal.root", object="wraps")
    parse_wraps(stage.wraps, core)
    if stage.body_length != entry.body_len or stage.body == stage.readout:
        raise SealingError("seal.root", object="body")


def _checked_object(name: str, root: bytes, length: int, owner: str, ground: Ground) -> Entries:
    indexes, entries = ground.objects.entries(name, owner, ground.read_head(name))
    admission.refuse_incomplete(entries, indexes, length)
    admission.refuse_other_root(name, root, entries)
    return entries


def _spends(salts: Mapping[str, bytes], sub_pk: bytes) -> dict[bytes, bytes]:
    """Give the tags of objects and salts this commit uses up; a salt drawn twice is a fault."""
    spends: dict[bytes, bytes] = {}
    for name, salt in salts.items():
        spends[queries.object_tag(name)] = private.tag(b"holder-key", sub_pk.hex())
        tag = private.tag(b"spent-salt", salt.hex())
        if tag in spends:
            raise reused()
        spends[tag] = private.tag(b"holder-object", name)
    return spends


def reused() -> Invalid:
    """Say that a value counts as random and has been seen before: a broken random source."""
    return Invalid(
        "bid.random_reused",
        _("密文中的随机值与另一份密文相同，随机数源不可信。请更换设备重新封装。"),
    )
