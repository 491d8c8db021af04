"""What a custodian does at the command line: publish a stage key, release a part of one bid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bidding.sealing import strict
from bidding.sealing.chain import check_core
from bidding.sealing.client import Json
from bidding.sealing.errors import SealingError
from bidding.sealing.format import commit_hash, parse_commit, parse_core
from bidding.sealing.keys import Key
from bidding.sealing.opening import is_stage_key, unwrap_part
from bidding.sealing.policy import Policy
from kernel.errors import Conflict
from kernel.text import gettext_noop as _


def check_closed(answer: Json, now: datetime) -> None:
    """Refuse to give anything away before the deadline by the custodian's own clock."""
    try:
        closes_at = datetime.fromisoformat(strict.text_of(answer, "closes_at"))
        early = now < closes_at
    except (KeyError, ValueError, TypeError) as error:
        raise SealingError("seal.key_missing", key="closes_at") from error
    if early:
        message = _("投标截止时间 %(closes_at)s 未到，不公布密钥。")
        raise Conflict("custodian.before_closing", message, closes_at=closes_at.isoformat())


@dataclass(frozen=True)
class Part:
    """A part taken out of the one bid whose bidder asked for it."""

    commit: str
    bidder: str
    part: bytes


def parts_asked_for(
    policy: Policy, stage: str, key: Key, answer: Json, only: str = ""
) -> Iterator[Part]:
    """Take this custodian's part out of each bid that waits for it, or of one alone."""
    index = strict.number_of(answer, "index")
    private = key.stage(policy.tender, stage)
    if policy.recovery is None or not is_stage_key(policy, policy.recovery, stage, index, private):
        raise SealingError("seal.stage_key", place=index)
    for asked in strict.list_of(answer, "requests", 10_000):
        if not isinstance(asked, dict):
            raise SealingError("seal.value")
        if only in {"", asked.get("commit")}:
            yield _part(policy, (stage, index), private, asked)


def _part(policy: Policy, place: tuple[str, int], private: bytes, asked: Json) -> Part:
    """Unwrap one part, of the very objects that the commit which asked binds."""
    stage, index = place
    record = strict.binary(asked.get("record"))
    core, wraps = strict.binary(asked.get("core")), strict.binary(asked.get("wraps"))
    name = commit_hash(record).hex()
    entry = next((one for one in parse_commit(record).stages if one.stage == stage), None)
    if name != asked.get("commit") or entry is None:
        raise SealingError("seal.context")
    for title, content, root in (("core", core, entry.core), ("wraps", wraps, entry.wraps)):
        if sha256(content).digest() != root:
            raise SealingError("seal.root", object=title)
    check_core(parse_core(core), policy, parse_commit(record).lot, stage)
    part = unwrap_part(core, wraps, "wrap-e", index, private)
    return Part(name, str(asked.get("bidder", "")), part)
