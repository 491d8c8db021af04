"""A cipher suite as data: one file in `suites/` defines one."""

from collections.abc import Callable
from dataclasses import dataclass

from bidding.sealing.errors import SealingError
from kernel.registry import discover


@dataclass(frozen=True)
class Suite:
    """How a key share is sealed to a public key; slug and id are stored and never reused."""

    slug: str
    id: int
    title: str
    wrap: Callable[[bytes, bytes, bytes], bytes]  # (public key, info, share) -> sealed share
    unwrap: Callable[[bytes, bytes, bytes], bytes]  # (private key, info, sealed share) -> share
    generate: Callable[[], bytes]  # -> private key
    public_of: Callable[[bytes], bytes]  # private key -> public key


def suite_by_id(number: int) -> Suite:
    """Give the suite with this number; there is no negotiation, so an unknown one is refused."""
    for suite in discover("bidding.sealing.suites", "SUITE").values():
        if isinstance(suite, Suite) and suite.id == number:
            return suite
    raise SealingError("seal.suite")
