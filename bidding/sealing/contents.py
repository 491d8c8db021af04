"""What the seal hides: the fields read out, the list of files, the bidder (sealing.md 4.1)."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bidding.sealing import derive, strict
from bidding.sealing.errors import SealingError
from bidding.sealing.format import PRICED

READOUT_PLAIN: Final = 65_532
READOUT_SEALED: Final = 65_616
MAX_FILES: Final = 256
MAX_BODY: Final = 2**32
NAME_BYTES: Final = 255
TEXT_FIELDS: Final = ("price_in_words", "quality", "manager", "certificate", "remark")
COUNT_FIELDS: Final = ("days", "validity_days", "warranty_months")
TEXT_LIMIT: Final = 2000

_PRICE: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,2})?")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,5}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# controls, separators, zero-width and bidirectional marks, and what some file system refuses
_BAD_NAME: Final = re.compile(
    '[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff/\\\\<>:"|?*]'
)
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def parse_price(text: str) -> Decimal:
    """Read a price: plain digits, at most two decimals, above zero; nothing that reads two ways."""
    if not _PRICE.fullmatch(text) or not Decimal(text):
        raise SealingError("seal.price")
    return Decimal(text)


def parse_fields(content: bytes, stage: str) -> dict[str, str]:
    """Read the fields; a price is due in the whole and price stages and forbidden before them."""
    known = frozenset(("price", "currency", *TEXT_FIELDS, *COUNT_FIELDS))
    found = strict.members(strict.parse(content, READOUT_PLAIN), frozenset(), known)
    fields = {key: strict.text_of(found, key, TEXT_LIMIT, 0) for key in found}
    priced = {"price", "currency"} & fields.keys()
    if len(priced) != (2 if stage in PRICED else 0) or (not priced and "price_in_words" in fields):
        raise SealingError("seal.field_stage")
    if priced:
        parse_price(fields["price"])
        if not _CURRENCY.fullmatch(fields["currency"]):
            raise SealingError("seal.currency")
    if not all(_COUNT.fullmatch(fields[key]) for key in COUNT_FIELDS if key in fields):
        raise SealingError("seal.number")
    return fields


@dataclass(frozen=True)
class File:
    """One file of the body: where it lies, and its hash unless a browser left that open."""

    name: str
    offset: int
    size: int
    sha256: bytes | None


def check_name(name: str) -> None:
    """Refuse a file name that some system, or some reader, would take for something else."""
    if (
        not 0 < len(name.encode("utf-8", "replace")) <= NAME_BYTES
        or _BAD_NAME.search(name)
        or _DEVICE.fullmatch(name)
        or name != unicodedata.normalize("NFC", name)
        or name[0] == " "
        or name[-1] in " ."
    ):
        raise SealingError("seal.file_name")


def folded(name: str) -> str:
    """Fold letter case so that Python and JavaScript agree which names are the same."""
    return name.upper().lower()


def check_names(names: Sequence[str]) -> None:
    """Refuse too many files, a bad name, or two names that are equal after folding."""
    if len(names) > MAX_FILES:
        raise SealingError("seal.file_count")
    for name in names:
        check_name(name)
    if len({folded(name) for name in names}) != len(names):
        raise SealingError("seal.file_name_same")


def parse_files(content: bytes) -> tuple[File, ...]:
    """Read the file list: the files lie one after another from zero, without gap or overlap."""
    found = strict.parse(content, READOUT_PLAIN)
    if not isinstance(found, list):
        raise SealingError("seal.value")
    if len(found) > MAX_FILES:
        raise SealingError("seal.file_count")
    files = tuple(_file(item) for item in found)
    check_names([file.name for file in files])
    end = 0
    for file in files:
        if file.offset != end:
            raise SealingError("seal.file_range")
        end += file.size
    if end >= MAX_BODY:
        raise SealingError("seal.file_range")
    return files


def _file(item: object) -> File:
    found = strict.members(item, frozenset(("name", "offset", "size", "sha256")))
    offset, size, name = found["offset"], found["size"], found["name"]
    if not isinstance(name, str):
        raise SealingError("seal.value")
    for value in (offset, size):
        if not isinstance(value, int) or isinstance(value, bool):
            raise SealingError("seal.value")
        if value < 0:
            raise SealingError("seal.file_range")
    digest = None if found["sha256"] is None else strict.binary(found["sha256"], 32)
    return File(name, strict.number_of(found, "offset"), strict.number_of(found, "size"), digest)


def write_files(files: Sequence[File]) -> bytes:
    """Write the file list."""
    return strict.write(
        [
            {
                "name": file.name,
                "offset": file.offset,
                "size": file.size,
                "sha256": None if file.sha256 is None else strict.base64url(file.sha256),
            }
            for file in files
        ]
    )


@dataclass(frozen=True)
class Signature:
    """The bidder's own signature: an Ed25519 key, or a certificate's CMS in `value`."""

    kind: str
    key: bytes
    value: bytes


Signer = Callable[[bytes], Signature]


def ed25519_signer(key: Ed25519PrivateKey) -> Signer:
    """Sign bids with a plain Ed25519 identity key."""
    public = key.public_key().public_bytes_raw()
    return lambda message: Signature("ed25519", public, key.sign(message))


@dataclass(frozen=True)
class Readout:
    """Everything the opening reads out of one envelope; the texts are hashed as sent."""

    fields_text: bytes
    files_text: bytes
    fields: Mapping[str, str]
    files: tuple[File, ...]
    body_root: bytes
    bidder: str
    nonce: bytes
    signature: Signature


def signed_message(core: bytes, fields: bytes, files: bytes, body_root: bytes) -> bytes:
    """Give what the bidder signs: the envelope's core, its fields, its files and its body."""
    hashes = [sha256(item).digest() for item in (core, fields, files)]
    return derive.labelled("bid", *hashes, body_root)


_READOUT: Final = frozenset(("fields", "files", "body_root", "bidder", "signature"))


def write_readout(readout: Readout) -> bytes:
    """Write the read-out into its fixed length, so that its size tells nothing."""
    content = strict.write(
        {
            "fields": readout.fields_text.decode(),
            "files": readout.files_text.decode(),
            "body_root": strict.base64url(readout.body_root),
            "bidder": {"id": readout.bidder, "nonce": strict.base64url(readout.nonce)},
            "signature": {
                "kind": readout.signature.kind,
                "key": strict.base64url(readout.signature.key),
                "value": strict.base64url(readout.signature.value),
            },
        }
    )
    if len(content) > READOUT_PLAIN - 4:
        raise SealingError("seal.too_large", limit=READOUT_PLAIN - 4)
    return (len(content).to_bytes(4, "big") + content).ljust(READOUT_PLAIN, b"\0")


def parse_readout(plain: bytes, stage: str) -> Readout:
    """Read the opened plaintext; what is not JSON must be zeros."""
    length = int.from_bytes(plain[:4], "big")
    if len(plain) != READOUT_PLAIN or length > READOUT_PLAIN - 4:
        raise SealingError("seal.too_large", limit=READOUT_PLAIN - 4)
    if plain.count(0, 4 + length) != READOUT_PLAIN - 4 - length:
        raise SealingError("seal.padding")
    found = strict.members(strict.parse(plain[4 : 4 + length], READOUT_PLAIN), _READOUT)
    bidder = strict.members(found["bidder"], frozenset(("id", "nonce")))
    fields = strict.text_of(found, "fields", READOUT_PLAIN).encode()
    files = strict.text_of(found, "files", READOUT_PLAIN).encode()
    return Readout(
        fields_text=fields,
        files_text=files,
        fields=parse_fields(fields, stage),
        files=parse_files(files),
        body_root=strict.binary(found["body_root"], 32),
        bidder=strict.text_of(bidder, "id"),
        nonce=strict.binary(bidder["nonce"], 32),
        signature=_signature(found["signature"]),
    )


def _signature(value: object) -> Signature:
    found = strict.members(value, frozenset(("kind", "key", "value")))
    kind = strict.text_of(found, "kind")
    if kind not in {"ed25519", "cms"}:
        raise SealingError("seal.value", key="kind")
    sizes = (32, 64) if kind == "ed25519" else (None, None)
    return Signature(
        kind, strict.binary(found["key"], sizes[0]), strict.binary(found["value"], sizes[1])
    )


def verify_bid_signature(core: bytes, readout: Readout) -> None:
    """Check an Ed25519 bid signature; a CMS one is checked against its certificate elsewhere."""
    if readout.signature.kind != "ed25519":
        return
    message = signed_message(core, readout.fields_text, readout.files_text, readout.body_root)
    try:
        key = Ed25519PublicKey.from_public_bytes(readout.signature.key)
        key.verify(readout.signature.value, message)
    except (InvalidSignature, ValueError) as error:
        raise SealingError("seal.bid_signature") from error
