"""What anybody reads: notices, tenders, their text, their public facts, results."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Schema

from accounts.api import OPEN, acting
from kernel.calendar import local_date
from ledger import canonical
from trading import queries
from trading.api.door import router
from trading.api.shown import Found, notice_out, tender_shown
from trading.domain.statistics.asked import Asked, year_of


class NoticeFilters(Schema):
    """What narrows the list of notices."""

    q: str = ""
    kind: str = ""
    market: str = ""
    category: str = ""
    region: str = ""
    group: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""


@router.get("/notices", response=Found, auth=OPEN)
def notices(request: HttpRequest, filters: Query[NoticeFilters]) -> dict[str, Any]:  # noqa: ARG001
    """List notices, newest first; go on with `after` = the `next` of the last page."""
    given = filters.dict()
    after, query = given.pop("after"), given.pop("q")
    page = queries.notices_page(queries.Filters(query=query, **given), after)
    return {"items": [notice_out(notice) for notice in page.items], "next": page.next_key}


@router.get("/notices/{code}/{number}", response=dict[str, Any], auth=OPEN)
def notice(request: HttpRequest, code: str, number: int) -> dict[str, Any]:  # noqa: ARG001
    """Give one notice; who complained is told beside a decision made before bids closed."""
    found = queries.notice_of(code, number)
    told = queries.appeals_out(queries.appeals_told(found))
    since = queries.told_since(found) | ({"appeals": told} if told else {})
    aside = {"set_aside": True} if queries.was_set_aside(found) else {}
    return notice_out(found) | since | aside


@router.get("/tenders", response=Found, auth=OPEN)
def tenders(
    request: HttpRequest,
    state: str = "",
    since: datetime | None = None,
    after: str = "",
) -> dict[str, Any]:
    """List the tenders I may know of, in order of their codes; `since` keeps those published
    later.
    """
    actor, at = acting(request)
    items, next_key = queries.tenders_page(actor, at, state=state, since=since, after=after)
    return {"items": [tender_shown(actor, tender) for tender in items], "next": next_key}


@router.get("/tenders/{code}", response=dict[str, Any], auth=OPEN)
def tender(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give a tender I may know of, and what happens next with it."""
    actor, at = acting(request)
    found = queries.tender_for(actor, code, at)
    step = queries.next_step(found)
    return tender_shown(actor, found) | {
        "next": {"text": step.text, "due": step.due, "note": step.note}
    }


@router.get("/tenders/{code}/text", response=dict[str, Any], auth=OPEN)
def text(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the text in force and its digest: SHA-256 over its canonical JSON."""
    found = queries.documented_for(acting(request)[0], code, acting(request)[1])
    whole = queries.text_of(found)
    return {"text": canonical.to_plain(whole), "digest": queries.digest_of(whole)}


@router.get("/tenders/{code}/notices", response=list[dict[str, Any]], auth=OPEN)
def notices_of(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """List a tender's notices, newest first."""
    found = queries.tender_for(acting(request)[0], code, acting(request)[1])
    return [notice_out(notice) for notice in queries.notices_of(found)]


@router.get("/tenders/{code}/questions", response=list[dict[str, Any]], auth=OPEN)
def clarifications(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """List the public questions with their answers, newest first."""
    found = queries.tender_for(acting(request)[0], code, acting(request)[1])
    return [
        {"question": said.question, "answer": said.answer, "answered_at": said.answered_at}
        for said in queries.clarifications_of(found)
    ]


class StatisticsAsked(Schema):
    """What is asked of the figures; both days belong to the period."""

    since: date | None = None
    until: date | None = None
    by: Literal["announced", "ended"] = "announced"
    market: str = ""
    method: str = ""
    group: Literal["market", "method", "month", "year"] = "market"
    denominator: Literal["budget", "deal", "deal+saved"] = "budget"


@router.get("/statistics", response=dict[str, Any], auth=OPEN)
def statistics(request: HttpRequest, asked: Query[StatisticsAsked]) -> dict[str, Any]:
    """Give sums and rates of what was published, this year's without dates, the lots behind each
    figure, and the case from which `/tools/stats` gets the same.
    """
    year = year_of(local_date(acting(request)[1]))
    given = {name: value for name, value in asked.dict().items() if value}
    return queries.statistics_out(Asked(**{**vars(year), **given}))


@router.get("/results", response=Found, auth=OPEN)
def results(request: HttpRequest, after: str = "") -> dict[str, Any]:  # noqa: ARG001
    """List the published results, newest first: awards, shortlists of frameworks, call-offs."""
    items, next_key = queries.outcomes_page(after)
    shown = [
        {
            "kind": made.kind,
            "tender": made.code,
            "lot": made.number,
            "call_off": made.call_off,
            "transaction_code": made.transaction_code,
            "purchaser": made.purchaser,
            "supplier": made.supplier,
            "uscc": made.uscc,
            "others": made.others,
            "price": None if made.price is None else f"{made.price:.2f}",
            "published_at": made.told_at,
        }
        for made in items
    ]
    return {"items": shown, "next": next_key}
