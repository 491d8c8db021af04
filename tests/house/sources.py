"""The platform's own files, for tests that read them."""

from collections.abc import Iterator
from pathlib import Path

from tests.rig.processes import ROOT

OWN = (
    "kernel",
    "ledger",
    "accounts",
    "trading",
    "deposits",
    "bidding",
    "evaluation",
    "recruitment",
    "monitoring",
    "portal",
    "config",
)


def sources(*suffixes: str) -> Iterator[Path]:
    """Every file of our packages with one of these endings, migrations apart."""
    for package in OWN:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path
