"""The one table of effects that go up the ladder: fact kind → functions, run in the fact's own
transaction.
"""

from collections.abc import Callable

from ledger.models import Entry

REACTIONS: dict[str, tuple[Callable[[Entry], None], ...]] = {}
