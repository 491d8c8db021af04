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
from trading.domain import award
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Tender

ENDED: Final = frozenset({"failed", "terminated"})
JUST_BEFORE: Final = timedelta(seconds=1)


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
        return _publication_due(list(contracts))
    return None


def _result_due(tender: Tender) -> datetime | None:
    decided = record.first_fact(tender.code, "award.confirmed")
    if decided is None:
        return None
    return last_moment(award.last_day("result_notice", local_date(decided.at)))


def _publication_due(contracts: list[Contract]) -> datetime | None:
    """Give when the next contract must be published or filed."""
    open_dates = [
        award.last_day(period, local_date(contract.signed_at))
        for contract in contracts
        if contract.signed_at
        for period, done in (
            ("contract_publication", contract.published_at),
            ("contract_filing", contract.filed_at),
        )
        if done is None
    ]
    return last_moment(min(open_dates)) if open_dates else None


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
    entries = record.public_facts_of(tender.code).order_by("-id")[:limit]
    return [
        {
            "at": entry.at,
            "title": kinds()[entry.kind].title,
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
    known: dict[str, date | None] = {
        "announced": local_date(tender.published_at) if tender.published_at else announced,
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
        "bids_close": local_date(tender.bids_close_at) if tender.bids_close_at else None,
        "evaluated": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        "report_delivered": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        **_happened(tender),
    }
    given = {name: on for name, on in known.items() if on is not None}
    return timetable.propose(given, tender.published_at or tender.drafted_at)


def _happened(tender: Tender) -> dict[str, date]:
    dates = {
        "award.confirmed": "winner_confirmed",
        "tender.result_published": "result_published",
        "tender.contracts_signed": "contract_signed",
    }
    found: dict[str, date] = {}
    for entry in record.facts_of(tender.code, only=list(dates)):
        found.setdefault(dates[entry.kind], local_date(entry.at))
    return found


def proposed_dates(at: datetime) -> dict[str, Any]:
    """Propose the dates a draft has to choose, from the rules: announced today, nine o'clock."""
    found = timetable.propose({"announced": local_date(at)}, at).dates
    closes = datetime.combine(found["bids_close"], time(9), SHANGHAI)
    return {
        "documents_from": found["documents_from"],
        "documents_until": found["documents_until"],
        "bids_close_at": closes,
    }


def deadline_if_amended(tender: Tender, at: datetime) -> timetable.Extension | None:
    """Say what an amendment that affects the bids would do to the deadline if issued now."""
    if tender.bids_close_at is None:
        return None
    return timetable.extended_deadline(at, tender.bids_close_at)


def calendar_tenders() -> QuerySet[Tender]:
    """List the tenders whose dates go into the public calendar: those that take bids."""
    return Tender.objects.filter(state="announced").order_by("bids_close_at", "pk")
