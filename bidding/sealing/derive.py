"""Labels, commitments and keys of sealing.md 4.2: every hash and derivation, named once."""

from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DOMAIN: Final = b"sealed-bid/v1/"


def labelled(label: str, *parts: bytes) -> bytes:
    """Join the domain, a label, a zero byte and the parts: no two uses share a message."""
    return b"".join((DOMAIN, label.encode("ascii"), b"\0", *parts))


def digest(label: str, *parts: bytes) -> bytes:
    """Hash the parts under a label of this format."""
    return sha256(labelled(label, *parts)).digest()


def hkdf(secret: bytes, salt: bytes | None, info: bytes, length: int = 32) -> bytes:
    """Derive a key with HKDF-SHA256."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def length_prefixed(text: str) -> bytes:
    """Give the UTF-8 bytes behind their u16 length, so that neighbours cannot run together."""
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def context(core: bytes) -> bytes:
    """Hash the core exactly as sent; this binds every key and wrap to it."""
    return digest("core", core)


def share_commitment(label: str, share: bytes) -> bytes:
    """Commit to a whole share: label is `share-a`, `share-b` or `share-e`."""
    return digest(label, share)


def part_commitment(label: str, index: int, part: bytes) -> bytes:
    """Commit to part `index` of a share: label is `share-a-part` or `share-e-part`."""
    return digest(label, bytes([index]), part)


def wrap_info(label: str, ctx: bytes, index: int | None = None) -> bytes:
    """Give the HPKE info of a wrap, which names its place and the core it belongs to."""
    return labelled(label, b"" if index is None else bytes([index]), ctx)


def bidder_commitment(nonce: bytes, bidder: str) -> bytes:
    """Commit to the bidder's identity, which stays inside the seal until the opening."""
    return digest("bidder", nonce, bidder.encode())


class Keys(NamedTuple):
    """The content key of one envelope, and the keys of its two streams."""

    master: bytes
    readout: bytes
    body: bytes


def content_keys(share_a: bytes, share_b: bytes, ctx: bytes) -> Keys:
    """Derive the content key from both shares: neither custodians nor bidder can open alone."""
    master = hkdf(share_a + share_b, ctx, labelled_bare("master"))
    return Keys(
        master,
        hkdf(master, ctx, labelled_bare("readout")),
        hkdf(master, ctx, labelled_bare("body")),
    )


def labelled_bare(label: str) -> bytes:
    """Give the domain and a label without the zero byte, as the key derivations use them."""
    return DOMAIN + label.encode("ascii")
