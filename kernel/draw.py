"""Draws that anybody can repeat: commit first, take a stranger's nonce, then reveal.

The candidates are frozen in order and their digest published; then the commitment to a secret seed;
then somebody else gives the nonce; then the seed is revealed and this arithmetic repeated by all.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

SEED_BYTES: Final = 32
SPAN: Final = 2**64
NONCE_BYTES: Final = (8, 64)
"""Of a nonce: shorter ones could be tried out beforehand."""
_COMMIT_LABEL = b"draw-commit/v1\x00"
_DRAW_LABEL = b"draw/v1\x00"
_LIST_LABEL = b"draw-list/v1\x00"


@dataclass(frozen=True)
class Round:
    """One sample: its number, its value, and who it drew (None when it had to be rejected)."""

    number: int
    value: int
    remaining: int
    index: int | None
    drawn: str | None


@dataclass(frozen=True)
class Draw:
    """Everything needed to repeat a draw, and its result in the order drawn."""

    candidates: tuple[str, ...]
    commit: str
    list_digest: str
    purpose: str
    rounds: tuple[Round, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        """List who was drawn, in order."""
        return tuple(r.drawn for r in self.rounds if r.drawn is not None)

    @property
    def rejected(self) -> tuple[Round, ...]:
        """List the samples that would have favoured somebody and were thrown away."""
        return tuple(r for r in self.rounds if r.drawn is None)


def read_nonce(text: str) -> bytes:
    """Take a nonce that somebody gives, in hexadecimal or as any words."""
    try:
        given = bytes.fromhex(text)
    except ValueError:
        given = text.strip().encode()
    least, most = NONCE_BYTES
    if not least <= len(given) <= most:
        message = _("随机数须为 8 至 64 个字节（可填任意文字或十六进制）。")
        raise Invalid("draw.nonce", message, field="nonce")
    return given


def commitment(seed: bytes) -> str:
    """Give the hash that is published before anybody else's nonce is known."""
    _seed(seed)
    return hashlib.sha256(_COMMIT_LABEL + seed).hexdigest()


def list_digest(candidates: Sequence[str]) -> str:
    """Give the digest of the frozen, ordered list (SHA-256 over its label and its JSON array)."""
    text = json.dumps(list(candidates), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(_LIST_LABEL + text.encode()).hexdigest()


def sample(seed: bytes, nonce: bytes, purpose: str, number: int) -> int:
    """Give the 64-bit value of a round."""
    message = _DRAW_LABEL + _framed(nonce) + _framed(purpose.encode()) + number.to_bytes(4, "big")
    return int.from_bytes(hmac.digest(seed, message, "sha256")[:8], "big")


def draw(candidates: Sequence[str], *, seed: bytes, nonce: bytes, purpose: str, count: int) -> Draw:
    """Draw `count` of the candidates; a sample that would favour low indexes is rejected."""
    _possible(candidates, count)
    commit, left = commitment(seed), list(candidates)
    rounds: list[Round] = []
    while len(candidates) - len(left) < count:
        number, size = len(rounds), len(left)
        value = sample(seed, nonce, purpose, number)
        index = value % size if value < SPAN // size * size else None
        taken = None if index is None else left.pop(index)
        rounds.append(Round(number, value, size, index, taken))
    return Draw(tuple(candidates), commit, list_digest(candidates), purpose, tuple(rounds))


def _framed(part: bytes) -> bytes:
    if len(part) >= 2**16:
        raise Invalid("draw.input_too_long", _("抽取的随机数和用途各不超过 65535 字节。"))
    return len(part).to_bytes(2, "big") + part


def _seed(seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise Invalid(
            "draw.seed_length", _("种子必须为 32 字节，现为 %(length)s 字节。"), length=len(seed)
        )


def _possible(candidates: Sequence[str], count: int) -> None:
    twice = [name for name, times in Counter(candidates).items() if times > 1]
    if twice:
        raise Invalid(
            "draw.duplicate_candidate", _("候选名单有重复：%(names)s。"), names="、".join(twice)
        )
    if not 1 <= count <= len(candidates):
        raise Invalid(
            "draw.count_impossible",
            _("不能从 %(size)s 个候选中抽取 %(count)s 个。"),
            size=len(candidates),
            count=count,
        )
