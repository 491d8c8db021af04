"""RFC 6962 trees: append, root, inclusion and consistency proofs. Plain Python."""

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf: H(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: H(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


def grow(size: int, frontier: Sequence[bytes], leaf: bytes) -> list[bytes]:
    """Add one leaf hash to the right edge: the roots of the full subtrees, largest first."""
    edge = list(frontier)
    node, left = leaf, size
    while left & 1:
        node = node_hash(edge.pop(), node)
        left >>= 1
    return [*edge, node]


def root_of(frontier: Sequence[bytes]) -> bytes:
    """Give the root of the tree whose right edge this is."""
    if not frontier:
        return EMPTY_ROOT
    node = frontier[-1]
    for sibling in reversed(frontier[:-1]):
        node = node_hash(sibling, node)
    return node


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes."""
    edge: list[bytes] = []
    for size, leaf in enumerate(leaves):
        edge = grow(size, edge, leaf)
    return root_of(edge)


def split(size: int) -> int:
    """Give the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def siblings(size: int, index: int) -> list[tuple[int, int]]:
    """Give the ranges of leaves whose roots are the audit path of one leaf, nearest first;
    IndexError outside the tree.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Give the audit path of one leaf, nearest sibling first; IndexError outside the tree."""
    return [root(leaves[start:end]) for start, end in siblings(len(leaves), index)]


def blocks_root(blocks: Sequence[bytes], tail: Sequence[bytes]) -> bytes:
    """Give the root over equal full subtrees followed by fewer leaves than one of them holds."""
    edge: list[bytes] = []
    for place, block in enumerate(blocks):
        edge = grow(place, edge, block)
    rest: list[bytes] = []
    for place, leaf in enumerate(tail):
        rest = grow(place, rest, leaf)
    return root_of([*edge, *rest])


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> list[bytes] | None:
    """Compute every node from a leaf up to the root (RFC 9162 2.1.3.2); None when the path does not
    fit the tree.
    """
    if not 0 <= index < size:
        return None
    at, last, nodes = index, size - 1, [leaf]
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            nodes.append(node_hash(sibling, nodes[-1]))
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            nodes.append(node_hash(nodes[-1], sibling))
        at, last = at >> 1, last >> 1
    return nodes if last == 0 else None


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Recompute the root from an audit path; None when it does not fit."""
    nodes = climb(leaf, index, size, path)
    return None if nodes is None else nodes[-1]


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Give the proof that the first `old` leaves are a prefix of all (RFC 6962 2.1.2)."""
    if not 0 < old <= len(leaves):
        raise IndexError(old)
    return _consistency(leaves, old, whole=True)


def _consistency(leaves: Sequence[bytes], old: int, *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*_consistency(leaves[:k], old, whole=whole), root(leaves[k:])]
    return [*_consistency(leaves[k:], old - k, whole=False), root(leaves[:k])]


def roots_from_consistency(
    old_root: bytes, old: int, size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Recompute both roots from a consistency proof (RFC 9162 2.1.4.2); None when it fits not."""
    if not 0 < old <= size:
        return None
    if old == size:
        return None if proof else (old_root, old_root)
    nodes = list(proof) if old & (old - 1) else [old_root, *proof]
    return _climb(nodes, old - 1, size - 1) if nodes else None


def _climb(nodes: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, node)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None
