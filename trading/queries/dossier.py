"""Where a tender stands: its phases, what happens next and when, and its statutory periods."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from kernel.calendar import SHANGHAI, end_of_day, local_date
from kernel.text import gettext_noop as _
from ledger import queries as record
from ledger.facts import kinds
from trading import timetable
from trading.markets import lifecycle_of, market_of, method_of
from trading.models import Contract, Tender
from trading.queries.rules import rules_of

ENDED: Final = frozenset({"failed", "terminated"})
JUST_BEFORE: Final = timedelta(seconds=1)
MOMENTARY: Final = ("auction.offers",)
"""Facts of every few seconds, which would push all others off the page; their own page has them."""


def last_moment(on: date) -> datetime:
    """Give the last second of a day: people read 23:59 of the day, not 0:00 of the next."""
    return end_of_day(on) - JUST_BEFORE


@dataclass(frozen=True)
class NextStep:
    """What happens next, when, and what else is worth saying."""

    text: str
    due: datetime | None = None
    note: str = ""


def next_step(tender: Tender) -> NextStep:
    """Say what happens next with a tender, and by when (one sentence for the status line)."""
    standing = tender.suspensions.filter(ended_at=None).order_by("started_at").first()
    if standing is not None and tender.state in {"evaluated", "winner_confirmed", "award_notified"}:
        return NextStep(_("暂停中，处理完毕后继续"), note=standing.reason)
    return NextStep(method_of(tender).next[tender.state], _due(tender))


def _due(tender: Tender) -> datetime | None:
    if tender.state == "announced":
        return tender.bids_close_at
    if tender.state == "evaluated":
        return tender.next_due_at - JUST_BEFORE if tender.next_due_at else None
    if tender.state == "winner_confirmed":
        return _result_due(tender)
    contracts = Contract.objects.filter(lot__tender=tender)
    if tender.state == "award_notified":
        unsigned = contracts.filter(signed_at=None).order_by("due_on").first()
        return last_moment(unsigned.due_on) if unsigned else None
    if tender.state == "contracted":
        return _publication_due(tender, list(contracts))
    return None


def _result_due(tender: Tender) -> datetime | None:
    decided = record.first_fact(tender.code, "award.confirmed")
    if decided is None:
        return None
    last = rules_of(tender, decided.at).last_day_if_any("result_notice", local_date(decided.at))
    return last_moment(last) if last else None


def _publication_due(tender: Tender, contracts: list[Contract]) -> datetime | None:
    """Give when the next contract must be published or filed."""
    open_dates = [
        rules_of(tender, contract.signed_at).last_day_if_any(period, local_date(contract.signed_at))
        for contract in contracts
        if contract.signed_at
        for period, done in (
            ("contract_publication", contract.published_at),
            ("contract_filing", contract.filed_at),
        )
        if done is None
    ]
    return last_moment(min(found)) if (found := [on for on in open_dates if on]) else None


def phases(tender: Tender) -> list[dict[str, Any]]:
    """Give the phases for the stepper: done, current, to do, or failed."""
    began, order = _first_facts(tender), method_of(tender).steps
    reached = [number for number, (_title, fact) in enumerate(order) if fact in began]
    last = max(reached, default=-1)
    steps = [
        {"title": title, "state": _step_state(tender, n, last), "at": began.get(fact)}
        for n, (title, fact) in enumerate(order)
    ]
    if tender.state in ENDED:
        ended = record.first_fact(tender.code, f"tender.{tender.state}")
        kept = steps[: last + 1] or []
        title = lifecycle_of(tender).titles[tender.state]
        return [*kept, {"title": title, "state": "failed", "at": ended.at if ended else None}]
    return steps


def _step_state(tender: Tender, number: int, last: int) -> str:
    if tender.state == "archived" or number < last:
        return "done"
    return "current" if number == last else "ahead"


def _first_facts(tender: Tender) -> dict[str, datetime]:
    facts = record.facts_of(tender.code, only=[fact for _t, fact in method_of(tender).steps])
    began: dict[str, datetime] = {}
    for entry in facts:
        began.setdefault(entry.kind, entry.at)
    return began


def public_facts(tender: Tender, limit: int = 10) -> list[dict[str, Any]]:
    """Give the newest public facts of a tender with their titles, newest first."""
    entries = (
        record.public_facts_of(tender.code).exclude(kind__in=MOMENTARY).order_by("-id")[:limit]
    )
    return [
        {
            "at": entry.at,
            "title": market_of(tender).facts.get(entry.kind, kinds()[entry.kind].title),
            "stream": entry.stream,
            "number": entry.number,
            "kind": entry.kind,
        }
        for entry in entries
    ]


def last_number(tender: Tender) -> int:
    """Give the number of the newest fact in the tender's stream, for live pages."""
    return record.last_number(tender.stream)


def timetable_of(tender: Tender, announced: date) -> timetable.Timetable:
    """Give all statutory periods with the dates chosen, those that happened, and the proposals."""
    chosen = method_of(tender).demands.dates
    known: dict[str, date | None] = {
        "announced": local_date(tender.published_at) if tender.published_at else announced,
        **{event: getattr(tender, field) for field, event in chosen.items()},
        "evaluated": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        "report_delivered": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        **_happened(tender),
    }
    given = {name: on for name, on in known.items() if on is not None}
    rules = rules_of(tender, announced)
    given = {name: on for name, on in known.items() if on and name in rules.course.events}
    return timetable.propose(given, tender.published_at or tender.drafted_at, rules)


def _happened(tender: Tender) -> dict[str, date]:
    dates = {
        "award.confirmed": ("winner_confirmed", "taker_confirmed"),
        "tender.result_published": ("result_published",),
        "tender.contracts_signed": ("contract_signed",),
    }
    found: dict[str, date] = {}
    for entry in record.facts_of(tender.code, only=list(dates)):
        for name in dates[entry.kind]:
            found.setdefault(name, local_date(entry.at))
    return found


def proposed_dates(tender: Tender, at: datetime) -> dict[str, Any]:
    """Propose the dates a draft has to choose, from the rules: announced today, nine o'clock."""
    announced = local_date(at)
    found = timetable.propose({"announced": announced}, at, rules_of(tender, at)).dates
    chosen = {name: found.get(event) for name, event in method_of(tender).demands.dates.items()}
    closes = chosen["bids_close_at"] or announced
    return {**chosen, "bids_close_at": datetime.combine(closes, time(9), SHANGHAI)}


def deadline_if_amended(tender: Tender, at: datetime) -> timetable.Extension | None:
    """Say what an amendment that affects the bids would do to the deadline if issued now."""
    if tender.bids_close_at is None:
        return None
    return timetable.extended_deadline(at, tender.bids_close_at, rules_of(tender, at))


def calendar_tenders() -> QuerySet[Tender]:
    """List the tenders whose dates go into the public calendar: those that take bids."""
    return Tender.objects.filter(state="announced").order_by("bids_close_at", "pk")
