"""What may be raised, by whom and until when: the words a remedy is written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain.complaints import Complaints
from trading.periods import RuleSet


@dataclass(frozen=True)
class Matter:
    """One thing that may be raised: its title, until when, by whom, and what follows.

    `filer` is `holder` of the document, `participant` in the bidding, `taker` who registered,
    `applicant` who was told the result of its application, `anybody` among the organisations
    concerned, or the `public`: any of them, and any unit or person besides; `upheld` names the move
    of the tender that follows when it is found right, or what is undone unless something else is
    said then, `later` the move where it is too late for that; `answer` the period to answer where
    it is not
    the remedy's, which then runs from the last day to raise it; `told_as` the notice by which the
    public learns the answer; `concerns_filer` says that what follows is done for who raised it
    alone; in the states of `holds` it holds the tender still besides those of the remedy, in
    `holds_untaken` before anybody has taken it up.
    """

    title: str
    last_day: Callable[["Standing"], date | None]
    filer: str
    upheld: str = ""
    later: str = ""
    answer: str = ""
    concerns_filer: bool = False
    told_as: str = ""
    holds: frozenset[str] = frozenset()
    holds_untaken: frozenset[str] = frozenset()

    def effect(self, allows: Callable[[str], bool]) -> str:
        """Name the move that follows when it is found right now; none where none can be made."""
        moves = (event for event in (self.upheld, self.later) if event)
        return next((event for event in moves if allows(event)), "")


@dataclass(frozen=True)
class Remedy:
    """The first remedy of a market: its words, its matters, the period to answer, what it holds.

    `holds_from` is the event from which the tender stands still in the states of `holds`;
    `asks_effect` says that only what may affect the result does so, by the filer's own word;
    `undone` is the article by which what was wrong is undone, `undoes_contracts` says that it has
    contracts cancelled that are signed; `enquiries` is the period to answer what a supplier asks at
    any time, empty where the law has nobody ask; `when` and `then` name the periods of
    the rules, by their codes.
    """

    slug: str
    title: str
    infix: str
    matters: Mapping[str, Matter]
    answer: str
    holds_from: str
    holds: frozenset[str]
    held_because: str
    asks_effect: bool
    when: str
    late: str
    then: str
    desk_accept: str
    desk_answer: str
    desk_wait: str
    complaints: Complaints | None = None
    undone: str = ""
    undoes_contracts: bool = False
    enquiries: str = ""


@dataclass(frozen=True)
class Standing:
    """What decides whether a challenge is admissible."""

    about: str
    state: str
    registered: bool
    took_part: bool
    announced_at: datetime | None
    closed_at: datetime | None
    evaluated_at: datetime | None
    result_at: datetime | None
    same_matter_raised: bool
    rules: RuleSet
    remedy: Remedy
    bids_close_at: datetime | None = None
    publicity_until: date | None = None
    applications_close_at: datetime | None = None
    proposals_close_at: datetime | None = None
    called_at: datetime | None = None
    told_passing_on: date | None = None
    is_organisation: bool = True

    @property
    def matter(self) -> Matter:
        """Give the rule of what is raised."""
        return self.remedy.matters[self.about]


def inside_publicity(standing: Standing) -> date | None:
    """While the candidates stand before the public (BLR 54)."""
    return standing.publicity_until


def _after_the_passing(standing: Standing) -> date | None:
    """So many days from the day an applicant was told its result."""
    if standing.told_passing_on is None:
        return None
    return standing.rules.last_day("prequalification_result", standing.told_passing_on)


CLOSED: Final = frozenset(
    {
        "closed",
        "opening",
        "opened",
        "evaluating",
        "evaluated",
        "candidate_publicity",
        "winner_confirmed",
        "award_notified",
    }
)
"""From the end of the bidding until the contract: whoever was kept out wrongly may have won."""
PASSING: Final = Matter(
    _("资格预审结果"),
    _after_the_passing,
    "applicant",
    upheld="admit_applicant",
    later="void_bidding",
    concerns_filer=True,
    # Else bids would close meanwhile, and whoever was right could not be let in any more.
    holds=frozenset({"announced", *CLOSED}),
    holds_untaken=CLOSED,
)
