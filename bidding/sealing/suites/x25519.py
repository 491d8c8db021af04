"""Suite 1: HPKE with X25519, HKDF-SHA256 and AES-256-GCM (RFC 9180, base mode, single shot)."""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from bidding.sealing.errors import SealingError
from bidding.sealing.suite import Suite
from kernel.text import gettext_noop as _

_HPKE = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def wrap(public: bytes, info: bytes, share: bytes) -> bytes:
    """Seal a share to a public key; the result is the encapsulated key and the ciphertext."""
    try:
        return _HPKE.encrypt(share, X25519PublicKey.from_public_bytes(public), info)
    except ValueError as error:  # wrong length, or a low-order point
        raise SealingError("seal.public_key") from error


@lru_cache(maxsize=32)
def _private_key(private: bytes) -> X25519PrivateKey:
    """Load a key once: an opening unwraps hundreds of parts with the same few keys."""
    return X25519PrivateKey.from_private_bytes(private)


def unwrap(private: bytes, info: bytes, sealed: bytes) -> bytes:
    """Open a sealed share; the one expected failure is that it is not for this key."""
    try:
        return _HPKE.decrypt(sealed, _private_key(private), info)
    except (InvalidTag, ValueError) as error:
        raise SealingError("seal.not_for_this_key") from error


def generate() -> bytes:
    """Make a private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Give the public key of a private key."""
    try:
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    except ValueError as error:
        raise SealingError("seal.key_file") from error


SUITE = Suite("x25519", 1, _("X25519 + AES-256-GCM"), wrap, unwrap, generate, public_of)
