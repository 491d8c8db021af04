"""Signed notes as C2SP writes them: a text, a blank line, signature lines. Plain Python."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

ED25519: Final = b"\x01"
LIMIT: Final = 1_000_000
MAX_SIGNATURES: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+]+")
_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
ID_SIZE: Final = 4


class NoteError(Invalid):
    """A note is malformed, or not signed by whom it should be."""


def _malformed() -> NoteError:
    return NoteError("note.malformed", _("签名文本的格式不对。"))


def key_id(name: str, public: bytes) -> bytes:
    """Give the four bytes that name an Ed25519 key: the start of H(name ‖ newline ‖ 1 ‖ key)."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:ID_SIZE]


@dataclass(frozen=True)
class Verifier:
    """A name and the public key that signs under it."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The key id that stands before each of its signatures."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        """Write the usual text form: name+id+key."""
        key = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


def parse_verifier(text: str) -> Verifier:
    """Read name+id+key, checking that the id belongs to the key."""
    name, _plus, rest = text.partition("+")
    number, _plus, encoded = rest.partition("+")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise _malformed() from error
    verifier = Verifier(name, key[1:])
    if not _NAME.fullmatch(name) or key[:1] != ED25519 or number != verifier.id.hex():
        raise _malformed()
    return verifier


@dataclass(frozen=True)
class Signer:
    """A name and the private key that signs under it."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public side."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: a name, four bytes of key id, and the signature."""

    name: str
    id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note; nothing about its signatures is known yet."""

    text: str
    signatures: tuple[NoteSignature, ...]


def sign(text: str, *signers: Signer) -> str:
    """Sign a text, which must end in a newline, under each name."""
    _check_text(text)
    lines = [_line(signer.verifier, signer.key.sign(text.encode())) for signer in signers]
    return "\n".join((text, *lines, "")) if lines else text


def _line(verifier: Verifier, value: bytes) -> str:
    if not _NAME.fullmatch(verifier.name):
        raise _malformed()
    return f"— {verifier.name} {base64.b64encode(verifier.id + value).decode()}"


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise _malformed()


def parse(note: str) -> Note:
    """Take a note apart: the text ends before the last blank line, signature lines follow."""
    text, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() != "" or not 0 < len(lines) <= MAX_SIGNATURES or len(note) > LIMIT:
        raise _malformed()
    _check_text(text + "\n")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    if found is None:
        raise _malformed()
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error as error:
        raise _malformed() from error
    if len(raw) <= ID_SIZE:
        raise _malformed()
    return NoteSignature(found[1], raw[:ID_SIZE], raw[ID_SIZE:])


def verify(note: str, verifiers: Iterable[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """Give the text and those known keys that signed it; unknown keys are passed over.

    A wrong signature by a known key, or none by any, refuses the note.
    """
    parsed = parse(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    signed: dict[Verifier, None] = {}
    for signature in parsed.signatures:
        verifier = known.get((signature.name, signature.id))
        if verifier is not None:
            _check(verifier, signature.value, parsed.text)
            signed[verifier] = None
    if not signed:
        raise NoteError("note.unsigned", _("文本没有带上应有的签名。"))
    return parsed.text, tuple(signed)


def _check(verifier: Verifier, value: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(value, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise NoteError("note.signature", _("签名不对。")) from error
