"""Judge who registered for a sale by the conditions printed, before anybody is let in: the
exchange's opinion, the owner's word, one answer of whoever is refused, and the list (SAL 54,
LD39 17).

What is said of one of them is withheld: it alone and the sale's own side read it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import SHANGHAI, local_date
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from ledger import private
from trading import policy, queries
from trading.domain import award, completeness, qualifying, rooms
from trading.domain.prequalification import read_verdict
from trading.domain.qualifying import ANSWERED, CONFIRMED, JUDGED, RETURNED, Standing
from trading.markets import lifecycle_of
from trading.models import Tender
from trading.services.letters import write_unsold
from trading.services.procedure import fail_lots
from trading.services.publishing import new_version
from trading.services.suspensions import open_reasons
from trading.services.takers import note_look
from trading.services.telling import tell

UNQUALIFIED: Final = _("竞得人不符合公告的资格条件。")
LATER: Final = _(
    "参加竞价的名单在原定的竞价开始日或之后才确定，竞价顺延至名单确定后的下一个工作日，时长不变："
)


def read_candidates(
    *, actor: Actor, code: str, address: str, at: datetime
) -> list[queries.Candidate]:
    """List who registered and how each stands, for those who may know; the look is recorded."""
    tender = queries.tender_for(actor, code, at)
    if not queries.judges_takers(tender):
        raise _unasked()
    note_look(actor=actor, tender=tender, address=address, at=at)
    return queries.candidates_to_judge(tender, at)


@transaction.atomic
def judge_taker(
    *, actor: Actor, code: str, supplier: str, unmet: Mapping[str, str], at: datetime
) -> None:
    """Give the opinion which conditions one who registered does not meet, each with the reason;
    it counts for nothing before the owner has confirmed it.
    """
    tender = _lock(actor, "taker.judge", code)
    verdict = read_verdict(unmet, tender.qualification)
    _say(tender, supplier, JUDGED, actor, at, unmet=dict(verdict.unmet))


@transaction.atomic
def confirm_taker(*, actor: Actor, code: str, supplier: str, turns: int, at: datetime) -> Standing:
    """Confirm the opinion that was read, after so many turns: whoever meets all conditions is let
    in, whoever does not is told why and until when it may answer, once.
    """
    tender = _lock(actor, "taker.confirm", code)
    found = queries.candidate_to_judge(tender, supplier, at).standing
    asks = qualifying.require(found, CONFIRMED) == "refused"
    qualifying.require_read(found, turns)
    until = {"until": queries.answer_until(tender, at).isoformat()} if asks else {}
    return _say(tender, supplier, CONFIRMED, actor, at, **until)


@transaction.atomic
def return_taker(
    *, actor: Actor, code: str, supplier: str, reason: str, turns: int, at: datetime
) -> None:
    """Send the opinion that was read back with the reason: another is given before anything is
    told.
    """
    tender = _lock(actor, "taker.return", code)
    why = qualifying.read_said(reason, "reason")
    found = queries.candidate_to_judge(tender, supplier, at).standing
    qualifying.require(found, RETURNED)
    qualifying.require_read(found, turns)
    _say(tender, supplier, RETURNED, actor, at, reason=why)


@transaction.atomic
def answer_taker(*, actor: Actor, code: str, answer: str, at: datetime) -> None:
    """Answer, once, why one meets the conditions after all, or mend what was missing."""
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    policy.require(actor, "taker.answer", tender)
    if not queries.is_judging(tender):
        raise _over()
    said = qualifying.read_said(answer, "answer")
    _say(tender, queries.bidder_in(actor, tender).uscc, ANSWERED, actor, at, answer=said)


@transaction.atomic
def settle_takers(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Fix the list of those let in, once it is decided of everybody; what was to begin that day
    or before begins on the next working day. Where takers are judged after the bidding, a lot whose
    taker does not meet the conditions is not sold.
    """
    tender = _lock(actor, "tender.settle_takers", code)
    found = queries.candidates_to_judge(tender, at)
    qualifying.require_settled([one.standing.state for one in found])
    if tender.qualification_after:
        unsold = queries.unqualified_lots(tender, at)
        tell(tender, "tender.takers_settled", actor, at)
        return _unsold(tender, unsold, at) if unsold else tender
    tell(tender, "tender.takers_settled", actor, at)
    tender.refresh_from_db()
    return tender


def _unsold(tender: Tender, numbers: Sequence[int], at: datetime) -> Tender:
    """End the lots whose taker does not meet the conditions, and write to whoever offered."""
    on = local_date(tender.evaluated_at or at)
    article = queries.rules_of(tender, at).article_of(qualifying.CHECK, on)
    failed = fail_lots(SYSTEM, tender, numbers, UNQUALIFIED, article, at)
    for lot in tender.lots.filter(number__in=numbers).select_related("tender"):
        write_unsold(tender, lot, at)
    return failed


def _lock(actor: Actor, permission: str, code: str) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, permission, tender)
    lifecycle_of(tender).after(tender.state, "settle_takers")
    if not queries.judges_takers(tender):
        raise _unasked()
    if not queries.is_judging(tender):
        raise _over()
    award.require_no_suspension(open_reasons(tender))
    return tender


def _unasked() -> Missing:
    return Missing("taker.unasked", _("本项目没有设置资格条件，不审查资格。"))


def _over() -> Conflict:
    return Conflict("taker.settled", _("资格审查没有进行，或者名单已经确定。"))


def _say(
    tender: Tender, supplier: str, kind: str, actor: Actor, at: datetime, **said: Any
) -> Standing:
    """Keep what is said of one taker as the next turn: two at once are one too many."""
    found = queries.candidate_to_judge(tender, supplier, at).standing
    qualifying.require(found, kind)
    private.withhold(
        tender=tender.code,
        owner=supplier,
        kind=kind,
        actor=actor.ref,
        at=at,
        once=f"taker.{supplier}.{found.turns}",
        turn=found.turns,
        **said,
    )
    return queries.candidate_to_judge(tender, supplier, at).standing


def move_auctions(*, actor: Actor, tender: Tender, at: datetime) -> None:
    """Move what was to begin on the day of the list or before, of the lots that are still for sale,
    and say so in public; the tender's row is locked by the caller.
    """
    calendar, told = queries.work_calendar(), []
    for lot in tender.lots.select_for_update().filter(state="open").exclude(auction={}):
        begins = rooms.opens_at(lot.auction)
        if begins is None or local_date(begins) > local_date(at):
            continue
        lot.auction = rooms.moved(lot.auction, begins, at, calendar)
        lot.save(update_fields=["auction"])
        later = rooms.opens_at(lot.auction)
        told.append(f"{lot.number}　{lot.title}：{_minute(begins)} → {_minute(later)}")
    closes = tender.bids_close_at
    if told and closes is not None:
        plan = completeness.Amendment(closes, moved=False, article="")
        body = "\n".join((str(LATER), *told))
        new_version(tender, plan, actor=actor, kind="amendment", body=body, at=at)
        tender.next_due_at = None  # registration stays closed
        tender.save(update_fields=["next_due_at"])


def _minute(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""
