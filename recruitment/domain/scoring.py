"""Interview scores and totals: always by `evaluation/talent`, whose figures anybody can repeat
with `talent_rank` (rulebook F14, EX-16).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from evaluation.talent import HUNDRED, run_talent_rank
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

DROPPED: Final = 1
TIE_BREAK: Final = ("interview", "written", "extra")
"""Never lots: those of the panel are known before the first mark, and a mark could be fitted to
them (rulebook 3.5, 4.9).
"""


@dataclass(frozen=True)
class Examined:
    """Somebody who was interviewed, by ticket."""

    ticket: str
    written: Decimal
    marks: tuple[Decimal, ...]
    extra: Decimal | None = None


@dataclass(frozen=True)
class Place:
    """What one of them came to; without a rank: below a pass line, with the reason."""

    ticket: str
    interview: Decimal
    total: Decimal | None
    rank: int | None
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """The places of a post, the best first, and the case that gives the same again."""

    places: tuple[Place, ...]
    case: Mapping[str, Any] = field(default_factory=dict)


def require_panel_size(size: int, least: Decimal, most: Decimal) -> None:
    """Refuse a panel that is even, too small or too large."""
    if size % 2 == 0 or not least <= size <= most:
        raise Invalid(
            "panel.size",
            _("考官应为 %(least)s 至 %(most)s 人的单数。"),
            least=f"{least:f}",
            most=f"{most:f}",
            field="size",
        )


def interview_score(marks: Sequence[Decimal]) -> Decimal:
    """Give the score of one interview: the mean without the highest and the lowest mark."""
    one = Examined("one", Decimal(0), tuple(marks))
    case = _case("post", 1, {"written_weight": "0", "interview_pass": "0"}, [one])
    answer: Any = run_talent_rank(case)
    return Decimal(answer["posts"][0]["ranking"][0]["interview"])


def ranked(
    lot: int, openings: int, post: Mapping[str, Any], examined: Sequence[Examined]
) -> Outcome:
    """Rank one post by written score and interview; an extra test tells equals apart."""
    case = _case(str(lot), openings, post, examined)
    answer: Any = run_talent_rank(case)
    totals, out = answer["totals"], {line["name"]: line for line in answer["disqualified"]}
    lines = {line["name"]: line for line in answer["posts"][0]["ranking"]}
    places = [_place(of, lines.get(of.ticket), totals, out) for of in examined]
    order = sorted(places, key=lambda place: (place.rank is None, place.rank or 0, place.ticket))
    return Outcome(tuple(order), case)


def equals(
    openings: int, post: Mapping[str, Any], examined: Sequence[Examined]
) -> list[tuple[str, ...]]:
    """Give who is equal in everything but an extra test, where it matters who comes first: at the
    last place and among those who would follow. Those who all get a place need no order.
    """
    before = [replace(of, extra=None) for of in examined]
    places = ranked(1, openings, post, before).places if before else ()
    groups: dict[int, list[str]] = {}
    for place in places:
        if place.rank is not None:
            groups.setdefault(place.rank, []).append(place.ticket)
    found = ((rank, tuple(tickets)) for rank, tickets in groups.items() if len(tickets) > 1)
    return [tickets for rank, tickets in found if rank - 1 + len(tickets) > openings]


def _place(
    of: Examined,
    line: Mapping[str, Any] | None,
    totals: Mapping[str, str],
    out: Mapping[str, Mapping[str, Any]],
) -> Place:
    score, total = interview_score(of.marks), totals.get(of.ticket)
    whole = Decimal(total) if total is not None else None
    if line is None:
        return Place(of.ticket, score, whole, None, str(out[of.ticket]["reason"]))
    return Place(of.ticket, score, whole, int(line["rank"]))


def _case(
    lot: str,
    openings: int,
    post: Mapping[str, Any],
    examined: Sequence[Examined],
) -> dict[str, Any]:
    weight = Decimal(post["written_weight"]) / HUNDRED
    formula: dict[str, Any] = {
        "written_weight": f"{weight:f}",
        "drop_highest": DROPPED,
        "drop_lowest": DROPPED,
        "interview_pass": post["interview_pass"],
        "tie_break": list(TIE_BREAK),
    }
    return {
        "formula": formula,
        "posts": [
            {"code": lot, "openings": openings, "opening_ratio": "1", "short_approved": True}
            | {"interview_ratio": "100"}
        ],
        "candidates": [
            {
                "name": of.ticket,
                "post": lot,
                "written": f"{of.written:f}",
                "interview": [f"{mark:f}" for mark in of.marks],
                **({} if of.extra is None else {"extra": f"{of.extra:f}"}),
            }
            for of in examined
        ],
    }
