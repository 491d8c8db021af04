"""Who may hold the keys of a tender: the set that opens, and the set that recovers a lost share.

The two sets have nobody in common, neither is one office alone, and each has a member outside
purchaser and centre: with both together a bid could be read before its time (sealing.md 4.4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain.findings import Finding

FEWEST_CUSTODIANS: Final = 2
MOST_CUSTODIANS: Final = 9
INSIDE: Final = frozenset({"purchaser", "centre"})
"""The offices of whoever buys and of whoever runs the platform."""


@dataclass(frozen=True)
class CustodianFacts:
    """A custodian as the rules see it: the office, and the stages whose key is registered."""

    index: int
    name: str
    office: str
    stages: frozenset[str]


@dataclass(frozen=True)
class Held:
    """Both sets of a tender and how many of each must act; an empty recovery set is none."""

    threshold: int
    opening: tuple[CustodianFacts, ...]
    recovery_threshold: int
    recovery: tuple[CustodianFacts, ...]


def findings(held: Held, stages: frozenset[str]) -> Iterator[Finding]:
    """List what the key custody of a draft still lacks."""
    yield from _opening(held)
    if held.recovery:
        yield from _recovery(held)
    for custodian in (*held.opening, *held.recovery):
        if not stages <= custodian.stages:
            yield _finding(
                "custodians.no_key", _("托管人%(name)s尚未登记公钥。"), name=custodian.name
            )


def _opening(held: Held) -> Iterator[Finding]:
    people, k = held.opening, held.threshold
    if not _are_enough(people, k):
        yield _finding(
            "custodians.too_few",
            _("密钥托管人有 %(count)s 人，开启所需 %(k)s 人；至少 2 人，且不少于开启所需人数。"),
            count=len(people),
            k=k,
        )
    if people and not _are_of_several_offices(people):
        yield _finding("custodians.one_office", _("密钥托管人不能都来自同一方。"))
    elif people and not _has_outsider(people):
        yield _finding(
            "custodians.no_outsider",
            _("密钥托管人中至少一名须来自采购人和交易中心以外。"),
        )
    if _one_office_acts(people, k):
        yield _finding(
            "custodians.office_opens",
            _("任何一方的托管人数都应少于开启所需人数，否则一方即可单独开启。"),
        )


def _recovery(held: Held) -> Iterator[Finding]:
    people, k = held.recovery, held.recovery_threshold
    if not _are_enough(people, k):
        yield _finding(
            "recovery.too_few",
            _("恢复托管人有 %(count)s 人，恢复所需 %(k)s 人；至少 2 人，且不少于恢复所需人数。"),
            count=len(people),
            k=k,
        )
    if not _are_of_several_offices(people):
        yield _finding("recovery.one_office", _("恢复托管人不能都来自同一方。"))
    elif not _has_outsider(people):
        yield _finding(
            "recovery.no_outsider",
            _("恢复托管人中至少一名须来自采购人和交易中心以外。"),
        )
    if _one_office_acts(people, k):
        yield _finding(
            "recovery.office_recovers",
            _("任何一方的恢复托管人数都应少于恢复所需人数，否则一方即可单独恢复份额。"),
        )


def _finding(code: str, message: str, **facts: object) -> Finding:
    return Finding(code, "custodians", message, facts)


def _are_enough(people: tuple[CustodianFacts, ...], k: int) -> bool:
    return FEWEST_CUSTODIANS <= k <= len(people)


def _are_of_several_offices(people: tuple[CustodianFacts, ...]) -> bool:
    return len({custodian.office for custodian in people}) >= FEWEST_CUSTODIANS


def _has_outsider(people: tuple[CustodianFacts, ...]) -> bool:
    return any(custodian.office not in INSIDE for custodian in people)


def _one_office_acts(people: tuple[CustodianFacts, ...], k: int) -> bool:
    offices = [custodian.office for custodian in people]
    return any(offices.count(office) >= k for office in set(offices))
