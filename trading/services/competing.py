"""Let those shortlisted in a framework compete once more for a purchase (M110), and ask about
offers that are far below the others (LOW2).
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award, buyers, call_offs, competition
from trading.markets import lifecycle_of, market_of
from trading.models import Competition, Lot, PriceQuestion, Tender
from trading.services import procedure
from trading.services.drafting import numbered, required
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

METHOD = "mini_competition"
LONGEST_SUMMARY = 5000


@transaction.atomic
def open_competition(  # noqa: PLR0913 - what is bought, how much, and by when
    *,
    actor: Actor,
    code: str,
    number: int,
    title: str,
    content: str,
    quantity: Decimal,
    delivery: str = "",
    purchaser: str = "",
    at: datetime,
) -> Tender:
    """Begin a competition among those shortlisted for a lot: a project of its own, of whoever of
    those the framework is for buys, at the lowest price agreed with any of the suppliers, drafted
    by the agency of the framework.
    """
    source = queries.lock_tender(code)
    policy.require(actor, "competition.open", source)
    award.require_no_suspension(open_reasons(source))
    lot = queries.lot_of(source, number)
    _require_way(source)
    if not lifecycle_of(source).allows(source.state, "archive"):
        raise Conflict("competition.not_now", _("框架协议尚未全部签订，或者项目已经归档。"))
    buyer = queries.buyer_for(actor, source, purchaser)
    asked = queries.shortlisted_now(lot, at)
    wanted = call_offs.read_quantity(quantity)
    amount = competition.limit_of([Decimal(one["price"]) for one in asked], wanted)
    call_offs.require_amount(amount)
    buyers.require_within(source.framework, queries.spent_by(buyer, source), amount)
    tender = numbered(
        at,
        market_of(source).prefix,
        market=source.market,
        method=METHOD,
        category=source.category,
        title=required(title, "title", 160),
        summary=required(content, "content", LONGEST_SUMMARY),
        purchaser=buyer,
        agency_id=source.agency_id,
        drafted_by_id=actor.person_id,
        contact_name=source.contact_name,
        contact_phone=source.contact_phone,
        region=source.region,
        plan_number=source.plan_number,
        budget_level=source.budget_level,
        trade_class=source.trade_class,
        drafted_at=at,
    )
    competition.require_several(len(asked), queries.rules_of(tender, at))
    Competition.objects.create(tender=tender, lot=lot, quantity=wanted)
    Lot.objects.create(
        tender=tender,
        number=1,
        title=lot.title,
        description=tender.summary,
        quantity=f"{wanted:f} {queries.unit_of(lot)}".strip(),
        delivery=delivery.strip()[:120],
        budget=amount,
        items=lot.items,
        auction={"start_price": f"{amount:.2f}"},
    )
    tell(tender, "tender.drafted", actor, at, purchaser=tender.purchaser.uscc, title=tender.title)
    tell(source, "competition.opened", actor, at, lot=number, competition=tender.code)
    return tender


def _require_way(source: Tender) -> None:
    """Refuse where the framework's document names another way of the second stage."""
    if not queries.competes(source):
        raise Conflict(
            "competition.other_way", _("征集文件没有约定以二次竞价确定第二阶段成交供应商。")
        )


@transaction.atomic
def explain_price(
    *, actor: Actor, code: str, number: int, explanation: str, at: datetime
) -> PriceQuestion:
    """Take the written reasons of a supplier for its low offer, once and in time."""
    tender = queries.lock_tender(code)
    policy.require(actor, "price.explain", tender)
    award.require_no_suspension(open_reasons(tender))
    own = queries.bidder_in(actor, tender)
    asked = queries.price_question(queries.lot_of(tender, number), own.uscc)
    _require_undecided(asked.lot)
    if asked.explained_at is not None:
        raise Conflict("price.explained_already", _("已经提交书面说明，不能更改。"))
    if asked.decided_at is not None or at >= asked.due_at:
        raise Conflict("price.too_late", _("书面说明的时间已过。"))
    asked.explanation = required(explanation, "explanation", 4000)
    asked.explained_at = at
    asked.save(update_fields=["explanation", "explained_at"])
    tell(tender, "price.explained", actor, at, lot=number, supplier=own.uscc)
    return asked


@transaction.atomic
def decide_price(  # noqa: PLR0913 - which offer, whether it stands, and why
    *,
    actor: Actor,
    code: str,
    number: int,
    supplier: str,
    is_proven: bool,
    reason: str,
    at: datetime,
) -> PriceQuestion:
    """Say whether a low offer was shown to be sound; one that was not is invalid, and the next in
    the order moves up.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "price.decide", tender)
    award.require_no_suspension(open_reasons(tender))
    lot = queries.lot_of(tender, number)
    asked = queries.price_question(lot, supplier)
    _require_undecided(lot)
    if asked.decided_at is not None:
        raise Conflict("price.decided_already", _("该报价已经审查完毕。"))
    competition.require_answered(asked.due_at, asked.explained_at, at)
    asked.is_proven, asked.reason = is_proven, required(reason, "reason")
    asked.decided_at = at
    asked.save(update_fields=["is_proven", "reason", "decided_at"])
    tell(
        tender,
        "price.decided",
        actor,
        at,
        lot=number,
        supplier=supplier,
        is_proven=is_proven,
        reason=asked.reason,
    )
    if not is_proven:
        _put_out(tender, lot, asked, at)
    return asked


def _require_undecided(lot: Lot) -> None:
    """Refuse where the lot has its winner or has come to nothing: what was ranked stays as told."""
    if lot.state != "open":
        raise Conflict("price.closed", _("该采购包已经确定成交供应商或者已经终止。"))


UNPROVEN = _("未能证明报价合理：%(reason)s")
NOBODY = _("有效报价均未能证明其合理性。")


def _put_out(tender: Tender, lot: Lot, asked: PriceQuestion, at: datetime) -> None:
    rest, gone = competition.without(lot.candidates, asked.supplier.uscc)
    why = str(UNPROVEN) % {"reason": asked.reason}
    out = {"uscc": gone["uscc"], "name": gone["name"], "bid": gone["bid"], "reason": why}
    lot.candidates, lot.excluded = rest, [*lot.excluded, out]
    lot.save(update_fields=["candidates", "excluded"])
    if not rest:
        procedure.fail_lot(
            actor=SYSTEM, code=tender.code, number=lot.number, reason=str(NOBODY), at=at
        )
