"""Decide commits and give their receipts: commits that came together are decided together.

Deciding is short and runs in the writer's transaction (docs/adr/0015-commits-in-groups.md).
Everything about who and what rests in the tender's private tree (sealing.md 6.2).
"""

from collections.abc import Mapping, Sequence
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
from bidding import admission, policy
from bidding.admission import KIND_OF, Step
from bidding.models import Spent
from bidding.queries import bids as queries
from bidding.queries import windows
from bidding.queries.together import Chains, Glance
from bidding.sealing import SealingError, strict
from bidding.sealing.receipt import Receipt, key_name, sign_receipt
from bidding.services.examining import (
    Examined,
    Handover,
    ReadHead,
    SealedStage,
    Submission,
    examine_all,
    reused,
)
from kernel.errors import Conflict, DomainError
from ledger import note, private
from ledger.queries import facts_of
from ledger.services import record
from trading.models import Tender

MOST_LATE = 100  # noted for one tender, so that nobody can fill the record with them


@dataclass(frozen=True)
class Accepted:
    """The receipt of a commit; `repeated` when it had been accepted before."""

    receipt: str
    at: datetime
    commit: str
    repeated: bool


def hand_in(
    *, actor: Actor, owner: str, submission: Submission, read_head: ReadHead, at: datetime
) -> Accepted:
    """Examine and accept one commit, or say why not."""
    [examined] = examine_all([Handover(actor, owner, submission, at)], read_head)
    if isinstance(examined, DomainError):
        raise examined
    [accepted] = accept_all([examined])
    if isinstance(accepted, DomainError):
        raise accepted
    return accepted


class Docket:
    """What a group of commits is decided by, read together, and what is decided so far."""

    def __init__(self, group: Sequence[Examined]) -> None:
        handovers = [examined.handover for examined in group]
        self.glance = Glance()
        self.chains = Chains((given.submission.tender, given.owner) for given in handovers)
        self.bidders = accounts.organisations_by_code(given.owner for given in handovers)
        self.used = queries.spent(tag for examined in group for tag in _tags(examined))
        self.fresh: dict[bytes, bytes] = {}
        self.accepted: list[tuple[str, Step]] = []

    def take(self, code: str, step: Step, fresh: Mapping[bytes, bytes]) -> None:
        """Let those decided after this commit find it, as if it had been written already."""
        self.accepted.append((self.chains.tree(code), step))
        self.chains.go_on(code, step)
        self.fresh |= fresh
        self.used |= fresh


class Raced(Exception):
    """Another process wrote one of these names between our reading and our writing."""


def accept_all(group: Sequence[Examined]) -> list[Accepted | DomainError]:
    """Decide commits in this order, each as if it came alone: accepted, or the reason why not; the
    same one again is given its old receipt.

    A group that another process overtook is read and decided again, and finds what that one wrote:
    the same commit sent to two processes at once has one receipt, and no honest bidder is told of
    a fork or of a value used twice. Raises `Raced` when it is overtaken each time.
    """
    for _again in range(len(group) + 1):  # each time at least one of them is written elsewhere
        try:
            return _accept_together(group)
        except Raced as race:
            overtaken = race
    raise overtaken


@transaction.atomic
def _accept_together(group: Sequence[Examined]) -> list[Accepted | DomainError]:
    docket = Docket(group)
    outcomes: list[Accepted | DomainError] = []
    for examined in group:
        try:
            outcomes.append(_decide(examined, docket))
        except DomainError as refusal:
            outcomes.append(refusal)
    _use_up(docket.fresh)
    _withhold(docket.accepted)
    return outcomes


def _decide(examined: Examined, docket: Docket) -> Accepted:
    given = examined.handover
    submission, at = given.submission, given.at
    tender, doors = docket.glance.at(given.actor, submission.tender, submission.lot, at)
    steps = docket.chains.steps(tender.code, given.owner, submission.lot)
    if repeat := admission.repeat_of(submission.commit, steps):
        return Accepted(repeat.receipt, repeat.at, repeat.hash.hex(), repeated=True)
    policy.require(given.actor, "bid.submit", _place(given, tender, docket))
    queries.refuse_closed_aloud(doors, at)
    admission.refuse_fork(examined.commit.prev, examined.sub_pk, steps)
    if docket.glance.policy(tender).digest.hex() != examined.policy_digest:
        raise SealingError("seal.context")
    fresh = _fresh(examined, docket, len(steps))
    step = _step(examined, len(steps))
    docket.take(tender.code, step, fresh)
    return Accepted(step.receipt, at, step.hash.hex(), repeated=False)


def _place(given: Handover, tender: Tender, docket: Docket) -> policy.BidPlace:
    lots = docket.chains.open_to(tender, given.owner)
    return policy.BidPlace(tender, docket.bidders[given.owner], given.submission.lot, lots)


def _tags(examined: Examined) -> list[bytes]:
    """Give the tags that a commit may use up: its objects, its salts and a new chain's key."""
    return [*examined.spends, _key_tag(examined)]


def _key_tag(examined: Examined) -> bytes:
    return private.tag(b"spent-key", examined.sub_pk.hex())


def _fresh(examined: Examined, docket: Docket, step: int) -> dict[bytes, bytes]:
    """Give what this commit uses up and nobody has; a value seen elsewhere betrays a broken
    client.
    """
    wanted, used = dict(examined.spends), docket.used
    if examined.commit.prev is None:
        wanted[_key_tag(examined)] = _holder(examined.handover, docket, step)
    if any(used.get(tag, holder) != holder for tag, holder in wanted.items()):
        raise reused()
    return {tag: holder for tag, holder in wanted.items() if tag not in used}


def _holder(given: Handover, docket: Docket, step: int) -> bytes:
    tree = docket.chains.tree(given.submission.tender)
    chain = private.tag(b"chain", tree, given.owner, str(given.submission.lot))
    return private.tag(b"holder-chain", chain.hex(), str(step))


def _step(examined: Examined, number: int) -> Step:
    """Make the commit a step of its chain, with its signed receipt."""
    given = examined.handover
    submission = given.submission
    digest = sha256(submission.commit).digest()
    return Step(
        owner=given.owner,
        lot=submission.lot,
        step=number,
        kind=KIND_OF[examined.commit.action],
        commit=submission.commit,
        signature=submission.signature,
        sub_pk=examined.sub_pk,
        envelopes=tuple(_envelope(stage) for stage in submission.stages),
        receipt=sign_receipt(Receipt(submission.tender, digest, given.at), receipt_signer()),
        actor=given.actor.ref,
        at=given.at,
    )


def _envelope(stage: SealedStage) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "core": strict.base64url(stage.core),
        "wraps": strict.base64url(stage.wraps),
        "readout": stage.readout,
        "body": stage.body,
        "body_length": stage.body_length,
    }


def _use_up(fresh: Mapping[bytes, bytes]) -> None:
    # In the order of the key, so that two processes never wait for each other in a ring.
    rows = [Spent(tag=tag, holder=fresh[tag]) for tag in sorted(fresh)]
    try:
        with transaction.atomic():
            Spent.objects.bulk_create(rows)
    except IntegrityError as raced:
        raise Raced from raced


def _withhold(accepted: Sequence[tuple[str, Step]]) -> None:
    """Put the commits with their receipts into the private tree; a step's name is used only once,
    so two heads of one chain cannot both be there, in whichever process.
    """
    try:
        private.withhold_all(_wish(tree, step) for tree, step in accepted)
    except Conflict as taken:
        raise Raced from taken


def _wish(tree: str, step: Step) -> private.Wish:
    return private.Wish(
        tender=tree,
        owner=step.owner,
        kind=step.kind,
        actor=step.actor,
        at=step.at,
        once=f"bid/{step.lot}/{step.owner}/{step.step}",
        data={
            "lot": step.lot,
            "step": step.step,
            "commit": strict.base64url(step.commit),
            "signature": strict.base64url(step.signature),
            "sub_pk": strict.base64url(step.sub_pk),
            "envelopes": list(step.envelopes),
            "receipt": step.receipt,
        },
    )


@cache
def receipt_signer() -> note.Signer:
    """Give the key that signs this installation's receipts."""
    key = Ed25519PrivateKey.from_private_bytes(settings.RECEIPT_KEY)
    return note.Signer(key_name(settings.INSTALLATION), key)


@transaction.atomic
def record_late(*, owner: str, submission: Submission, at: datetime) -> Accepted | None:
    """Note a commit that came too late, by its hash alone (sealing.md 5.1); once for each.

    Sent a second time before its first arrival was decided, it may have been accepted meanwhile:
    then it is given that receipt.
    """
    code, digest = submission.tender, sha256(submission.commit).hexdigest()
    steps = queries.steps_in_lot(windows.trees_now([code])[code], owner, submission.lot)
    if repeat := admission.repeat_of(submission.commit, steps):
        return Accepted(repeat.receipt, repeat.at, digest, repeated=True)
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
    return None
