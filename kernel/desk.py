"""What a person has to do: one line of a desk (我的工作)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeskItem:
    """One thing to do: what, about which subject, where, and by when (None: no clock runs).

    `owner_id` is the organisation that has to, where that is not the side of the tender. What is
    secret is told to whoever has to do it, and to the authority and audit alone. What is no duty
    tells by `due_at` when it may first be done, or what another has to do by then: nobody is in
    default when that passes. What runs on is due while its tender stands still too. `late_at` is
    when it counts as not done, where that is only known later than `due_at`.
    """

    title: str
    subject: str
    url: str
    due_at: datetime | None = None
    waiting: bool = False
    owner_id: int | None = None
    is_secret: bool = False
    is_duty: bool = True
    runs_on: bool = False
    late_at: datetime | None = None
