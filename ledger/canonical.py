"""The exact bytes of a fact: one JSON form, so that a hash can be made again by anybody."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

PLAIN: Final = frozenset({str, int, bool, type(None)})


def to_plain(value: object) -> object:
    """Turn times, decimals and tuples into what JSON has; anything else unknown is a programming
    error.
    """
    if type(value) in PLAIN or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {
            str(key): item if type(item) in PLAIN else to_plain(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a fact cannot hold {type(value).__name__}")


def timestamp(at: datetime) -> str:
    """Write an instant in UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def encode(value: object) -> bytes:
    """Write the one JSON form: sorted keys, no blanks, UTF-8; floats cannot occur."""
    plain = to_plain(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
