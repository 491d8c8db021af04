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
from trading.domain import TENDER
from trading.models import Contract, Tender
from trading.queries.rules import rules_of

STEPS: Final = (
    # title, states in which it is under way, the fact that began it
    (_("公告"), ("announced",), "tender.published"),
    (_("开标"), ("closed", "opening", "opened"), "tender.closed"),
    (_("评审"), ("evaluating",), "tender.committee_seated"),
    (_("定标"), ("evaluated", "winner_confirmed"), "tender.evaluated"),
    (_("结果公告"), ("award_notified",), "tender.result_published"),
    (_("合同"), ("contracted",), "tender.contracts_signed"),
    (_("归档"), ("archived",), "tender.archived"),
)
ENDED: Final = frozenset({"failed", "terminated"})
NEXT: Final = {
    "draft": _("采购代理机构完善采购文件，提交采购人审核"),
    "review": _("采购人审核采购文件"),
    "approved": _("采购代理机构发布招标公告"),
    "announced": _("投标截止，同时开标"),
    "closed": _("主持人宣布开标"),
    "opening": _("开标正在进行，开标结束后进入评审"),
    "opened": _("抽取评审专家，组建评标委员会"),
    "evaluating": _("评标委员会评审，提交评审报告"),
    "evaluated": _("采购人按排名顺序确定中标人"),
    "winner_confirmed": _("发布中标结果公告，发出中标通知书"),
    "award_notified": _("采购人与中标人签订合同"),
    "contracted": _("公告合同并报财政部门备案"),
    "archived": _("采购活动已结束，档案保存至少十五年"),
    "failed": _("本次采购废标，采购人可重新组织采购"),
    "terminated": _("本次采购已终止"),
}


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
    return NextStep(NEXT[tender.state], _due(tender))


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
    return last_moment(
        rules_of(tender, decided.at).last_day("result_notice", local_date(decided.at))
    )


def _publication_due(tender: Tender, contracts: list[Contract]) -> datetime | None:
    """Give when the next contract must be published or filed."""
    open_dates = [
        rules_of(tender, contract.signed_at).last_day(period, local_date(contract.signed_at))
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
    began = _first_facts(tender)
    reached = [number for number, (_title, _states, fact) in enumerate(STEPS) if fact in began]
    last = max(reached, default=-1)
    steps = [
        {"title": title, "state": _step_state(tender, n, last), "at": began.get(fact)}
        for n, (title, _states, fact) in enumerate(STEPS)
    ]
    if tender.state in ENDED:
        ended = record.first_fact(tender.code, f"tender.{tender.state}")
        kept = steps[: last + 1] or []
        title = TENDER.titles[tender.state]
        return [*kept, {"title": title, "state": "failed", "at": ended.at if ended else None}]
    return steps


def _step_state(tender: Tender, number: int, last: int) -> str:
    if tender.state == "archived" or number < last:
        return "done"
    return "current" if number == last else "ahead"


def _first_facts(tender: Tender) -> dict[str, datetime]:
    facts = record.facts_of(tender.code, only=[fact for _t, _s, fact in STEPS])
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
    return timetable.propose(
        given, tender.published_at or tender.drafted_at, rules_of(tender, announced)
    )


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


def proposed_dates(tender: Tender, at: datetime) -> dict[str, Any]:
    """Propose the dates a draft has to choose, from the rules: announced today, nine o'clock."""
    found = timetable.propose({"announced": local_date(at)}, at, rules_of(tender, at)).dates
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
    return timetable.extended_deadline(at, tender.bids_close_at, rules_of(tender, at))


def calendar_tenders() -> QuerySet[Tender]:
    """List the tenders whose dates go into the public calendar: those that take bids."""
    return Tender.objects.filter(state="announced").order_by("bids_close_at", "pk")
