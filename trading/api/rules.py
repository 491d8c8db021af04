"""The rules in force on a day, as rows."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema, Status

from accounts.api import OPEN, acting
from kernel.calendar import local_date
from trading import queries, services
from trading.api.bodies import DayIn
from trading.api.door import router
from trading.api.shown import Found, declared_out, rule_out
from trading.queries.openness import open_market

PAGE = 100


class RulesAsked(Schema):
    """What narrows the list of rules."""

    on: date | None = None
    market: str = ""
    method: str = ""
    kind: str = ""
    q: str = ""
    after: str = ""


@router.get("/rules", response=Found, auth=OPEN)
def rules(request: HttpRequest, asked: Query[RulesAsked]) -> dict[str, Any]:
    """List the rules in force on a day, today's without one; go on with `after` = the `next` of
    the last page.
    """
    given = asked.dict()
    after, on = given.pop("after"), given.pop("on") or local_date(acting(request)[1])
    found = queries.rules_on(queries.RuleFilters(on=on, query=given.pop("q"), **given))
    rows = [rule_out(rule) for rule in found]
    first = next((n + 1 for n, row in enumerate(rows) if row["slug"] == after), 0)
    page = rows[first : first + PAGE]
    return {"items": page, "next": page[-1]["slug"] if rows[first + PAGE :] else ""}


@router.get("/markets/{market}", response=dict[str, Any], auth=OPEN)
def market(request: HttpRequest, market: str) -> dict[str, Any]:
    """Give what the law opens of a market: items, procedure, materials, time limits and fees of
    each method.
    """
    found = open_market(market, local_date(acting(request)[1]))
    return {
        "market": found.slug,
        "title": found.title,
        "items": found.subjects,
        "methods": [
            {
                "method": method.slug,
                "title": method.title,
                "procedure": [vars(step) for step in method.procedure],
                "materials": method.materials,
                "drafted": method.drafted,
                "told": [rule_out(row) for row in method.told],
                "limits": [rule_out(row) for row in method.limits],
                "fees": [rule_out(row) for row in method.fees],
                "charges": method.charges,
            }
            for method in found.methods
        ],
    }


@router.get("/rules/calendar", response=dict[str, Any], auth=OPEN)
def calendar(request: HttpRequest, year: int | None = None) -> dict[str, Any]:
    """Give a year's days that differ from an ordinary week, and what was declared of it."""
    wanted = local_date(acting(request)[1]).year if year is None else year
    days = queries.work_calendar().year(wanted)
    return {
        "year": wanted,
        "provisional": days[0].provisional,
        "days": [
            {
                "date": day.date,
                "is_working": day.is_working,
                "reason": day.reason,
                "source": day.source,
            }
            for day in days
            if day.is_remarkable
        ],
        "declared": [declared_out(made) for made in queries.declared_days(wanted)],
    }


@router.post("/rules/calendar", response={201: dict[str, Any]})
def declare_day(request: HttpRequest, body: DayIn) -> Status[dict[str, Any]]:
    """Declare a day a working day or a day of rest by an official notice."""
    actor, at = acting(request)
    made = services.declare_day(actor=actor, at=at, **body.dict())
    return Status(201, declared_out(made))
