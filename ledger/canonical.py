"""The exact bytes of a fact: one JSON form, so that a hash can be made again by anybody."""

import json
from datetime import UTC, datetime
from decimal import Decimal


def to_plain(value: object) -> object:
    """Turn times, decimals and tuples into what JSON has; anything else unknown is a programming
    error.
    """
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a fact cannot hold {type(value).__name__}")


def timestamp(at: datetime) -> str:
    """Write an instant in UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode(value: object) -> bytes:
    """Write the one JSON form: sorted keys, no blanks, UTF-8; floats cannot occur."""
    plain = to_plain(value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
