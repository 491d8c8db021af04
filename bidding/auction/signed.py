"""The signature under the whole log of an auction: a note over the digest of its file."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger import note

TITLE: Final = "auction log v1"


def log_text(code: str, content: bytes, ended_at: datetime) -> str:
    """Write the four lines that are signed: what it is, whose, the file's SHA-256, and when the
    auction ended.
    """
    ended = ended_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{TITLE}\n{code}\n{hashlib.sha256(content).hexdigest()}\n{ended}\n"


def require_signed(content: bytes, signed: str, key: str) -> None:
    """Refuse a log that is not the one a platform's key has signed."""
    try:
        text, _signers = note.verify(
            signed.replace("\r\n", "\n"), [note.parse_verifier(key.strip())]
        )
    except note.NoteError as error:
        raise Invalid(
            "auction.log_signature", _("签名不是这把公钥签出的，或签名文件已被改动。")
        ) from error
    lines = text.split("\n")
    if lines[0] != TITLE or hashlib.sha256(content).hexdigest() not in lines[2:3]:
        raise Invalid("auction.log_changed", _("记录文件与签名所载的摘要不一致：文件已被改动。"))
