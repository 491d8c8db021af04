"""Every deadline on one calendar: what everybody has to do by when, what passed without its act and
whose it was, and what the law itself says of silence.

What is due is what stands on the desks: each role's desk is read with the eyes of all its offices
at once, so that nothing is due in one place and not in the other.
"""

import re
from calendar import Calendar
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from ninja import Router

from accounts import queries as accounts
from accounts.api import acting
from accounts.domain import (
    AGENCY,
    AUDITOR,
    BIDDER,
    CENTRE_OPS,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    ROLES,
    SYSTEM,
    Actor,
    Grant,
)
from accounts.requests import Request
from deposits.queries import securities
from kernel.calendar import FIRST_YEAR, LAST_YEAR, local_date, start_of_day
from kernel.desk import DeskItem
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from monitoring import missed, policy
from monitoring.domain import Obligation, reads_secret, shown_roles
from monitoring.models import MissedDeadline
from monitoring.services import deadlines as monitoring
from portal import desk
from trading.queries.desk_suppliers import owed_by_winners
from trading.queries.parties import sides_of, winners
from trading.queries.standstill import standing_still

MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
CODE: Final = re.compile(r"/(?:tenders|halls)/([^/]+)/")
WEEKS: Final = Calendar(firstweekday=0)
WEEKDAYS: Final = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
NOBODY: Final = 0
"""The person of an office as a whole: no account has this key, so nothing personal is due."""
MONTHS: Final = 12
STATUSES: Final = {
    "due": (_("待办"), "quiet"),
    "missed": (_("逾期未办"), "care"),
    "ended": (_("逾期后了结"), "note"),
}
EVERY_READER: Final = "all"
SILENCE: Final = {
    "award.confirmed": (
        _("逾期未确定中标人又未说明理由，视为确定排名第一的候选人"),
        _("87号令第六十八条"),
        EVERY_READER,
    ),
    "call_off.skipped": (
        _("入围供应商逾期未答复，由下一家承接"),
        _("框架协议约定"),
        EVERY_READER,
    ),
    "priority.answered": (_("逾期未答复，视为放弃优先购买权"), _("公告约定"), REGULATOR),
    "bid_clarification.lapsed": (
        _("逾期未作澄清，按原投标文件评审"),
        _("招标文件约定"),
        REGULATOR,
    ),
}
"""What the platform does itself when somebody lets a time pass, by which word, and who reads of it:
what the authority alone may know of stays with it (rulebook 1.3).
"""
router = Router(tags=["monitoring"])


@dataclass(frozen=True)
class Line:
    """A deadline as the calendar shows it: missed and not done, missed and ended, or to come."""

    due_at: datetime
    title: str
    subject: str
    url: str
    role: str
    organisation: str
    people: tuple[str, ...]
    noted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def status(self) -> str:
        """Name how it stands."""
        if self.noted_at is None:
            return "due"
        return "ended" if self.ended_at else "missed"

    @property
    def word(self) -> str:
        """Say how it stands."""
        return STATUSES[self.status][0]

    @property
    def tone(self) -> str:
        """Give the tone of how it stands."""
        return STATUSES[self.status][1]


def obligations(at: datetime) -> list[Obligation]:
    """List what every office has to do by an instant that is known."""
    found = [
        (role, item)
        for role in (PURCHASER, AGENCY, CENTRE_OPS, REGULATOR, PERSONNEL)
        for item in _on_desks(role, at)
    ]
    found += [(BIDDER, item) for item in _of_winners(at)]
    codes = {code for _role, item in found if (code := _code(item))}
    sides, still, alone = sides_of(codes), standing_still(codes), _alone(at)
    made = (_obligation(role, item, sides, still, alone) for role, item in found)
    return list({one.key: one for one in made if one is not None}.values())


def _on_desks(role: str, at: datetime) -> Iterator[DeskItem]:
    grants = frozenset(Grant(role, office) for office in accounts.offices(role, at))
    if grants:
        office = Actor(ref="system", name="", person_id=NOBODY, grants=grants)
        for source in desk.SOURCES:
            yield from source(office, at)


def _of_winners(at: datetime) -> Iterator[DeskItem]:
    mine = winners()
    grants = frozenset(Grant(BIDDER, office) for office in mine)
    yield from owed_by_winners(mine)
    yield from securities.desk_items(Actor("system", "", NOBODY, grants), at)


def _code(item: DeskItem) -> str:
    found = CODE.match(item.url)
    return found[1] if found else ""


def _alone(at: datetime) -> dict[str, int]:
    """Give the office of the roles that one office alone holds: what is theirs is its own."""
    held = {role: accounts.offices(role, at) for role in (CENTRE_OPS, REGULATOR, PERSONNEL)}
    return {role: next(iter(found)) for role, found in held.items() if len(found) == 1}


def _obligation(
    role: str,
    item: DeskItem,
    sides: Mapping[str, tuple[int, int]],
    still: Container[str],
    alone: Mapping[str, int],
) -> Obligation | None:
    if item.due_at is None or item.waiting or not item.is_duty:
        return None
    code = _code(item)
    purchaser, agency = sides.get(code, (None, None))
    usual = {PURCHASER: purchaser, AGENCY: agency, **alone}.get(role)
    owner = item.owner_id or usual
    told = (item.title, item.subject, item.url, item.due_at)
    return Obligation(
        role,
        owner,
        *told,
        is_secret=item.is_secret,
        late_at=item.late_at,
        stands_still=code in still and not item.runs_on,
    )


def due(at: datetime) -> int:
    """Note which deadlines passed without their act, and end those whose act is done."""
    if not monitoring.begin_sweep(at=at):
        return 0
    return monitoring.note_missed(obligations=obligations(at), at=at)


@login_required
@require_safe
def calendar(request: Request) -> HttpResponse:
    """Show a month of deadlines, and who has to act, to centre staff and the authority."""
    policy.require(request.actor, "deadlines.see", None)
    first = _month(request.GET.get("month", ""), request.at)
    lines = lines_of(request.actor, first, request.at)
    context = {
        "first": first,
        "before": first - timedelta(days=1),
        "after": _next(first),
        "today": local_date(request.at),
        "weekdays": [gettext(name) for name in WEEKDAYS],
        "weeks": _weeks(first, lines),
        "days": [(on, list(found)) for on, found in groupby(lines, key=_day)],
        "missed": sum(line.status == "missed" for line in lines),
        "silent": silences(request.actor, first),
    }
    return render(request, "portal/deadlines.html", context)


def lines_of(actor: Actor, first: date, at: datetime) -> list[Line]:
    """Give the deadlines of a month that the actor may read of, in their order."""
    since, until = start_of_day(first), start_of_day(_next(first))
    roles = shown_roles(actor)
    coming = [
        one
        for one in obligations(at)
        if one.role in roles
        and not one.stands_still
        and (reads_secret(actor) or not one.is_secret)
        and max(since, at) <= one.due_at < until
    ]
    names = accounts.names_of({one.organisation_id for one in coming if one.organisation_id})
    offices = {(one.role, one.organisation_id) for one in coming}
    people = {
        (role, office): tuple(accounts.responsible(role, office, at)) if office else ()
        for role, office in offices
    }
    rows = [_missed(row) for row in missed.missed_between(actor, since, until)]
    rows += [_coming(one, names, people) for one in coming]
    return sorted(rows, key=lambda line: (line.due_at, line.title, line.subject))


def _missed(row: MissedDeadline) -> Line:
    organisation = row.organisation.name if row.organisation else ""
    told = (row.title, row.subject, row.url, ROLES[row.role], organisation, tuple(row.people))
    return Line(row.due_at, *told, noted_at=row.noted_at, ended_at=row.ended_at)


def _coming(
    one: Obligation,
    names: Mapping[int, str],
    people: Mapping[tuple[str, int | None], tuple[str, ...]],
) -> Line:
    organisation = names.get(one.organisation_id or 0, "")
    whose = people[one.role, one.organisation_id]
    told = (one.title, one.subject, one.url, ROLES[one.role], organisation, whose)
    return Line(one.due_at, *told)


def silences(actor: Actor, first: date) -> list[dict[str, Any]]:
    """List what was done in a month because somebody was silent, where a rule says what follows;
    what ended for another cause answered otherwise.
    """
    kinds = [
        kind
        for kind, (_what, _article, told) in SILENCE.items()
        if told == EVERY_READER or actor.has(REGULATOR, AUDITOR)
    ]
    entries = ledger.done_by(SYSTEM.ref, kinds, start_of_day(first), start_of_day(_next(first)))
    return [
        {
            "at": entry.at,
            "tender": entry.tender,
            "what": SILENCE[entry.kind][0],
            "article": SILENCE[entry.kind][1],
        }
        for entry in entries
        if entry.data.get("answer") in {None, "silent", "lapsed"}
    ]


def _day(line: Line) -> date:
    return local_date(line.due_at)


def _month(asked: str, at: datetime) -> date:
    """Read which month is asked for; one that is none is refused."""
    if not asked:
        return local_date(at).replace(day=1)
    found = MONTH.fullmatch(asked)
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not FIRST_YEAR < year < LAST_YEAR or not 1 <= month <= MONTHS:
        raise Invalid(
            "deadlines.month_malformed",
            _("月份应写成四位年份和两位月份，例如 2026-11，且在 %(first)s 年与 %(last)s 年之间。"),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return date(year, month, 1)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _weeks(first: date, lines: Iterable[Line]) -> list[list[dict[str, Any] | None]]:
    """Give the weeks of a month, each day with what is due on it."""
    by_day: dict[date, list[Line]] = {}
    for line in lines:
        by_day.setdefault(_day(line), []).append(line)
    return [
        [_cell(on, by_day.get(on, [])) if on.month == first.month else None for on in week]
        for week in WEEKS.monthdatescalendar(first.year, first.month)
    ]


def _cell(on: date, lines: list[Line]) -> dict[str, Any]:
    missed_then = sum(line.status == "missed" for line in lines)
    return {"date": on, "lines": lines, "missed": missed_then}


@router.get("/deadlines", response=dict[str, Any])
def deadlines(request: HttpRequest, month: str = "") -> dict[str, Any]:
    """Give a month of deadlines, this month's without one: what is due, what was missed and whose
    it was, and what silence did by law.
    """
    actor, at = acting(request)
    policy.require(actor, "deadlines.see", None)
    first = _month(month, at)
    rows = [{**vars(line), "status": line.status} for line in lines_of(actor, first, at)]
    return {"month": f"{first:%Y-%m}", "deadlines": rows, "silences": silences(actor, first)}
