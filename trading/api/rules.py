"""The rules in force on a day, as rows."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema

from accounts.api import OPEN, acting
from kernel.calendar import local_date
from trading import queries
from trading.api.door import router
from trading.api.shapes import Found, rule_out

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
