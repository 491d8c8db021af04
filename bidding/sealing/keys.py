"""Key files and paper keys: what bidders and custodians keep, and what is derived from it."""

import base64
import binascii
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from bidding.sealing import derive, strict
from bidding.sealing.errors import SealingError
from bidding.sealing.shamir import Random
from bidding.sealing.suites import x25519

KEY_FILE_LIMIT: Final = 16 * 1024
KINDS: Final = ("bidder-device", "bidder-paper", "custodian", "backup")
SEED: Final = 32
GROUP: Final = 4
MEMORY_KIB = 64 * 1024
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_STANDARD: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_PAPER: Final = str.maketrans(_STANDARD, _ALPHABET)
_FROM_PAPER: Final = str.maketrans(_ALPHABET + "ILO", _STANDARD + "BBA", " -\n\t")


@dataclass(frozen=True)
class Key:
    """A key somebody keeps: 32 secret bytes, from which all its uses are derived."""

    kind: str
    seed: bytes = field(repr=False)

    def wrap_private(self) -> bytes:
        """Give the X25519 private key that shares are sealed to (bidder keys)."""
        return derive.hkdf(self.seed, None, derive.labelled("bidder-wrap"))

    def wrap_public(self) -> bytes:
        """Give the public key to seal to."""
        return x25519.public_of(self.wrap_private())

    def signing(self) -> Ed25519PrivateKey:
        """Give the Ed25519 key that signs the bidder's own bids."""
        info = derive.labelled("bidder-sign")
        return Ed25519PrivateKey.from_private_bytes(derive.hkdf(self.seed, None, info))

    def submission(self, tender: str, lot: str, chain: bytes) -> Ed25519PrivateKey:
        """Give the key of one submission chain; `chain` is 32 random bytes, kept in the clear."""
        place = derive.length_prefixed(tender) + derive.length_prefixed(lot)
        info = derive.labelled("submission", place, chain)
        return Ed25519PrivateKey.from_private_bytes(derive.hkdf(self.seed, None, info))

    def stage(self, tender: str, stage: str) -> bytes:
        """Give a custodian's private key for one tender and stage, used for nothing else."""
        return stage_private(self.seed, tender, stage)


def stage_private(seed: bytes, tender: str, stage: str) -> bytes:
    """Derive a stage key: publishing it at the opening tells nothing of any other."""
    place = derive.length_prefixed(tender) + derive.length_prefixed(stage)
    return derive.hkdf(seed, None, derive.labelled("stage-key", place))


def new_key(kind: str, random: Random = os.urandom) -> Key:
    """Make a key of one of the kinds."""
    if kind not in KINDS:
        raise SealingError("seal.key_file")
    return Key(kind, random(SEED))


def to_paper(key: Key) -> str:
    """Write a key as groups of letters and digits for paper; three check bytes close it."""
    content = key.seed + sha256(derive.labelled("paper", key.seed)).digest()[:3]
    letters = base64.b32encode(content).decode().rstrip("=").translate(_TO_PAPER)
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def from_paper(text: str, kind: str = "bidder-paper") -> Key:
    """Read a paper key; small letters, blanks, and I, L, O for 1, 1, 0 are forgiven."""
    letters = text.upper().translate(_FROM_PAPER)
    try:
        content = base64.b32decode(letters)
    except binascii.Error as error:
        raise SealingError("seal.paper_key") from error
    key = Key(kind, content[:SEED])
    if len(content) != SEED + 3 or content != base64.b32decode(_plain_paper(key)):
        raise SealingError("seal.paper_key")
    return key


def _plain_paper(key: Key) -> str:
    return to_paper(key).translate(_FROM_PAPER)


def _argon2id(passphrase: bytes, salt: bytes) -> bytes:
    """Stretch a passphrase: 64 MiB and three rounds, the second choice of RFC 9106."""
    stretch = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=MEMORY_KIB)
    return stretch.derive(passphrase)


def _pbkdf2(passphrase: bytes, salt: bytes) -> bytes:
    """Stretch as a browser can: WebCrypto has no Argon2id."""
    return PBKDF2HMAC(SHA256(), 32, salt, 600_000).derive(passphrase)


STRETCH: Final = {"argon2id": _argon2id, "pbkdf2-sha256": _pbkdf2}


def lock(key: Key, passphrase: str, random: Random = os.urandom, kdf: str = "argon2id") -> bytes:
    """Write a key file sealed under a passphrase; its public keys stay readable."""
    salt, nonce = random(16), random(12)
    public = public_record(key)
    secret = STRETCH[kdf](passphrase.encode(), salt)
    sealed = AESGCM(secret).encrypt(nonce, key.seed, _bound(key.kind, public))
    return strict.write(
        {
            "v": 1,
            "kind": key.kind,
            "public": public,
            "kdf": kdf,
            "salt": strict.base64url(salt),
            "nonce": strict.base64url(nonce),
            "sealed": strict.base64url(sealed),
        }
    )


def public_record(key: Key) -> dict[str, str]:
    """Give the public side of a bidder's key; a custodian's keys exist only per tender."""
    if key.kind == "custodian":
        return {}
    signing = key.signing().public_key().public_bytes_raw()
    return {"wrap": strict.base64url(key.wrap_public()), "sign": strict.base64url(signing)}


def _bound(kind: str, public: dict[str, str]) -> bytes:
    fields = [derive.length_prefixed(text) for pair in sorted(public.items()) for text in pair]
    return derive.labelled("key-file", derive.length_prefixed(kind), *fields)


_FILE: Final = frozenset(("v", "kind", "public", "kdf", "salt", "nonce", "sealed"))


def unlock(content: bytes, passphrase: str) -> Key:
    """Open a key file; a wrong passphrase and a damaged file look the same."""
    found = _key_file(content)
    public = _public(found)
    secret = STRETCH[str(found["kdf"])](passphrase.encode(), strict.binary(found["salt"], 16))
    try:
        seed = AESGCM(secret).decrypt(
            strict.binary(found["nonce"], 12),
            strict.binary(found["sealed"], SEED + 16),
            _bound(str(found["kind"]), public),
        )
    except InvalidTag as error:
        raise SealingError("seal.passphrase") from error
    return Key(str(found["kind"]), seed)


def read_public(content: bytes) -> tuple[str, dict[str, bytes]]:
    """Give kind and public keys of a key file without its passphrase."""
    found = _key_file(content)
    return str(found["kind"]), {
        name: strict.binary(value, 32) for name, value in _public(found).items()
    }


def _key_file(content: bytes) -> strict.Object:
    found = strict.members(strict.parse(content, KEY_FILE_LIMIT), _FILE)
    if found["v"] != 1 or found["kind"] not in KINDS or found["kdf"] not in STRETCH:
        raise SealingError("seal.key_file")
    return found


def _public(found: strict.Object) -> dict[str, str]:
    public = found["public"]
    if not isinstance(public, dict):
        raise SealingError("seal.key_file")
    return {name: strict.text_of(public, name) for name in public}
