"""Shamir's k-of-n secret sharing over GF(256) with polynomial 0x11b, byte by byte."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Final

from bidding.sealing.errors import SealingError

Random = Callable[[int], bytes]
MAX_PARTS: Final = 16
LEAST: Final = 2


def _multiply(x: int, y: int) -> int:
    product = 0
    while y:
        product ^= x if y & 1 else 0
        x = (x << 1) ^ (0x11B if x & 0x80 else 0)
        y >>= 1
    return product


@cache
def _row(factor: int) -> bytes:
    """Give the table of `factor` times every byte, so that bytes.translate multiplies a string."""
    return bytes(_multiply(factor, value) for value in range(256))


@cache
def _inverse(value: int) -> int:
    return _row(value).index(1)


def _xor(left: bytes, right: bytes) -> bytes:
    size = len(left)
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(size, "big")


def check_threshold(k: int, n: int) -> None:
    """Refuse a threshold of one, which lets a custodian open alone, or one above the parts."""
    if not LEAST <= k <= n <= MAX_PARTS:
        raise SealingError("seal.threshold", k=k, n=n)


def split(secret: bytes, k: int, n: int, random: Random) -> list[bytes]:
    """Split a secret into parts 1 to n; any k of them give it back, fewer tell nothing."""
    check_threshold(k, n)
    coefficients = [random(len(secret)) for _ in range(k - 1)]
    return [_evaluate(secret, coefficients, x) for x in range(1, n + 1)]


def _evaluate(secret: bytes, coefficients: list[bytes], x: int) -> bytes:
    total = bytes(len(secret))
    for coefficient in reversed(coefficients):
        total = _xor(total, coefficient).translate(_row(x))
    return _xor(total, secret)


@cache
def _weights(indexes: tuple[int, ...]) -> tuple[int, ...]:
    """Give the Lagrange weights at zero for parts with these indexes."""
    weights = []
    for i in indexes:
        weight = 1
        for j in indexes:
            if j != i:
                weight = _multiply(weight, _multiply(j, _inverse(i ^ j)))
        weights.append(weight)
    return tuple(weights)


def combine(parts: Mapping[int, bytes]) -> bytes:
    """Interpolate the parts at zero; the caller checks the result against its commitment."""
    if not parts or not all(0 < index <= MAX_PARTS for index in parts):
        raise SealingError("seal.parts_index")
    if len({len(part) for part in parts.values()}) != 1:
        raise SealingError("seal.parts_index")
    indexes = tuple(sorted(parts))
    total = bytes(len(parts[indexes[0]]))
    for index, weight in zip(indexes, _weights(indexes), strict=True):
        total = _xor(total, parts[index].translate(_row(weight)))
    return total


def candidates(parts: Mapping[int, bytes], k: int) -> Iterator[bytes]:
    """Give the secret of every k-subset in turn: a dishonest dealer may make subsets disagree."""
    for chosen in combinations(sorted(parts), k):
        yield combine({index: parts[index] for index in chosen})
