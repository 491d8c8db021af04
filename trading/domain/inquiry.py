"""Whoever holds a right of first refusal and did not bid is asked afterwards (rulebook 2.3, 5.4):
whom, until when, and what follows from the answers. Silence waives.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain import priority


@dataclass(frozen=True)
class Answer:
    """What one holder answered, and when; `rank` is its place among the holders."""

    uscc: str
    name: str
    rank: int
    state: str
    at: datetime | None


def to_ask(
    auction: Mapping[str, Any],
    ranked: Sequence[Mapping[str, Any]],
    present: Collection[str],
    out: Sequence[Mapping[str, Any]] = (),
) -> dict[str, int]:
    """Give who is asked, with its rank: of those who registered the holders that did not bid; of a
    lot whose best offer is a holder's own only those who rank before it. Whose bid was put out did
    bid, and does not get past the panel by being asked.
    """
    if priority.of(auction).get("mode") not in priority.ASKED or not ranked:
        return {}
    holders = priority.holders_of(auction)
    ranks = {uscc: place for place, uscc in enumerate(holders, start=1)}
    best = ranks.get(ranked[0]["uscc"], len(ranks) + 1)
    if priority.of(auction)["same_rank"] and ranked[0]["uscc"] in ranks:
        return {}
    bid = {c["uscc"] for c in (*ranked, *out)}
    return {u: n for u, n in ranks.items() if u in present and u not in bid and n < best}


def due_from(auction: Mapping[str, Any], at: datetime) -> datetime:
    """Give the end of the time a holder has to answer."""
    return at + timedelta(seconds=priority.of(auction)["window_s"])


def require_in_time(due_at: datetime, at: datetime) -> None:
    """Refuse an answer that comes when the time is over; at its very end it is late."""
    if at >= due_at:
        raise Conflict("priority.late", _("答复期已经届满，视为放弃优先购买权。"))


def require_answered(waiting: int) -> None:
    """Refuse to confirm a taker while a holder may still answer."""
    if waiting:
        raise Conflict("priority.waiting", _("优先购买权人的答复期未满，不能确定受让方。"))


def with_right(
    ranked: Sequence[Mapping[str, Any]],
    best: Mapping[str, Any],
    answers: Sequence[Answer],
    *,
    same_rank: bool,
) -> list[dict[str, Any]]:
    """Give the candidates after the answers: whoever exercises comes first, at the price of the
    best who is left; of several the one who ranks before the others, or where they rank equally who
    was first.
    """
    taken = sorted((a for a in answers if a.state == "exercised"), key=lambda a: a.rank)
    if not taken:
        return [dict(c) for c in ranked]
    first = min(taken, key=lambda a: a.at.timestamp() if a.at else 0) if same_rank else taken[0]
    holder = {
        **best,
        "uscc": first.uscc,
        "name": first.name,
        "bid": f"priority.{first.uscc}",
        "total": "",
        "offer": {},
    }
    return [{**c, "rank": place} for place, c in enumerate((holder, *ranked), start=1)]
