import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import note

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = note.Signer("example.org/log", KEY)
OTHER = note.Signer("example.org/other", Ed25519PrivateKey.from_private_bytes(bytes(32)))
TEXT = "first line\nsecond — line\n"


def refused(code: str) -> pytest.RaisesExc:
    return pytest.RaisesExc(note.NoteError, check=lambda error: error.code == code)


def test_go_example_key_verifies_its_note() -> None:
    """The example of the golang.org/x/mod/sumdb/note documentation."""
    verifier = note.parse_verifier(
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    value = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG"
        "UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    signed = f"{text}\n— PeterNeumann {value}\n"
    assert note.verify(signed, [verifier]) == (text, (verifier,))
    assert str(verifier) == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_signed_note_verifies_under_each_known_key() -> None:
    signed = note.sign(TEXT, SIGNER, OTHER)
    both = (SIGNER.verifier, OTHER.verifier)
    assert note.verify(signed, both) == (TEXT, both)
    assert note.verify(signed, both[1:]) == (TEXT, both[1:])
    assert note.parse(signed).text == TEXT


def test_signing_again_gives_the_same_bytes() -> None:
    assert note.sign(TEXT, SIGNER) == note.sign(TEXT, SIGNER)


def test_note_signed_by_nobody_we_know_is_refused() -> None:
    with refused("note.unsigned"):
        note.verify(note.sign(TEXT, SIGNER), [OTHER.verifier])
    same_name = note.Verifier(SIGNER.name, OTHER.verifier.public)
    with refused("note.unsigned"):
        note.verify(note.sign(TEXT, SIGNER), [same_name])


def test_wrong_signature_of_a_known_key_refuses_though_another_is_right() -> None:
    good = note.sign(TEXT, SIGNER, OTHER)
    bad = base64.b64encode(SIGNER.verifier.id + bytes(64)).decode()
    lines = good.split("\n")
    lines[3] = f"— {SIGNER.name} {bad}"
    with refused("note.signature"):
        note.verify("\n".join(lines), [SIGNER.verifier, OTHER.verifier])


def test_text_changed_by_one_letter_is_refused() -> None:
    with refused("note.signature"):
        note.verify(note.sign(TEXT, SIGNER).replace("first", "First"), [SIGNER.verifier])


def test_text_with_blank_lines_keeps_them() -> None:
    text = "one\n\ntwo\n"
    assert note.verify(note.sign(text, SIGNER), [SIGNER.verifier])[0] == text


@pytest.mark.parametrize("text", ["no newline", "a\rb\n", "tab\t\n", "nul\0\n"])
def test_text_that_a_note_cannot_hold_is_not_signed(text: str) -> None:
    with refused("note.malformed"):
        note.sign(text, SIGNER)


@pytest.mark.parametrize("name", ["two words", "plus+plus", ""])
def test_name_with_blank_or_plus_is_not_signed(name: str) -> None:
    with refused("note.malformed"):
        note.sign(TEXT, note.Signer(name, KEY))


GOOD = note.sign(TEXT, SIGNER)


@pytest.mark.parametrize(
    "broken",
    [
        TEXT,
        TEXT + "\n",
        GOOD[:-1],
        GOOD + "\n",
        GOOD.replace("\n\n", "\n"),
        GOOD.replace("— ", "- "),
        GOOD.replace("— ", "—  "),
        f"{TEXT}\n— name AAAA\n",
        f"{TEXT}\n— name A\n",
        f"{TEXT}\n" + "— name AAAAAAAA\n" * 101,
        "x" * 1_000_001 + GOOD,
        GOOD.replace("first", "fi\trst"),
    ],
)
def test_malformed_note_is_refused(broken: str) -> None:
    with refused("note.malformed"):
        note.parse(broken)


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name+00000000+AQ==",
        "name+zz+!!",
        str(SIGNER.verifier).replace("+A", "+B"),
        " " + str(SIGNER.verifier),
    ],
)
def test_malformed_verifier_is_refused(text: str) -> None:
    with refused("note.malformed"):
        note.parse_verifier(text)


def test_verifier_goes_through_its_text_form() -> None:
    assert note.parse_verifier(str(SIGNER.verifier)) == SIGNER.verifier
