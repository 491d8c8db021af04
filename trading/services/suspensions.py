"""Hold a procurement still for a stated cause, and let it go on when no cause is left.

While it stands still bids do not close and nobody confirms a winner, publishes a result or signs a
contract; the due dates of those acts shift by the time it stood still (GPL 57, GPR 54, BLR 22, 54).
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import Entry
from trading import queries
from trading.domain import standstill
from trading.domain.gates import TAKING
from trading.domain.standstill import Standstill
from trading.models import PriceQuestion, Suspension, Tender
from trading.services.concluding import give_answer_time_back
from trading.services.gates import move_gate
from trading.services.notices import publish_notice
from trading.services.publishing import move_deadline
from trading.services.telling import tell

STOOD_STILL: Final = {
    "prequalification_close_at": _(
        "暂停期间不计入申请时间，资格预审申请截止时间顺延 %(days)s 日。"
    ),
    "proposals_close_at": _("暂停期间不计入提交时间，技术建议提交截止时间顺延 %(days)s 日。"),
}
"""What is said of a deadline that moves, by the gate it closes."""


def open_reasons(tender: Tender) -> list[str]:
    """List why a tender stands still; empty when it does not."""
    return _reasons(tender.suspensions.filter(ended_at=None))


def ordered_reasons(tender: Tender) -> list[str]:
    """List those that were ordered: what waits for an answer of those who run it is left out."""
    return _reasons(tender.suspensions.filter(ended_at=None).exclude(cause="challenge"))


def _reasons(rows: QuerySet[Suspension]) -> list[str]:
    return list(rows.order_by("started_at", "id").values_list("reason", flat=True))


def suspend(  # noqa: PLR0913 - a cause, where it stands, and until when
    *,
    actor: Actor,
    tender: Tender,
    cause: str,
    ref: str,
    reason: str,
    article: str = "",
    until: date | None = None,
    at: datetime,
) -> Suspension:
    """Add a cause to stand still, until a day where the law sets one; the tender's row is locked by
    the caller. The few minutes in which last quotes are handed in are never broken off: whoever
    had not sent yet would be shut out, and those who have could see to it.
    """
    if tender.state == "quoting":
        raise Conflict(
            "tender.quotes_running",
            _("正在接收最后报价，截止前不能暂停；请在最后报价截止后再办理。"),
        )
    begins = not open_reasons(tender)
    row = Suspension.objects.create(
        tender=tender, cause=cause, ref=ref, reason=reason, until=until, started_at=at
    )
    if begins:
        publish_notice(
            tender=tender,
            kind="suspension",
            title=f"{tender.title}暂停公告",
            fields={
                "cause": cause,
                **({"article": article} if article else {}),
                **({"until": until} if until else {}),
            },
            body=reason,
            at=at,
        )
        tell(tender, "tender.suspended", actor, at, cause=cause)
        _halt(tender, at)
    return row


def _halt(tender: Tender, at: datetime) -> None:
    """Tell both parties of each signed contract that it is not performed meanwhile (GPR 54)."""
    for contract in queries.performed_contracts(tender):
        parties = [tender.purchaser.uscc, contract.supplier.uscc]
        tell(tender, "contract.halted", SYSTEM, at, lot=contract.lot.number, parties=parties)


def resume(*, actor: Actor, tender: Tender, cause: str, ref: str, at: datetime) -> None:
    """End one cause; with the last one the tender goes on and its due dates shift, unless it has
    come to its end.
    """
    open_rows = list(tender.suspensions.filter(ended_at=None).order_by("started_at"))
    ending = [row for row in open_rows if (row.cause, row.ref) == (cause, ref)]
    for row in ending:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    if not ending or len(ending) < len(open_rows) or tender.state in queries.ENDED:
        return
    causes = [(row.started_at, row.ended_at or at) for row in tender.suspensions.all()]
    still = standstill.ending(causes, queries.resumed_at(tender), at)
    _shift(tender, still)
    until = tender.publicity_until if tender.state == "candidate_publicity" else None
    publish_notice(
        tender=tender,
        kind="resumption",
        title=f"{tender.title}恢复公告",
        fields={"cause": cause, **({"until": until} if until else {})},
        body="",
        at=at,
    )
    tell(tender, "tender.resumed", actor, at, cause=cause, days=(still.end - still.begin).days)
    if tender.state == "announced":
        _give_back(tender, still, actor)
    if tender.state in TAKING:
        _give_gate_back(tender, still, actor)


def on_tender_ended(entry: Entry) -> None:
    """Leave nothing standing still that has come to its end: nobody is told that it goes on, and
    what is due to be paid back is due when it was (GPR 54).
    """
    tender = queries.lock_tender(entry.tender)
    if tender.state in queries.ENDED:
        tender.suspensions.filter(ended_at=None).update(ended_at=entry.at)


def _give_gate_back(tender: Tender, still: Standstill, actor: Actor) -> None:
    """Move the deadline of a gate on by the days for which nobody could hand in in peace."""
    closes = queries.gate_closes_at(tender)
    days = still.days_owed(tender.published_at or still.begin)
    if closes is not None and closes < still.end:
        days = max(days, standstill.whole_days(still.end - closes))
    if days > 0:
        body = str(STOOD_STILL[queries.gate_of(tender).closes]) % {"days": days}
        move_gate(actor=actor, tender=tender, days=days, body=body, at=still.end)


def _give_back(tender: Tender, still: Standstill, actor: Actor) -> None:
    """Move the deadline on, unless what an earlier standstill gave covers this one too."""
    days, closes = still.days_owed(queries.deadline_set_at(tender)), tender.bids_close_at
    if closes is not None and closes >= still.begin:
        # The deadline may lie behind us by now, and bids would close the moment it goes on.
        days = max(days, standstill.whole_days(still.end - closes))
    least, article = _least_left(tender, days, still.end)
    if max(days, least) > 0:
        days = max(days, least)
        move_deadline(actor=actor, tender=tender, days=days, article=article, at=still.end)


def _least_left(tender: Tender, days: int, at: datetime) -> tuple[int, str]:
    """Give by how many days a deadline moves so that as much is left as the rules ask of a
    disclosure that goes on, and their article; nothing where so many days leave that anyway.
    """
    rules, closes, on = queries.rules_of(tender, at), tender.bids_close_at, local_date(at)
    until = rules.last_day_if_any("resumption", on)
    if until is None or closes is None:
        return 0, ""
    short = (until - local_date(closes)).days
    return (short, rules.article_of("resumption", on)) if short > days else (0, "")


def _shift(tender: Tender, still: Standstill) -> None:
    """Move on what was running while it stood still: the publicity, the purchaser's decision, the
    signing; the deadline moves with a new version of the text.
    """
    if tender.state == "evaluated" and tender.next_due_at is not None:
        _shift_clock(tender, still)
    if tender.state == "candidate_publicity" and tender.publicity_until is not None:
        until = _shifted(tender.publicity_until, still, queries.publicity_set_at(tender))
        if until != tender.publicity_until:
            tender.publicity_until = queries.work_calendar().roll_over(until)[0]
            tender.save(update_fields=["publicity_until"])
    for contract in queries.contracts_of(tender).filter(signed_at=None):
        since = queries.contract_set_at(contract)
        contract.due_on = _shifted(contract.due_on, still, since)
        if contract.security_due_on is not None:
            contract.security_due_on = _shifted(contract.security_due_on, still, since)
        contract.save(update_fields=["due_on", "security_due_on"])
    for agreement in queries.agreements_of(tender).filter(state="shortlisted"):
        if agreement.due_on is not None:
            since = queries.agreement_set_at(agreement)
            agreement.due_on = _shifted(agreement.due_on, still, since)
            agreement.save(update_fields=["due_on"])
    _shift_answers(tender, still)


def _shift_answers(tender: Tender, still: Standstill) -> None:
    """Give back the time of suppliers that were asked: for a call-off, or about a low offer."""
    asked = queries.asked_call_offs(tender)
    asked.update(answer_due_at=F("answer_due_at") + (still.end - still.begin))
    waiting = PriceQuestion.objects.filter(lot__tender=tender, decided_at=None, explained_at=None)
    for one in waiting.filter(due_at__gt=still.begin):
        one.due_at += still.end - max(still.begin, one.asked_at)
        one.save(update_fields=["due_at"])


def _shift_clock(tender: Tender, still: Standstill) -> None:
    """Move on what the clock waits for: the answers of holders, or the purchaser's decision."""
    if queries.inquiries_of(tender).filter(state="asked").exists():
        give_answer_time_back(tender, still)
        return
    tender.next_due_at = (tender.next_due_at or still.end) + (still.end - still.begin)
    tender.save(update_fields=["next_due_at"])


def _shifted(on: date, still: Standstill, since: datetime) -> date:
    """Shift a date that ran since then, not to a day that has passed while it could not be kept."""
    later = on + timedelta(days=still.days_owed(since))
    return max(later, local_date(still.end)) if on >= local_date(still.begin) else later
