"""What somebody aggrieved may raise in a recruitment: an applicant, a recount of their own written
score; anybody, a report on whom a post is to go to.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from evaluation.talent import called
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _

RECOUNT: Final = Lifecycle(
    name="recount",
    initial="filed",
    titles={"filed": _("待复核"), "answered": _("已复核")},
    moves={"answer": Move(("filed",), "answered")},
)
REPORT: Final = Lifecycle(
    name="report",
    initial="filed",
    titles={"filed": _("待核查"), "answered": _("已答复")},
    moves={"answer": Move(("filed",), "answered")},
)
OUTCOMES: Final = {"upheld": _("属实"), "dismissed": _("不属实或者不影响聘用")}
"""What a report was found to be."""


def require_in_time(last: date, at: datetime, code: str) -> None:
    """Refuse what comes after the last day to raise it."""
    if local_date(at) > last:
        raise Conflict(code, _("期限已于 %(last)s 届满。"), last=str(last))


def worded(text: str, field: str, least: int, most: int) -> str:
    """Take what was written, neither empty nor endless."""
    clean = text.strip()
    if not least <= len(clean) <= most:
        raise Invalid(
            "remedy.text",
            _("请填写 %(least)s 至 %(most)s 字。"),
            least=least,
            most=most,
            field=field,
        )
    return clean


def still_called(
    scores: Mapping[str, Decimal], before: frozenset[str], own: str, openings: int, ratio: Decimal
) -> frozenset[str]:
    """Give who is called once the score of `own` was corrected: whoever is among the best now, and
    whoever was called before. Another's mistake takes nobody's interview; one's own score does.
    """
    best = frozenset(called(scores, openings, ratio)) if scores else frozenset()
    return best | (before - {own})
