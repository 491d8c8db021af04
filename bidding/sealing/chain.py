"""A submission's chain of commits: submit, replace …, withdraw (sealing.md 4.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from bidding.sealing.errors import SealingError
from bidding.sealing.format import (
    Commit,
    Core,
    Entry,
    commit_hash,
    parse_commit,
    parse_core,
    verify_commit,
    write_commit,
)
from bidding.sealing.policy import Policy
from bidding.sealing.shamir import Random


def make_commit(
    policy: Policy, lot: str, entries: Sequence[Entry], prev: bytes | None, random: Random
) -> bytes:
    """Write the next commit: the first submits, later ones replace; without stages it withdraws."""
    action = "submit" if prev is None else "replace"
    commit = Commit(policy.tender, lot, action, tuple(entries), prev, random(32))
    content = write_commit(commit if entries else replace(commit, action="withdraw"))
    parse_commit(content)
    return content


def is_repeat(content: bytes, chain: Sequence[bytes]) -> bool:
    """Tell whether this very commit is in the chain already: it then gets its old receipt."""
    return content in chain


def check_place(content: bytes, chain: Sequence[bytes]) -> None:
    """Refuse a commit that does not follow the last one, or that follows a withdrawal."""
    commit = parse_commit(content)
    last = commit_hash(chain[-1]) if chain else None
    if commit.prev != last or (chain and parse_commit(chain[-1]).action == "withdraw"):
        raise SealingError("seal.chain")


def check_commit(
    content: bytes, signature: bytes, cores: Mapping[str, bytes], policy: Policy, sub_pk: bytes
) -> Commit:
    """Check a commit against its cores by stage and the chain's key; `sub_pk` is the first core's.

    A copied envelope names another chain's key, so it cannot be committed under one's own.
    """
    commit = verify_commit(content, signature, sub_pk)
    if commit.tender != policy.tender:
        raise SealingError("seal.context")
    if commit.stages and {entry.stage for entry in commit.stages} != set(policy.stages):
        raise SealingError("seal.stage")
    for entry in commit.stages:
        core = cores.get(entry.stage)
        if core is None or sha256(core).digest() != entry.core:
            raise SealingError("seal.root", object="core")
        check_core(parse_core(core), policy, commit.lot, entry.stage)
        if parse_core(core).sub_pk != sub_pk:
            raise SealingError("seal.signature")
    return commit


def check_core(core: Core, policy: Policy, lot: str, stage: str) -> None:
    """Check a core against the tender's one policy: no other suite, mode, set or place passes."""
    if core.suite != policy.suite:
        raise SealingError("seal.suite")
    if core.mode != policy.mode:
        raise SealingError("seal.mode")
    if core.stage != stage or stage not in policy.stages:
        raise SealingError("seal.stage")
    if (core.tender, core.lot, core.policy) != (policy.tender, lot, policy.digest):
        raise SealingError("seal.context")
    opening = policy.opening
    if (core.share_a.k, core.share_a.n) != (opening.k, len(opening.custodians)):
        raise SealingError("seal.threshold", k=core.share_a.k, n=core.share_a.n)
    recovery = policy.recovery
    if core.escrow is not None and (
        recovery is None or (core.escrow.k, core.escrow.n) != (recovery.k, len(recovery.custodians))
    ):
        raise SealingError("seal.threshold", k=core.escrow.k, n=core.escrow.n)
