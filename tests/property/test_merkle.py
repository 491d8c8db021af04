"""Laws of the RFC 6962 tree, with pymerkle-style definitions written out from the RFC."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def textbook_root(leaves):
    """MTH of RFC 6962 2.1, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + textbook_root(leaves[:k]) + textbook_root(leaves[k:])).digest()


@given(LEAVES)
def test_growing_leaf_by_leaf_gives_the_textbook_root(leaves):
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in leaves]) == textbook_root(leaves)


@given(LEAVES, st.data())
def test_every_inclusion_path_leads_to_the_root(leaves, data):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion(hashes, index)
    found = merkle.root_from_inclusion(hashes[index], index, len(hashes), path)
    assert found == merkle.root(hashes)


@given(LEAVES, st.data())
def test_a_changed_leaf_or_path_does_not_lead_to_the_root(leaves, data):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion(hashes, index)
    other = merkle.leaf_hash(b"another leaf")
    root = merkle.root(hashes)
    assert merkle.root_from_inclusion(other, index, len(hashes), path) != root
    assert merkle.root_from_inclusion(hashes[index], index, len(hashes), [*path, other]) is None


@given(LEAVES, st.data())
def test_consistency_proof_joins_old_and_new_root(leaves, data):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    old = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency(hashes, old)
    assert merkle.roots_from_consistency(merkle.root(hashes[:old]), old, len(hashes), proof) == (
        merkle.root(hashes[:old]),
        merkle.root(hashes),
    )


def test_the_empty_tree_has_the_root_of_the_rfc():
    assert merkle.root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
