"""The opening ratio: what becomes of a post for which few have applied (PO6)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from evaluation.talent import openings_left
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

OUTCOMES: Final = {
    "opened": _("按计划开考"),
    "reduced": _("核减人数"),
    "cancelled": _("取消岗位"),
}


@dataclass(frozen=True)
class PostFacts:
    """A post as the rule sees it: whom it is for, and how many qualified for it."""

    openings: int
    ratio: Decimal
    scarce: bool
    applicants: int

    @property
    def needed(self) -> Decimal:
        """Give how many must have qualified for all its places."""
        return self.openings * self.ratio

    @property
    def left(self) -> int:
        """Give for how many places those who qualified suffice."""
        return openings_left(self.openings, self.ratio, self.applicants)


@dataclass(frozen=True)
class Settled:
    """What was decided of a post."""

    outcome: str
    openings: int
    reason: str


def choices(post: PostFacts) -> tuple[str, ...]:
    """Give what may be decided: enough applicants leave no choice, nobody leaves none either."""
    if post.applicants >= post.needed:
        return ("opened",)
    open_all_the_same = ("opened",) if post.scarce and post.applicants else ()
    return (*(("reduced",) if post.left else ()), "cancelled", *open_all_the_same)


def settle(post: PostFacts, outcome: str, reason: str) -> Settled:
    """Decide a post; opening a scarce one that falls short, and taking one away, need a reason."""
    if outcome not in choices(post):
        raise Invalid(
            "post.outcome",
            _("报名 %(applicants)s 人，开考需 %(needed)s 人，不能这样核定。"),
            applicants=post.applicants,
            needed=f"{post.needed:f}",
            field="outcome",
        )
    why = reason.strip()
    if post.applicants < post.needed and not why:
        raise Invalid("post.reason", _("请写明理由。"), field="reason")
    openings = {"opened": post.openings, "reduced": post.left, "cancelled": 0}[outcome]
    return Settled(outcome, openings, why[:300])
