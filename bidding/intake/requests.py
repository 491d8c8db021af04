"""Read what comes through the door: bodies within bounds, headers, and the one small JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bidding.admission import split_entries
from bidding.sealing import SealingError, strict
from bidding.sealing.format import STAGES
from bidding.sealing.stream import HEAD, MAX_CHUNKS, SEALED_CHUNK
from bidding.services.examining import SealedStage, Submission
from bidding.services.objects import Upload
from kernel.errors import DomainError, Invalid
from kernel.text import gettext_noop as _

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]

MOST_ENTRIES: Final = 16
PART_LIMIT: Final = HEAD + MOST_ENTRIES * SEALED_CHUNK
COMMIT_LIMIT: Final = 512 * 1024
MOST_MEMBERS: Final = 1000
IDLE_SECONDS: Final = 20.0
BODY_SECONDS: Final = 120.0
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,4}")
_SUBMISSION: Final = frozenset(("commit", "signature", "tender", "lot", "envelopes"))
_STAGE: Final = frozenset(("stage", "core", "wraps", "readout", "body", "body_length"))
_LONGEST_LOT: Final = 4


class TooLarge(DomainError):
    """More bytes than the door takes."""

    status = 413


class TooSlow(DomainError):
    """The body did not arrive in time."""

    status = 408


class Gone(Exception):
    """The client went away before its request was complete."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Read a body of at most `limit` bytes; a client that trickles or lies is sent away."""
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _all_of(receive, limit)
    except TimeoutError:
        raise TooSlow("intake.too_slow", _("请求内容未能及时传完，请检查网络后重试。")) from None


async def _all_of(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await asyncio.wait_for(receive(), IDLE_SECONDS)
        if message["type"] == "http.disconnect":
            raise Gone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        "intake.too_large", _("请求内容超过上限 %(limit)s 字节，请分块上传。"), limit=limit
    )


def header(scope: Scope, name: bytes) -> str:
    """Give a header as text, empty when it is missing."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[-1].decode("latin-1") if values else ""


def object_name(text: str) -> str:
    """Read an object's name: 32 random bytes in base64url, chosen by the client."""
    if not _NAME.fullmatch(text):
        raise Invalid("intake.name", _("对象名须为 32 字节随机数的 base64url（43 个字符）。"))
    return text


def upload(owner: str, name: str, first: str, digests: str, body: bytes) -> Upload:
    """Read an upload: consecutive entries from `first` on, each with its digest."""
    if not _INDEX.fullmatch(first) or int(first) > MAX_CHUNKS:
        raise Invalid("intake.index", _("分块序号超出范围。"))
    start = int(first)
    entries = split_entries(body, start)
    given = [strict.binary(part.strip(), 32) for part in digests.split(",")] if digests else []
    if len(given) != len(entries) or len(entries) > MOST_ENTRIES:
        raise Invalid(
            "intake.digests",
            _("X-Digests 须逐块给出 SHA-256，每次 1 至 16 块。"),
            entries=len(entries),
            digests=len(given),
        )
    if start + len(entries) - 1 > MAX_CHUNKS:
        raise Invalid("intake.index", _("分块序号超出范围。"))
    return Upload(
        object_name(name),
        owner,
        {start + place: entry for place, entry in enumerate(entries)},
        {start + place: digest for place, digest in enumerate(given)},
    )


def submission(body: bytes) -> Submission:
    """Read a commit request; any form two parsers could read differently is refused."""
    _refuse_elaborate(body)
    found = strict.members(strict.parse(body, COMMIT_LIMIT), _SUBMISSION)
    return Submission(
        commit=strict.binary(found["commit"]),
        signature=strict.binary(found["signature"], 64),
        tender=tender_code(strict.text_of(found, "tender", 40)),
        lot=_lot(found),
        stages=tuple(_stage(item) for item in strict.list_of(found, "envelopes", len(STAGES))),
    )


def _refuse_elaborate(body: bytes) -> None:
    """Refuse what holds bytes enough to keep a parser busy: a commit is few, long texts."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_MEMBERS:
        raise Invalid(
            "intake.elaborate", _("请求内容的成员超过 %(limit)s 个。"), limit=MOST_MEMBERS
        )


def tender_code(text: str) -> str:
    """Read a tender's code; one that could not be printed is not looked for."""
    if not text.isprintable():
        raise SealingError("seal.value", key="tender")
    return text


def _lot(found: strict.Object) -> int:
    """Read a lot's number, written as a number or (as in the core) as text."""
    value = found["lot"]
    if isinstance(value, str) and _INDEX.fullmatch(value) and len(value) <= _LONGEST_LOT:
        return int(value)
    return strict.number_of(found, "lot", 1)


def _stage(item: object) -> SealedStage:
    found = strict.members(item, _STAGE)
    stage = strict.text_of(found, "stage")
    if stage not in STAGES:
        raise SealingError("seal.stage")
    return SealedStage(
        stage=stage,
        core=strict.binary(found["core"]),
        wraps=strict.binary(found["wraps"]),
        readout=object_name(strict.text_of(found, "readout")),
        body=object_name(strict.text_of(found, "body")),
        body_length=strict.number_of(found, "body_length"),
    )
