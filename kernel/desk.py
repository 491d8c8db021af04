"""What a person has to do: one line of a desk (我的工作)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeskItem:
    """One thing to do: what, about which subject, where, and by when (None: no clock runs).

    `owner_id` is the organisation that has to, where that is not the side of the tender.
    """

    title: str
    subject: str
    url: str
    due_at: datetime | None = None
    waiting: bool = False
    owner_id: int | None = None
