"""The trail of an opening: its phases, its facts and its observations as marks in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext

from bidding.models import OpeningSession
from kernel.text import gettext_noop as _
from ledger.facts import kinds
from ledger.services import Entry
from monitoring import queries
from monitoring.domain import CATEGORIES
from monitoring.metadata import Mark
from monitoring.models import Observation

PHASES: Final = {
    "opening.counted": _("清点投标"),
    "opening.announced": _("宣布纪律"),
    "opening.listed": _("公布名单"),
    "opening.seal_check_started": _("密封核验"),
    "opening.unlock_started": _("投标人解密"),
    "opening.release_started": _("托管人启封"),
    "opening.reading_started": _("唱标"),
    "opening.objections_invited": _("现场异议"),
    "opening.confirmation_invited": _("确认签字"),
}
ENDS: Final = ("opening.ended", "opening.failed")
WAITING: Final = _("候场")
SHOWN: Final = ("opening.", "bid.", "recording.started", "recording.ended", "supervision.")


def phases_of(facts: Sequence[Entry], first: datetime | None) -> list[Mark]:
    """Give the steps of an opening, each until the next; the last one is open until the end.

    `first` is where the trail begins: from then to the first step people wait.
    """
    steps = [fact for fact in facts if fact.kind in PHASES or fact.kind in ENDS]
    marks = [_phase(a, b.at) for a, b in pairwise(steps) if a.kind in PHASES]
    if steps and steps[-1].kind in PHASES:
        marks.append(_phase(steps[-1], None))
    if first is not None and (not steps or first < steps[0].at):
        until = steps[0].at if steps else None
        marks.insert(0, Mark("phase-0", first, "phase.waiting", gettext(WAITING), {}, until))
    return marks


def _phase(fact: Entry, until: datetime | None) -> Mark:
    kind = fact.kind.replace("opening.", "phase.")
    return Mark(f"phase-{fact.number}", fact.at, kind, gettext(PHASES[fact.kind]), {}, until)


def marks_of(facts: Iterable[Entry]) -> list[Mark]:
    """Give what happened in the hall, as marks with the words of the record."""
    titles = kinds()
    return [
        Mark(
            f"fact-{fact.number}",
            fact.at,
            fact.kind,
            worded(fact, gettext(titles[fact.kind].title)),
            {"fact": fact.number},
        )
        for fact in facts
        if fact.kind.startswith(SHOWN)
    ]


def worded(fact: Entry, title: str) -> str:
    """Say a fact in a line: its title, and whose it is where it names somebody."""
    named = fact.data.get("bidder") or fact.data.get("name") or fact.data.get("custodian") or ""
    return f"{title}：{named}" if isinstance(named, str) and named else title


def observation_marks(observations: Iterable[Observation]) -> list[Mark]:
    """Give observations as marks at the instant that was observed."""
    return [
        Mark(
            observation.number,
            observation.observed_at,
            f"observation.{observation.category}",
            f"{gettext(CATEGORIES[observation.category])}：{observation.text}",
            {
                "category": observation.category,
                "text": observation.text,
                "state": observation.state,
                "fact": observation.fact_number,
                "supervisor": observation.supervision.supervisor.person.name,
                "url": f"/observations/{observation.number}/",
            },
        )
        for observation in observations
    ]


def first_instant(session: OpeningSession) -> datetime | None:
    """Give where a session's trail begins: with its first recording."""
    first = queries.recordings_of(session).first()
    return first.started_at if first else None


class Trail:
    """Everything the renderings of one opening share."""

    def __init__(self, session: OpeningSession) -> None:
        facts = queries.facts_of(session)
        self.session = session
        self.phases = phases_of(facts, first_instant(session))
        self.facts = marks_of(facts)
        self.observations = observation_marks(queries.observations_of(session))

    @property
    def marks(self) -> list[Mark]:
        """Give facts and observations in the order of time."""
        return sorted([*self.facts, *self.observations], key=lambda mark: (mark.at, mark.id))
