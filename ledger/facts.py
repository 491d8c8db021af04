"""Every kind of fact any app records, collected from the tables the settings name."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from kernel.facts import FactKind, Reach


@cache
def kinds() -> dict[str, FactKind]:
    """Give all kinds by name; one defined twice is a programming error."""
    found: dict[str, FactKind] = {}
    for path in settings.LEDGER_FACTS:
        table = import_string(path)
        if doubled := found.keys() & table.keys():
            raise ValueError(f"fact kinds defined twice: {sorted(doubled)}")
        found |= table
    return found


def reach(kind: str) -> Reach:
    """Tell how far facts of this kind travel."""
    return kinds()[kind].reach
