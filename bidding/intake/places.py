"""How much may be inside the door at once: in all, and of one organisation.

Without a share for each, one organisation (or one stolen token) could fill the door in the last
minute and keep everybody else out.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bidding.intake.line import busy


class Places:
    """Counts who is inside, and how many bytes they brought; used from the event loop alone."""

    def __init__(self, most: int, share: int, most_bytes: int) -> None:
        self.most, self.share, self.most_bytes = most, share, most_bytes
        self.inside: Counter[str] = Counter()
        self.number = self.bytes = 0

    @contextmanager
    def taken(self, owner: str, size: int) -> Iterator[None]:
        """Take a place for as long as the block lasts; refused when there is none."""
        if (
            self.number >= self.most
            or self.inside[owner] >= self.share
            or self.bytes + size > self.most_bytes
        ):
            raise busy()
        self.inside[owner] += 1
        self.number += 1
        self.bytes += size
        try:
            yield
        finally:
            self.bytes -= size
            self.number -= 1
            self.inside[owner] -= 1
            if not self.inside[owner]:
                del self.inside[owner]
