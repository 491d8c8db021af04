"""Where a tender stands: its phases, what happens next and when, and its statutory periods."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from kernel.calendar import SHANGHAI, end_of_day, local_date, months_later, start_of_day
from kernel.text import gettext_noop as _
from ledger import queries as record
from ledger.facts import kinds
from trading import timetable
from trading.domain.completeness import DEADLINES
from trading.domain.gates import TAKING
from trading.domain.qualifying import CHECK
from trading.markets import facts_of, lifecycle_of, method_of
from trading.models import Award, Contract, FrameworkAgreement, Lot, Tender
from trading.queries.contracts import payment_due
from trading.queries.facts import facts, lot_facts
from trading.queries.gates import gate_closes_at, gate_of, is_called
from trading.queries.passed import passed_over_at
from trading.queries.publicity import decided_at, objection_until, undecided
from trading.queries.rules import rules_of
from trading.queries.sources import source_if_any
from trading.queries.standstill import moved_on
from trading.queries.takers import is_judging

ENDED: Final = frozenset({"failed", "terminated"})
TOLD_FIRST: Final = frozenset({"pre_disclosed", "source_publicity"})
"""The states in which the public is told of something before it is announced."""
DECIDING: Final = frozenset({"evaluated", "candidate_publicity", "winner_confirmed", "priced"})
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


def kept_until(tender: Tender, archived: datetime) -> date:
    """Give until when a closed file is kept: by the law's years, or this platform's where they are
    more.
    """
    rules = rules_of(tender, archived)
    rows = (rules.find("retention_years", "min"), rules.find("retention_default", "exact"))
    years = max(int(row.value) for row in rows if row)
    return months_later(local_date(archived), 12 * years)


def _kept(tender: Tender) -> str:
    """Say until when the file is kept, as it was said when it was closed."""
    fact = record.first_fact(tender.code, "tender.archived") if tender.state == "archived" else None
    until = fact.data.get("kept_until") if fact else None
    return gettext("档案至少保存至 %(until)s。") % {"until": until} if until else ""


def next_step(tender: Tender) -> NextStep:
    """Say what happens next with a tender, and by when (one sentence for the status line)."""
    standing = tender.suspensions.filter(ended_at=None).order_by("started_at").first()
    if standing is not None and tender.state not in ENDED:
        return NextStep(_("暂停中，处理完毕后继续"), note=standing.reason)
    if is_judging(tender):
        after = _("审查竞得人的资格，再确认成交")
        before = _("审查登记单位的资格，确定参加竞价的名单")
        return NextStep(after if tender.qualification_after else before, takers_check_due(tender))
    return NextStep(method_of(tender).next[tender.state], _due(tender), _kept(tender))


def takers_check_due(tender: Tender) -> datetime | None:
    """Give by when it is to be found who meets the conditions, where takers are judged."""
    begun = tender.evaluated_at if tender.qualification_after else tender.bids_close_at
    if begun is None:
        return None
    last = rules_of(tender, begun).last_day_if_any(CHECK, local_date(begun))
    return last_moment(moved_on(tender, last, begun)) if last else None


def _due(tender: Tender) -> datetime | None:
    if tender.state in {"announced", *TAKING}:
        return tender.bids_close_at if tender.state == "announced" else gate_closes_at(tender)
    if tender.state in TOLD_FIRST:
        return _told_until(tender)
    settles = method_of(tender).settles
    if tender.state == ("winner_confirmed" if settles else "award_notified"):
        return _signing_due(tender)
    if tender.state in DECIDING:
        return _decision_due(tender)
    if tender.state == "contracted":
        rows = _contracts(tender)
        pays = method_of(tender).keeps_receipts
        return _payment_due(rows) if pays else _publication_due(tender, rows)
    return None


def _told_until(tender: Tender) -> datetime | None:
    """Give when what the public is told of first has stood before it long enough."""
    if tender.state == "source_publicity":
        source = source_if_any(tender)
        return last_moment(source.publicity_until) if source and source.publicity_until else None
    begins = tender.disclosure_from
    return start_of_day(begins) - JUST_BEFORE if begins else None


def _contracts(tender: Tender) -> list[Contract]:
    return list(Contract.objects.filter(lot__tender=tender))


def _signing_due(tender: Tender) -> datetime | None:
    waiting = FrameworkAgreement.objects.filter(lot__tender=tender, state="shortlisted")
    unsigned = [contract.due_on for contract in _contracts(tender) if contract.signed_at is None]
    unsigned += [made.due_on for made in waiting if made.due_on]
    return last_moment(min(unsigned)) if unsigned else None


def _payment_due(contracts: list[Contract]) -> datetime | None:
    """Give the last moment of the payment that is due first."""
    due = [one.on for contract in contracts if (one := payment_due(contract))]
    return last_moment(min(due)) if due else None


def _decision_due(tender: Tender) -> datetime | None:
    """Give by when the next decision on the result is due, or when it may be made at last."""
    if tender.state == "winner_confirmed":
        return _result_due(tender)
    if tender.state == "candidate_publicity":
        return last_moment(tender.publicity_until) if tender.publicity_until else None
    if tender.state == "priced":
        heard = objection_until(tender)
        return last_moment(heard) if heard else None
    return tender.next_due_at - JUST_BEFORE if tender.next_due_at else _publicity_due(tender)


def _publicity_due(tender: Tender) -> datetime | None:
    """Give by when the candidates are shown, counted from the report (BLR 54); where an award
    committee decides, by when it does, then by when they are shown, counted from its decision.
    """
    at = tender.evaluated_at
    if at is None or not method_of(tender).publicises_candidates:
        return None
    if tender.award_way:
        decided = None if undecided(tender) else decided_at(tender)
        begun = passed_over_at(tender) or at
        rule, since = ("decision_notice", decided) if decided else ("award_decision", begun)
        last = rules_of(tender, at).last_day(rule, local_date(since))
        return last_moment(moved_on(tender, last, since))
    last = rules_of(tender, at).last_day("candidates_notice", local_date(at))
    return last_moment(moved_on(tender, last, at))


def _result_due(tender: Tender) -> datetime | None:
    decided = Award.objects.filter(lot__tender=tender).order_by("-confirmed_at").first()
    if decided is None:
        return None
    since = decided.confirmed_at
    rules, day = rules_of(tender, since), local_date(since)
    rule = next((p for p in rules.periods(day) if p.code == "result_notice"), None)
    if rule is None:
        return None
    if rule.anchor == "deal_ended" and tender.evaluated_at:  # land counts from the bidding's end
        since, day = tender.evaluated_at, local_date(tender.evaluated_at)
    return last_moment(moved_on(tender, rules.last_day("result_notice", day), since))


def _publication_due(tender: Tender, contracts: list[Contract]) -> datetime | None:
    """Give when the next contract must be published or filed."""
    open_dates = [
        moved_on(tender, last, signed)
        for contract in contracts
        if (signed := contract.signed_at) and contract.ended_at is None
        for period, done in (
            ("contract_publication", contract.published_at),
            ("contract_filing", contract.filed_at),
        )
        if done is None
        and (last := rules_of(tender, signed).last_day_if_any(period, local_date(signed)))
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
    entries = (
        record.public_facts_of(tender.code).exclude(kind__in=MOMENTARY).order_by("-id")[:limit]
    )
    return [
        {
            "at": entry.at,
            "title": facts_of(tender).get(entry.kind, kinds()[entry.kind].title),
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
    if tender.published_at and not is_called(tender):
        chosen = {n: event for n, event in chosen.items() if n in gate_of(tender).dates}
    known: dict[str, date | None] = {
        **_first_dates(tender, announced),
        **{event: getattr(tender, field) for field, event in chosen.items()},
        "evaluated": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        "report_delivered": local_date(tender.evaluated_at) if tender.evaluated_at else None,
        **_happened(tender),
    }
    rules = rules_of(tender, announced)
    known |= dates_of_lots(tender)
    given = {name: on for name, on in known.items() if on and name in rules.course.events}
    return timetable.propose(given, tender.published_at or tender.drafted_at, rules)


def _first_dates(tender: Tender, announced: date) -> dict[str, date]:
    """Give the dates up to the announcement: those that were, or if it goes out on that day."""
    on = local_date(tender.published_at) if tender.published_at else announced
    read = method_of(tender).demands.first_dates
    return read(facts(tender, end_of_day(on)), on) if read else {"announced": on}


def dates_of_lots(tender: Tender) -> dict[str, date]:
    """Give the dates that the lots set for themselves: the earliest of each."""
    read, found = method_of(tender).demands.lot_dates, dict[str, date]()
    for set_dates in [read(lot_facts(lot)) for lot in tender.lots.all()] if read else ():
        found |= {name: min(on, found.get(name, on)) for name, on in set_dates.items()}
    return found


def _happened(tender: Tender) -> dict[str, date]:
    dates = {
        "tender.price_formed": ("deal_ended",),
        "award.confirmed": ("winner_confirmed", "taker_confirmed", "deal_confirmed"),
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
    first = _first_dates(tender, local_date(at))
    announced = first["announced"]
    found = timetable.propose(first, at, rules_of(tender, at)).dates
    chosen = {name: found.get(event) for name, event in method_of(tender).demands.dates.items()}
    return {
        name: datetime.combine(on or announced, time(9), SHANGHAI) if name in DEADLINES else on
        for name, on in chosen.items()
    }


def deadline_if_amended(tender: Tender, at: datetime) -> timetable.Extension | None:
    """Say what an amendment that affects the bids would do to the deadline if issued now."""
    if tender.bids_close_at is None:
        return None
    return timetable.extended_deadline(at, tender.bids_close_at, rules_of(tender, at))


def lots_to_amend(tender: Tender, at: datetime) -> list[Lot]:
    """List the lots an amendment may change now: while they take bids, or all stands still."""
    closes = tender.bids_close_at
    takes_bids = closes is not None and at < closes
    if not method_of(tender).amends_lots or not (
        takes_bids or tender.suspensions.filter(ended_at=None).exists()
    ):
        return []
    return list(tender.lots.filter(state="open").order_by("number"))


def calendar_tenders() -> QuerySet[Tender]:
    """List the tenders whose dates go into the public calendar: those that take bids."""
    return Tender.objects.filter(state="announced").order_by("bids_close_at", "pk")
