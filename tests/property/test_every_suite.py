"""Laws of every cipher suite: a share comes back, and only with the right key, place and bytes."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bidding.sealing import SealingError
from bidding.sealing.suite import Suite, suite_by_id
from kernel.registry import discover
from tests.effort import examples

SUITES = list(discover("bidding.sealing.suites", "SUITE").values())
every_suite = pytest.mark.parametrize("suite", SUITES, ids=[suite.slug for suite in SUITES])


def is_refused(suite: Suite, private: bytes, info: bytes, sealed: bytes) -> bool:
    try:
        suite.unwrap(private, info, sealed)
    except SealingError as error:
        return error.code == "seal.not_for_this_key"
    return False


@every_suite
@settings(max_examples=examples(30), deadline=None)
@given(share=st.binary(min_size=1, max_size=64), info=st.binary(max_size=100))
def test_share_comes_back(suite: Suite, share: bytes, info: bytes) -> None:
    private = suite.generate()
    assert suite.unwrap(private, info, suite.wrap(suite.public_of(private), info, share)) == share


@every_suite
def test_every_flipped_byte_fails(suite: Suite) -> None:
    private = suite.generate()
    sealed = suite.wrap(suite.public_of(private), b"place", os.urandom(32))
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        assert is_refused(suite, private, b"place", bytes(flipped))


@every_suite
@settings(max_examples=examples(30), deadline=None)
@given(info=st.binary(max_size=50), other=st.binary(max_size=50), cut=st.integers(0, 79))
def test_other_key_place_or_length_fails(suite: Suite, info: bytes, other: bytes, cut: int) -> None:
    private = suite.generate()
    sealed = suite.wrap(suite.public_of(private), info, bytes(32))
    assert is_refused(suite, suite.generate(), info, sealed)
    assert is_refused(suite, private, info, sealed[:cut])
    assert is_refused(suite, private, info, sealed + b"\0")
    assert other == info or is_refused(suite, private, other, sealed)


@every_suite
def test_same_share_never_looks_the_same(suite: Suite) -> None:
    public = suite.public_of(suite.generate())
    assert suite.wrap(public, b"", bytes(32)) != suite.wrap(public, b"", bytes(32))


@every_suite
def test_suite_is_found_by_its_number(suite: Suite) -> None:
    assert suite_by_id(suite.id) is suite


def test_numbers_and_slugs_are_unique() -> None:
    assert (
        len({suite.id for suite in SUITES}) == len({suite.slug for suite in SUITES}) == len(SUITES)
    )
    with pytest.raises(SealingError):
        suite_by_id(0)
