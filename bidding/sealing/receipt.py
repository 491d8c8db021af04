"""Receipts of accepted commits: a signed note that promises inclusion (sealing.md 6.3)."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bidding.sealing.errors import SealingError
from ledger import note

TITLE: Final = "sealed-bid receipt v1"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_TICK: Final = re.compile(r"included by tick (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True)
class Receipt:
    """What a receipt says; `tick` is None when inclusion is promised by the closing."""

    tender: str
    commit: bytes
    accepted: datetime
    tick: int | None = None


def key_name(installation: str) -> str:
    """Give the name under which an installation signs receipts."""
    return f"{installation}/receipt"


def receipt_text(receipt: Receipt) -> str:
    """Write the five lines; no bidder, no file name, no sequence number."""
    by = "closing" if receipt.tick is None else f"tick {receipt.tick}"
    return "\n".join(
        (
            TITLE,
            receipt.tender,
            base64.b64encode(receipt.commit).decode(),
            write_time(receipt.accepted),
            f"included by {by}",
            "",
        )
    )


def write_time(at: datetime) -> str:
    """Write an instant in UTC; milliseconds are cut, never rounded up past a deadline."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def sign_receipt(receipt: Receipt, signer: note.Signer) -> str:
    """Give the signed note; the same receipt and key give the same bytes again."""
    text = receipt_text(receipt)
    if parse_receipt(text).commit != receipt.commit:
        raise SealingError("seal.receipt")
    return note.sign(text, signer)


def parse_receipt(text: str) -> Receipt:
    """Read a receipt's text, whoever signed it."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[0] != TITLE or not lines[1] or lines[5]:  # noqa: PLR2004 five lines
        raise SealingError("seal.receipt")
    return Receipt(lines[1], _commit(lines[2]), _time(lines[3]), _promise(lines[4]))


def _commit(line: str) -> bytes:
    try:
        commit = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealingError("seal.receipt") from error
    if base64.b64encode(commit).decode() != line or len(commit) != 32:  # noqa: PLR2004 SHA-256
        raise SealingError("seal.receipt")
    return commit


def _time(line: str) -> datetime:
    if not _TIME.fullmatch(line):
        raise SealingError("seal.receipt")
    try:
        return datetime.fromisoformat(line)
    except ValueError as error:
        raise SealingError("seal.receipt") from error


def _promise(line: str) -> int | None:
    if line == "included by closing":
        return None
    found = _TICK.fullmatch(line)
    if found is None:
        raise SealingError("seal.receipt")
    return int(found[1])


def verify_receipt(content: str, verifier: note.Verifier, commit: bytes | None = None) -> Receipt:
    """Check a receipt's signature and form, and that it is for this commit if one is given."""
    try:
        text, _signed = note.verify(content, [verifier])
    except note.NoteError as error:
        raise SealingError("seal.receipt") from error
    receipt = parse_receipt(text)
    if commit is not None and receipt.commit != commit:
        raise SealingError("seal.receipt")
    return receipt
