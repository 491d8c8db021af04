"""The custodian policy of a tender as its logged event states it: who holds keys, how many act."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bidding.sealing import strict
from bidding.sealing.errors import SealingError
from bidding.sealing.format import MODES, STAGES, VERSION
from bidding.sealing.shamir import MAX_PARTS, check_threshold
from bidding.sealing.suite import suite_by_id

POLICY_LIMIT: Final = 64 * 1024
_REQUIRED: Final = frozenset(("v", "tender", "suite", "mode", "stages", "k", "custodians"))


@dataclass(frozen=True)
class Custodian:
    """A holder of one part: a name and one fresh public key a stage."""

    name: str
    keys: Mapping[str, bytes]


@dataclass(frozen=True)
class Circle:
    """Custodians of which any k can act; their places 1 to n number the parts."""

    k: int
    custodians: tuple[Custodian, ...]


@dataclass(frozen=True)
class Policy:
    """The one suite, mode and custodian set that an envelope of this tender may use."""

    tender: str
    suite: int
    mode: str
    stages: tuple[str, ...]
    opening: Circle
    recovery: Circle | None
    digest: bytes


def parse_policy(content: bytes) -> Policy:
    """Read a policy event; members beyond ours (deadline, ticks …) are the platform's own."""
    found = strict.parse(content, POLICY_LIMIT)
    if not isinstance(found, dict):
        raise SealingError("seal.value")
    if missing := sorted(_REQUIRED - found.keys()):
        raise SealingError("seal.key_missing", key=missing[0])
    if strict.number_of(found, "v") != VERSION:
        raise SealingError("seal.version")
    stages = _stages(found)
    recovery = found.get("recovery")
    policy = Policy(
        tender=strict.text_of(found, "tender"),
        suite=suite_by_id(strict.number_of(found, "suite")).id,
        mode=strict.text_of(found, "mode"),
        stages=stages,
        opening=_circle(found, stages),
        recovery=None if recovery is None else _circle(recovery, stages),
        digest=sha256(content).digest(),
    )
    if policy.mode not in MODES or (policy.mode == "authority" and policy.recovery is None):
        raise SealingError("seal.mode")
    return policy


def _stages(found: strict.Object) -> tuple[str, ...]:
    stages = tuple(stage for stage in STAGES if stage in strict.list_of(found, "stages", 4))
    alone = "whole" in stages and len(stages) > 1
    if not stages or alone or len(stages) != len(strict.list_of(found, "stages", 4)):
        raise SealingError("seal.stage")
    return stages


def _circle(value: object, stages: tuple[str, ...]) -> Circle:
    if not isinstance(value, dict) or not {"k", "custodians"} <= value.keys():
        raise SealingError("seal.value")
    items = strict.list_of(value, "custodians", MAX_PARTS)
    circle = Circle(
        strict.number_of(value, "k"),
        tuple(_custodian(*item, stages) for item in enumerate(items, 1)),
    )
    check_threshold(circle.k, len(circle.custodians))
    for stage in stages:
        if len({custodian.keys[stage] for custodian in circle.custodians}) != len(items):
            raise SealingError("seal.public_key")
    return circle


def _custodian(place: int, value: object, stages: tuple[str, ...]) -> Custodian:
    if not isinstance(value, dict) or not {"index", "name", "public_keys"} <= value.keys():
        raise SealingError("seal.value")
    if strict.number_of(value, "index") != place:
        raise SealingError("seal.parts_index")
    keys = value["public_keys"]
    if not isinstance(keys, dict) or not set(stages) <= keys.keys():
        raise SealingError("seal.stage")
    return Custodian(
        strict.text_of(value, "name"), {stage: strict.binary(keys[stage]) for stage in stages}
    )


def write_policy(policy: Policy, **more: object) -> bytes:
    """Write a policy event; `digest` is ignored, it is the hash of what this returns."""
    record: dict[str, object] = {
        "v": VERSION,
        "tender": policy.tender,
        "suite": policy.suite,
        "mode": policy.mode,
        "stages": list(policy.stages),
        **_circle_record(policy.opening),
    }
    if policy.recovery is not None:
        record["recovery"] = _circle_record(policy.recovery)
    return strict.write(record | more)


def _circle_record(circle: Circle) -> dict[str, object]:
    custodians = [
        {
            "index": place,
            "name": custodian.name,
            "public_keys": {stage: strict.base64url(key) for stage, key in custodian.keys.items()},
        }
        for place, custodian in enumerate(circle.custodians, 1)
    ]
    return {"k": circle.k, "custodians": custodians}
