"""The signature under an auction's log holds for its file and its key alone."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bidding.auction.signed import log_text, require_signed
from kernel.errors import Invalid
from ledger import note

SIGNER = note.Signer("centre.example/receipt", Ed25519PrivateKey.from_private_bytes(b"7" * 32))
OTHER = note.Signer("centre.example/receipt", Ed25519PrivateKey.from_private_bytes(b"8" * 32))
CONTENT = b'{"kind": "dynamic"}'
TEXT = log_text("CQ-2026-0002.1", CONTENT, datetime(2026, 11, 27, 6, 8, tzinfo=UTC))


def test_the_note_names_auction_digest_and_end():
    assert TEXT.split("\n") == [
        "auction log v1",
        "CQ-2026-0002.1",
        "0d252abb35a4be86abf4e9b2d0c358b31e7aacf3b3e6b359c568b58ff4af6f4a",
        "2026-11-27T06:08:00.000+00:00",
        "",
    ]


def test_the_signed_file_is_taken():
    require_signed(CONTENT, note.sign(TEXT, SIGNER), f"{SIGNER.verifier}\n")


@pytest.mark.parametrize(
    ("content", "signed", "key", "code"),
    [
        (CONTENT + b" ", note.sign(TEXT, SIGNER), str(SIGNER.verifier), "auction.log_changed"),
        (CONTENT, note.sign("x\n", SIGNER), str(SIGNER.verifier), "auction.log_changed"),
        (CONTENT, note.sign(TEXT, OTHER), str(SIGNER.verifier), "auction.log_signature"),
        (CONTENT, "no note", str(SIGNER.verifier), "auction.log_signature"),
        (CONTENT, note.sign(TEXT, SIGNER), "no key", "auction.log_signature"),
    ],
)
def test_another_file_note_or_key_is_refused(content, signed, key, code):
    with pytest.raises(Invalid) as refused:
        require_signed(content, signed, key)
    assert refused.value.code == code
