"""What everybody may read: notices, results, versions, feeds and calendars, and the fragments of a
tender's page.
"""

from functools import lru_cache
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts import kept
from accounts.requests import Request
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading import calendars, feeds, queries
from trading.forms.notices import FilterForm
from trading.markets import method_of
from trading.queries.media import publications_of
from trading.views.pages import tender_page

PARTS = {
    "lots": "trading/_lots.html",
    "auctions": "trading/_auctions.html",
    "notices": "trading/_notices.html",
    "timetable": "trading/_timetable.html",
    "facts": "trading/_facts.html",
    "phases": "_steps.html",
}


@require_safe
def notices(request: Request) -> HttpResponse:
    """List the notices, newest first, with filters and search."""
    places = queries.regions_published()
    filters = _filters(request.META.get("QUERY_STRING", ""), places)
    after = request.GET.get("after", "")
    template = (
        "trading/_notice_list.html" if "HX-Request" in request.headers else "trading/notices.html"
    )
    return kept.show(
        request,
        template,
        lambda: (places, queries.list_state(filters, after)),
        lambda: {
            "form": FilterForm(request.GET or None),
            "page": queries.notices_page(filters, after),
            "filters": filters,
        },
    )


@lru_cache(maxsize=512)
def _filters(asked: str, _places: tuple[str, ...]) -> queries.Filters:
    """Read the filters of an address; which regions can be chosen depends on those there are."""
    form = FilterForm(QueryDict(asked) or None)
    return form.filters() if form.is_bound else queries.Filters()


@require_safe
def notice(request: Request, code: str, number: int) -> HttpResponse:
    """Show one notice; what was published never changes, later notices are linked."""
    return kept.show(
        request,
        "trading/notice.html",
        lambda: queries.notice_state(code, number),
        lambda: _notice_context(code, number),
    )


def _notice_context(code: str, number: int) -> dict[str, Any]:
    found = queries.notice_of(code, number)
    context = {
        "notice": found,
        "tender": found.tender,
        "kind": gettext(found.kind_title),
        "later": [n for n in queries.notices_of(found.tender) if n.number > number],
        "media": publications_of(found),
        "next": queries.next_step(found.tender),
        "method": method_of(found.tender),
        "shown": queries.shown_fields(found.fields) | queries.told_since(found),
    }
    context["appeals"] = queries.appeals_told(found)
    context["set_aside"] = queries.was_set_aside(found)
    if "text" in found.fields:
        context["text"] = queries.shown_text(found.fields["text"])
        context["changes"] = queries.changes_in(found)
    return context


@require_safe
def results(request: Request) -> HttpResponse:
    """List the published results, newest first."""
    items, next_key = queries.outcomes_page(request.GET.get("after", ""))
    newest, _next = queries.outcomes_page()
    return kept.show(
        request,
        "trading/results.html",
        lambda: (*newest, *items),
        lambda: {"items": items, "next_key": next_key, "figures": queries.figures()},
    )


@require_safe
def history(request: Request, code: str) -> HttpResponse:
    """Show a tender's notices, and every version of its text with the difference."""
    tender, context = tender_page(request, code)
    context |= {"versions": queries.versions(tender), "notices": queries.notices_of(tender)}
    return render(request, "trading/history.html", context)


@require_safe
def part(request: Request, code: str, name: str) -> HttpResponse:
    """Serve one fragment of a tender's page by itself, for live pages."""
    if name not in PARTS:
        raise Missing("part.missing", _("没有这个内容。"))
    tender = queries.tender_for(request.actor, code, request.at)
    return render(request, PARTS[name], {"tender": tender} | part_context(request, tender, name))


def part_context(request: Request, tender: Any, name: str) -> dict[str, Any]:  # noqa: ANN401
    """Give what a fragment shows."""
    if name == "lots":
        whole = queries.reads_documents(request.actor, tender)
        told = {} if whole else queries.shown_fields({"lots": queries.lots_told(tender)})
        return {"lots": told.get("lots") or tender.lots.all(), "method": method_of(tender)}
    if name == "auctions":
        return {"auctions": queries.auctions_of(tender)}
    if name == "notices":
        return {"notices": queries.notices_of(tender)}
    if name == "timetable":
        table = queries.timetable_of(tender, local_date(request.at))
        return {"timetable": table}
    if name == "phases":
        return {"steps": queries.phases(tender)}
    return {"entries": queries.public_facts(tender)}


@require_safe
def atom(request: Request) -> HttpResponse:
    """Give the newest notices as an Atom feed."""
    return _feed(feeds.atom(_newest(request)), "application/atom+xml")


@require_safe
def rss(request: Request) -> HttpResponse:
    """Give the newest notices as an RSS feed."""
    return _feed(feeds.rss(_newest(request)), "application/rss+xml")


def _newest(request: Request) -> list[Any]:
    form = FilterForm(request.GET or None)
    filters = form.filters() if form.is_bound else queries.Filters()
    return queries.notices_page(filters, size=feeds.SIZE).items


def _feed(body: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=f"{media_type}; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=60"
    return answer


@require_safe
def calendar(_request: Request) -> HttpResponse:
    """Give the deadlines and openings of all tenders that take bids as a calendar."""
    return _calendar(calendars.of(queries.calendar_tenders()), "yangguang.ics")


@require_safe
def tender_calendar(request: Request, code: str) -> HttpResponse:
    """Give the dates of one published tender as a calendar."""
    tender = queries.tender_for(request.actor, code, request.at)
    if tender.published_at is None:
        raise Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))
    return _calendar(calendars.of([tender]), f"{code}.ics")


def _calendar(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
