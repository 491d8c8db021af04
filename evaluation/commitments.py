"""Marks bound to the record: a salted hash when they are locked, opened with the report."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from ledger import canonical

SALT_BYTES: Final = 32
_LABEL: Final = b"marks/v1\x00"


def commit_to_marks(salt: bytes, place: Mapping[str, object], marks: Sequence[object]) -> str:
    """Hash what one member gave in one lot: SHA-256 over a label, the salt, and the one JSON form
    of the place and its marks. Without the salt nobody can try marks out.
    """
    return hashlib.sha256(_LABEL + salt + canonical.encode({**place, "marks": marks})).hexdigest()
