"""Challenges and objections: who may raise what until when, by when it is answered, and what it
holds still (GPL 52 to 54, M94; BLR 22, 54).

A remedy is data that a method names: 质疑 of procurement and 异议 of construction live one life.
"""

from collections.abc import Mapping
from typing import Final

from trading.domain.remedies.admission import (
    answer_due,
    checked_contact,
    checked_question,
    checked_text,
    due_to_answer,
    last_day_to_file,
    require_admissible,
    require_next,
    stands_still,
)
from trading.domain.remedies.construction import (
    FIRST_STAGE_OBJECTIONS,
    OBJECTIONS,
    PREQUAL_OBJECTIONS,
)
from trading.domain.remedies.matters import Matter, Remedy, Standing
from trading.domain.remedies.procurement import CHALLENGES, PREQUAL_CHALLENGES, SOLE_CHALLENGES
from trading.domain.remedies.sales import AGREEMENT_OBJECTIONS, GRANT_OBJECTIONS, SALE_OBJECTIONS

__all__ = [
    "CHALLENGES",
    "OBJECTIONS",
    "REMEDIES",
    "STREAM",
    "Matter",
    "Remedy",
    "Standing",
    "answer_due",
    "checked_contact",
    "checked_question",
    "checked_text",
    "due_to_answer",
    "first_remedy",
    "hears_public",
    "last_day_to_file",
    "require_admissible",
    "require_next",
    "stands_still",
]

STREAM: Final = "remedies"
"""Where restricted facts of remedies lie, those of all tenders together."""
REMEDIES: Final[Mapping[str, Remedy]] = {
    r.slug: r
    for r in (
        CHALLENGES,
        SOLE_CHALLENGES,
        OBJECTIONS,
        PREQUAL_OBJECTIONS,
        FIRST_STAGE_OBJECTIONS,
        PREQUAL_CHALLENGES,
        SALE_OBJECTIONS,
        AGREEMENT_OBJECTIONS,
        GRANT_OBJECTIONS,
    )
}
"""The first remedies there are, by the name a method gives."""


def first_remedy(names: tuple[str, ...]) -> Remedy | None:
    """Give the first remedy among those a method names; None where it has none."""
    return next((REMEDIES[name] for name in names if name in REMEDIES), None)


def hears_public(remedy: Remedy | None) -> bool:
    """Tell whether any person may raise something here, for no organisation of the platform."""
    return remedy is not None and any(m.filer == "public" for m in remedy.matters.values())
