"""What kinds of fact an app records, and which of them anybody may read.

A public fact's payload goes to every watcher as it is; of any other kind a watcher learns kind and
number only, and only if it may watch that stream. Withheld kinds would tell who deals with a
tender, or how many: until closing they rest encrypted in its private tree (sealing.md 6.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """How far a fact of some kind travels."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class FactKind:
    """The Chinese title of a kind of fact, and how far it travels."""

    title: str
    reach: Reach


def facts(reach: Reach, titles: Mapping[str, str]) -> dict[str, FactKind]:
    """Make a table of kinds that share one reach."""
    return {kind: FactKind(title, reach) for kind, title in titles.items()}
