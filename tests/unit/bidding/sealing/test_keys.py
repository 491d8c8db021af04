import json

import pytest

from bidding.sealing import keys
from bidding.sealing.errors import SealingError
from bidding.sealing.strict import write
from bidding.sealing.suites import x25519
from tests.vectors.sealing.make import seeded


def refused(code: str) -> pytest.RaisesExc:
    return pytest.RaisesExc(SealingError, check=lambda error: error.code == code)


KEY = keys.new_key("bidder-device", seeded("key"))


@pytest.mark.parametrize("kdf", ["argon2id", "pbkdf2-sha256"])
def test_locked_key_opens_with_its_passphrase_only(kdf: str) -> None:
    content = keys.lock(KEY, "正确的口令", seeded("lock"), kdf)
    assert keys.unlock(content, "正确的口令") == KEY
    with refused("seal.passphrase"):
        keys.unlock(content, "别的口令")


def test_public_keys_are_readable_and_bound_to_the_file() -> None:
    content = keys.lock(KEY, "p", seeded("lock"))
    kind, public = keys.read_public(content)
    assert (kind, public["wrap"]) == ("bidder-device", KEY.wrap_public())
    record = json.loads(content)
    record["public"]["wrap"] = record["public"]["sign"]
    with refused("seal.passphrase"):
        keys.unlock(write(record), "p")
    with refused("seal.passphrase"):
        keys.unlock(content.replace(b"bidder-device", b"bidder-paper"), "p")


@pytest.mark.parametrize("changes", [{"v": 2}, {"kind": "other"}, {"kdf": "none"}, {"public": []}])
def test_key_file_of_another_form_is_refused(changes: dict) -> None:
    record = json.loads(keys.lock(KEY, "p", seeded("lock"))) | changes
    with refused("seal.key_file"):
        keys.unlock(write(record), "p")


def test_new_key_of_unknown_kind_is_refused() -> None:
    with refused("seal.key_file"):
        keys.new_key("server")


def test_secret_is_not_in_the_text_of_a_key() -> None:
    assert repr(KEY) == "Key(kind='bidder-device')"


def test_paper_key_survives_a_careless_typist() -> None:
    paper = keys.new_key("bidder-paper", seeded("paper"))
    text = keys.to_paper(paper)
    careless = text.lower().replace("-", " ").replace("0", "o").replace("1", "l") + "\n"
    assert keys.from_paper(text) == keys.from_paper(careless) == paper


def test_paper_key_with_a_wrong_letter_is_refused() -> None:
    text = keys.to_paper(keys.new_key("bidder-paper", seeded("paper")))
    for place, letter in enumerate(text):
        if letter != "-":
            other = "2" if letter != "2" else "3"
            with refused("seal.paper_key"):
                keys.from_paper(text[:place] + other + text[place + 1 :])
    for bad in ("", text[:-1], text + "A", text[:-1] + "!"):
        with refused("seal.paper_key"):
            keys.from_paper(bad)


def test_keys_for_different_uses_and_places_differ() -> None:
    found = [
        KEY.wrap_private(),
        KEY.signing().private_bytes_raw(),
        KEY.submission("T", "1", bytes(32)).private_bytes_raw(),
        KEY.submission("T", "1", b"\1" * 32).private_bytes_raw(),
        KEY.submission("T1", "", bytes(32)).private_bytes_raw(),
        KEY.stage("T", "price"),
        KEY.stage("T", "technical"),
        KEY.stage("Tp", "rice"),
    ]
    assert len(set(found)) == len(found)


def test_custodian_file_names_no_public_key() -> None:
    custodian = keys.new_key("custodian", seeded("custodian"))
    assert keys.read_public(keys.lock(custodian, "p", seeded("lock"))) == ("custodian", {})


def test_private_key_of_wrong_length_is_refused() -> None:
    with refused("seal.key_file"):
        x25519.public_of(b"short")
