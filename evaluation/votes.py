"""The award committee's ballots (定标): direct vote with one run-off, as the document fixes it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kernel.errors import Invalid
from kernel.text import gettext_noop as _


@dataclass(frozen=True)
class Ballot:
    """One round of votes, most votes first, and who has more than half of them."""

    counts: tuple[tuple[str, int], ...]
    winner: str | None
    run_off: tuple[str, ...]


def direct_vote(votes: Mapping[str, str]) -> Ballot:
    """Count one vote a member: more than half wins, otherwise the two leading stand again.

    Where the second place is shared, everybody on it stands again, for nobody is dropped by chance.
    """
    if not votes:
        raise Invalid("vote.nobody_voted", _("没有人投票。"))
    tally = Counter(votes.values())
    counts = tuple(sorted(tally.items(), key=lambda pair: (-pair[1], pair[0])))
    leader, most = counts[0]
    if most * 2 > len(votes):
        return Ballot(counts, leader, ())
    second = counts[1][1]
    return Ballot(counts, None, tuple(name for name, number in counts if number >= second))
