"""Decide the winner in rank order (GPR 43, M87 68)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT, agreement, attempts, award, inquiry, passing, separation, ties
from trading.domain import scheme as schemes
from trading.markets import lifecycle_of, method_of, passing_of
from trading.models import Award, Lot, Tender
from trading.services import procedure
from trading.services.asking import require_price_settled, require_shortlisted
from trading.services.frameworks import shortlist_lot
from trading.services.notifying import notify_winner
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

NO_GROUNDS: Final[Mapping[int, str]] = {}
SILENCE = _("采购人逾期未确定且未说明理由，按评审报告排名第一确定（87号令第六十八条）。")
ALL_TIED = _("供应商全部并列，无法按淘汰比例确定入围供应商。")


@transaction.atomic
def confirm_winner(
    *,
    actor: Actor,
    code: str,
    choices: Mapping[int, tuple[award.Named, str]],
    grounds: Mapping[int, str] = NO_GROUNDS,
    at: datetime,
) -> Tender:
    """Decide the winner of every lot still open: lot number → (the candidate by its code or its
    place in the list, reason when not the first); where the law names the grounds for a later one,
    `grounds` gives them by lot.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "award.confirm", tender)
    if queries.is_judging(tender):
        raise Conflict("award.unchecked", _("竞得人的资格还没有审查完，审查结束后才能确认成交。"))
    return _confirm(tender, actor, choices, at, grounds)


@transaction.atomic
def confirm_by_silence(*, code: str, at: datetime) -> Tender:
    """Take the first of every lot when the purchaser let its five working days pass (M87 68); while
    equals stand first in a lot and nothing has told them apart, silence decides nothing.
    """
    tender = queries.lock_tender(code)
    policy.require(SYSTEM, "award.confirm_by_silence", tender)
    if tender.next_due_at is None or at < tender.next_due_at:
        raise Conflict("award.not_due", _("采购人确定中标人的期限尚未届满。"))
    tender = _without_tied(tender, at)
    if tender.state == "failed":
        return tender
    open_lots = list(tender.lots.filter(state="open").order_by("number"))
    if tied := _undecided(tender, open_lots):
        return _stay(tender, tied, at)
    return _confirm(
        tender, SYSTEM, {lot.number: (queries.first_of(lot), SILENCE) for lot in open_lots}, at
    )


def _undecided(tender: Tender, lots: Iterable[Lot]) -> list[int]:
    """List the lots in which equals stand first, and nobody is told apart from the others yet."""
    if method_of(tender).second_stage:
        return []
    return [lot.number for lot in lots if not queries.first_of(lot)]


def _stay(tender: Tender, tied: list[int], at: datetime) -> Tender:
    """Stop the clock of silence: the purchaser, or a draw, has to decide first."""
    tender.next_due_at = None
    tender.save(update_fields=["next_due_at"])
    tell(tender, "award.stayed", SYSTEM, at, lots=tied)
    return tender


def _without_tied(tender: Tender, at: datetime) -> Tender:
    """Fail the lots of a framework of which nobody can be shortlisted: they would keep the others
    waiting, and themselves for ever.
    """
    if method_of(tender).second_stage:
        award.require_no_suspension(open_reasons(tender))
        for lot in tender.lots.filter(state="open").order_by("number"):
            if not queries.kept_of(lot).shortlisted:
                procedure.fail_lot(
                    actor=SYSTEM,
                    code=tender.code,
                    number=lot.number,
                    reason=str(ALL_TIED),
                    at=at,
                )
    return queries.lock_tender(tender.code)


def _confirm(
    tender: Tender,
    actor: Actor,
    choices: Mapping[int, tuple[award.Named, str]],
    at: datetime,
    grounds: Mapping[int, str] = NO_GROUNDS,
) -> Tender:
    after = lifecycle_of(tender).after(tender.state, "confirm_winner")
    award.require_no_suspension(open_reasons(tender))
    if method_of(tender).publicises_candidates:
        award.require_publicised(tender.publicity_until, local_date(at))
    if method_of(tender).is_agreed:
        until, open_ones = queries.objection_until(tender), queries.unanswered(tender)
        agreement.require_heard(until, open_ones, local_date(at))
    inquiry.require_answered(queries.inquiries_of(tender).filter(state="asked").count())
    lots = _open_lots(tender)
    if set(choices) != {lot.number for lot in lots}:
        raise Invalid("award.lots", _("请为每个未废标的采购包确定中标人。"), field="choices")
    if not method_of(tender).second_stage:
        ties.require_drawn(queries.awaiting_draw(tender))
    for lot in lots:
        if method_of(tender).second_stage:
            shortlist_lot(tender, lot, actor, at)
            continue
        named, reason = choices[lot.number]
        chosen = award.candidate(lot.candidates, named)
        why = _why(tender, lot, chosen, reason, grounds.get(lot.number, ""))
        made = _award_lot(tender, lot, actor, chosen, why, at)
        if method_of(tender).settles:
            notify_winner(tender, made, actor, at)
    tender.state = after
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
    return tender


def _open_lots(tender: Tender) -> list[Lot]:
    """Lock the lots still to be decided; a tender without any is no further by a decision."""
    lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if not lots:
        raise Conflict("award.no_lot", _("没有待确定中标人的采购包。"))
    return lots


def _why(tender: Tender, lot: Lot, chosen: award.Candidate, reason: str, ground: str) -> str:
    """Give the lawful reason for a candidate: one who is not the first, one of several who are, or
    one who moved up.
    """
    left = queries.candidates_left(lot)
    award.candidate(left, chosen.uscc)
    if tender.award_way:
        separation.require_chosen(lot.decision["chosen"], chosen.uscc)
        return str(lot.decision.get("reason", ""))
    gone = passing.before(lot.passed_over, queries.recommended(lot), chosen.rank)
    equals, drawn = ties.firsts(left), queries.first_of(lot)
    is_first = chosen.uscc == drawn
    if is_first and (gone or len(equals) > 1):
        said = [passing.because(passing_of(tender), gone)] if gone else []
        return "；".join([*said, *([str(ties.DRAWN)] if len(equals) > 1 else [])])
    if chosen.uscc in equals and not drawn:
        rule = schemes.tie_rule(tender.scheme)
        return str(ties.BY_RULE) % {"reason": ties.require_reason(reason, rule)}
    if method_of(tender).binds_state_funds:
        funded = tender.state_funded
        return award.require_lawful_ground(ground, reason, is_first=is_first, state_funded=funded)
    return award.require_rank_order(reason, is_first=is_first)


def _award_lot(
    tender: Tender, lot: Lot, actor: Actor, chosen: award.Candidate, why: str, at: datetime
) -> Award:
    if chosen.uscc != queries.first_of(lot) and method_of(tender).best_only:
        raise Invalid("award.not_the_price", _("受让方由竞价形成的价格确定，只能是排名第一的。"))
    require_price_settled(lot, chosen.uscc)
    require_shortlisted(tender, chosen.uscc)
    lot.state = LOT.after(lot.state, "award")
    lot.save(update_fields=["state"])
    made = Award.objects.create(
        lot=lot,
        supplier=accounts.organisation(chosen.uscc),
        bid=chosen.bid,
        rank=chosen.rank,
        price=Decimal(chosen.price),
        total=chosen.total,
        reason=why,
        confirmed_at=at,
    )
    tell(
        tender,
        "award.confirmed",
        actor,
        at,
        lot=lot.number,
        supplier=chosen.uscc,
        bid=chosen.bid,
        rank=chosen.rank,
        price=chosen.price,
        reason=why,
    )
    _note_shortfall(lot, made, actor, at)
    return made


def _note_shortfall(lot: Lot, made: Award, actor: Actor, at: datetime) -> None:
    """Record by how much a re-sale brings less than whoever defaulted had offered (AL 39)."""
    if (owed := queries.shortfall_of(lot, made.price)) is None:
        return
    told = {"before": f"{owed.before:.2f}", "price": f"{owed.price:.2f}"}
    amount, article = f"{owed.amount:.2f}", attempts.RESALE
    told |= {"supplier": owed.uscc, "shortfall": amount, "article": article}
    tell(lot.tender, "award.shortfall", actor, at, lot=lot.number, **told)
