"""Strict JSON: the parser rules of sealing.md 4.1, with the same verdict in every language."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Final, NoReturn

from bidding.sealing.errors import SealingError

MAX_DEPTH: Final = 8
MAX_INTEGER: Final = 2**53 - 1
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_BINARY: Final = re.compile(r"[A-Za-z0-9_-]*")

Object = dict[str, object]


def parse(content: bytes, limit: int) -> object:
    """Read one JSON text, refusing whatever two parsers could read differently."""
    if len(content) > limit:
        raise SealingError("seal.too_large", limit=limit)
    text = _decode(content)
    _check_depth(text)
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        raise SealingError("seal.json_syntax") from error
    if "\\u" in text:  # UTF-8 itself holds none, an escape may
        _check_text(value)
    return value


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SealingError("seal.json_utf8") from error
    if text.startswith("\ufeff"):
        raise SealingError("seal.json_utf8")
    return text


def _check_depth(text: str) -> None:
    """Count brackets outside strings, before any recursive parser sees them."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        first = token.group()[0]
        depth += (first in "[{") - (first in "]}")
        if depth > MAX_DEPTH:
            raise SealingError("seal.json_depth")


def _unique(pairs: list[tuple[str, object]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SealingError("seal.json_duplicate")
    return found


def _refuse_number(_literal: str) -> NoReturn:
    raise SealingError("seal.json_number")


def _integer(literal: str) -> int:
    if literal == "-0" or len(literal) > len(str(MAX_INTEGER)) + 1:
        raise SealingError("seal.json_number")
    value = int(literal)
    if abs(value) > MAX_INTEGER:
        raise SealingError("seal.json_number")
    return value


def _check_text(value: object) -> None:
    """Refuse lone surrogates, which have no UTF-8 form."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise SealingError("seal.json_surrogate")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)


def write(value: object) -> bytes:
    """Write JSON the way our clients do; readers hash it as sent and never write it again."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def members(
    value: object, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> Object:
    """Check that a value is an object with these keys; others must start with x-."""
    if not isinstance(value, dict):
        raise SealingError("seal.value")
    if missing := sorted(required - value.keys()):
        raise SealingError("seal.key_missing", key=missing[0])
    for key in value:
        if key not in required and key not in optional and not key.startswith("x-"):
            raise SealingError("seal.key_unknown", key=key)
    return value


def text_of(found: Mapping[str, object], key: str, limit: int = 128, least: int = 1) -> str:
    """Give a text member of at most `limit` characters."""
    value = found[key]
    if not isinstance(value, str) or not least <= len(value.encode()) <= limit:
        raise SealingError("seal.value", key=key)
    return value


def number_of(found: Mapping[str, object], key: str, least: int = 0) -> int:
    """Give an integer member that is at least `least`; true and false are no numbers."""
    value = found[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SealingError("seal.value", key=key)
    return value


def list_of(found: Mapping[str, object], key: str, limit: int) -> list[object]:
    """Give a list member of at most `limit` items."""
    value = found[key]
    if not isinstance(value, list) or len(value) > limit:
        raise SealingError("seal.value", key=key)
    return value


def binary(value: object, size: int | None = None) -> bytes:
    """Read base64url without padding, in its one canonical spelling."""
    if not isinstance(value, str) or not _BINARY.fullmatch(value):
        raise SealingError("seal.binary")
    standard = (value + "=" * (-len(value) % 4)).encode().translate(_TO_STANDARD)
    try:
        content = binascii.a2b_base64(standard)
    except binascii.Error as error:
        raise SealingError("seal.binary") from error
    spare_bits = binascii.b2a_base64(content, newline=False) != standard
    if spare_bits or (size is not None and len(content) != size):
        raise SealingError("seal.binary")
    return content


def binaries(found: Mapping[str, object], key: str, limit: int, size: int) -> tuple[bytes, ...]:
    """Give a list member of binary values of one size."""
    return tuple(binary(item, size) for item in list_of(found, key, limit))


def base64url(content: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
