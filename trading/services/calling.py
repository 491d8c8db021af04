"""Call off from framework agreements: ask a supplier, or one after the other in turn, until one
accepts; then publish the result and sign the contract (M110).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from kernel.turns import each
from ledger.services import store_document
from trading import policy, queries
from trading.domain import CALL_OFF, award, buyers, call_offs, files, framework
from trading.markets import lifecycle_of
from trading.models import CallOff, FrameworkAgreement, Lot, Notice, Tender, Turn
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

AT_ONCE: Final = 200
REFUSED: Final = _("供应商未接受。")
NOBODY: Final = _("轮候的供应商均未接受，或者已没有有效的框架协议。")


@dataclass(frozen=True)
class Order:
    """What a purchaser calls off: what, how much, and of a direct choice from whom at which price;
    without a price it is the agreed one. Who purchases for several says for whom.
    """

    content: str
    quantity: Decimal
    delivery: str = ""
    place: int | None = None
    price: Decimal | None = None
    purchaser: str = ""


@transaction.atomic
def place_call_off(*, actor: Actor, code: str, number: int, order: Order, at: datetime) -> CallOff:
    """Ask the supplier that the purchaser chose, or whose turn it is; never above the agreed
    price, never under an agreement that is not in force.
    """
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    policy.require(actor, "call_off.place", tender)
    award.require_no_suspension(open_reasons(tender))
    if not tender.framework or not lifecycle_of(tender).allows(tender.state, "archive"):
        raise Conflict("call_off.not_now", _("框架协议尚未全部签订，或者项目已经归档。"))
    buyer = queries.buyer_for(actor, tender, order.purchaser)
    lot = queries.lot_of(tender, number)
    way = queries.way_now(lot, at)
    if way not in FIRST:
        raise Conflict(
            "call_off.competes",
            _("征集文件约定以二次竞价确定第二阶段成交供应商，请发起二次竞价。"),
        )
    made = CallOff(
        lot=lot,
        purchaser=buyer,
        number=lot.call_offs.count() + 1,
        way=way,
        content=required(order.content, "content"),
        delivery=order.delivery.strip()[:120],
        quantity=call_offs.read_quantity(order.quantity),
        placed_at=at,
    )
    first = FIRST[made.way](made, order, at)
    buyers.require_no_own_supplier(buyer.pk, first.supplier_id)
    _require_within(made, order, first, at)
    made.save()
    told = {"lot": number, "call_off": made.number, "way": made.way, "purchaser": buyer.uscc}
    tell(tender, "call_off.placed", actor, at, **told, quantity=f"{made.quantity:f}")
    _ask(tender, made, first, actor, at, price=order.price)
    return made


def _require_within(made: CallOff, order: Order, first: FrameworkAgreement, at: datetime) -> None:
    """Refuse what takes the purchaser beyond its limit; in rotation at the highest price that may
    come of it.
    """
    price = first.price if order.price is None else order.price
    if made.way == framework.ROTATION:
        price = max(one.price for one in queries.standing_agreements(made.lot, at))
    amount = call_offs.amount_of(made.quantity, price)
    call_offs.require_amount(amount)
    tender = made.lot.tender
    buyers.require_within(tender.framework, queries.spent_by(made.purchaser, tender), amount)


def _chosen(made: CallOff, order: Order, at: datetime) -> FrameworkAgreement:
    """Take the agreement the purchaser names."""
    if order.place is None:
        raise Invalid("call_off.supplier", _("请选择供应商。"), field="place")
    found = queries.agreement_of(made.lot.tender, made.lot.number, order.place)
    call_offs.require_in_force(queries.standing_of(found, at))
    call_offs.require_price(found.price if order.price is None else order.price, found.price)
    return found


def _first_in_turn(made: CallOff, order: Order, at: datetime) -> FrameworkAgreement:
    """Take the agreement whose turn it is: the order is the shortlist's, no choice of anybody's."""
    if order.place is not None or order.price is not None:
        raise Invalid(
            "call_off.no_choice",
            _("顺序轮候按入围排序和协议单价授予，不能另行选择。"),
            field="place",
        )
    found = _next(made.lot, made.purchaser_id, at)
    if found is None:
        raise Conflict("call_off.nobody", _("没有有效的框架协议，不能采购。"))
    return found


FIRST: Final[dict[str, Callable[[CallOff, Order, datetime], FrameworkAgreement]]] = {
    framework.DIRECT: _chosen,
    framework.ROTATION: _first_in_turn,
}
"""Whom each way of the second stage asks first."""


def _next(
    lot: Lot, buyer: int, at: datetime, but: Collection[int] = frozenset()
) -> FrameworkAgreement | None:
    """Give the agreement whose turn it is in a lot, after all that were asked so far, none of
    `but`, and not the purchaser's own.
    """
    rows = list(lot.agreements.order_by("place"))
    able = {one.pk for one in queries.standing_agreements(lot, at) if one.supplier_id != buyer}
    standing = [call_offs.Standing(one.place, one.pk in able - set(but)) for one in rows]
    asked = Turn.objects.filter(call_off__lot=lot).order_by("pk")
    place = call_offs.in_turn(standing, list(asked.values_list("agreement__place", flat=True)))
    return next((one for one in rows if one.place == place), None)


def _ask(
    tender: Tender,
    made: CallOff,
    agreement: FrameworkAgreement,
    actor: Actor,
    at: datetime,
    *,
    price: Decimal | None = None,
) -> None:
    last = queries.rules_of(tender, at).last_day("call_off_answer", local_date(at))
    made.agreement, made.price = agreement, agreement.price if price is None else price
    made.amount = call_offs.amount_of(made.quantity, made.price)
    made.agreed_amount = call_offs.amount_of(made.quantity, agreement.price)
    made.answer_due_at = end_of_day(last)
    made.save(update_fields=["agreement", "price", "amount", "agreed_amount", "answer_due_at"])
    Turn.objects.create(call_off=made, agreement=agreement, asked_at=at)
    told = {"lot": made.lot.number, "call_off": made.number, "place": agreement.place}
    tell(tender, "call_off.asked", actor, at, **told, due=made.answer_due_at)


@transaction.atomic
def accept_call_off(*, actor: Actor, code: str, number: int, serial: int, at: datetime) -> CallOff:
    """Take a call-off on (the supplier that is asked); the price is the one it was asked at."""
    tender, made = _lock(actor, code, number, serial, "call_off.accept")
    award.require_no_suspension(open_reasons(tender))
    made.state = CALL_OFF.after(made.state, "accept")
    if made.answer_due_at is not None and at >= made.answer_due_at:
        raise Conflict("call_off.too_late", _("答复期限已过。"))
    agreement = _agreement(made)
    call_offs.require_in_force(queries.standing_of(agreement, at))
    made.accepted_at, made.answer_due_at = at, None
    made.save(update_fields=["state", "accepted_at", "answer_due_at"])
    _answered(made, "accepted", "", at)
    told = {"lot": number, "call_off": serial, "place": agreement.place}
    tell(tender, "call_off.accepted", actor, at, **told, price=f"{made.price:.2f}")
    return made


@transaction.atomic
def refuse_call_off(
    *, actor: Actor, code: str, number: int, serial: int, reason: str, at: datetime
) -> CallOff:
    """Turn a call-off down, or say after accepting it that it will not be signed (the supplier that
    is asked); in rotation the next is asked.
    """
    tender, made = _lock(actor, code, number, serial, "call_off.refuse")
    answer = "unsigned" if made.state == "accepted" else "refused"
    return _pass_on(tender, made, answer, required(reason, "reason"), actor, at)


@transaction.atomic
def skip_call_off(
    *, actor: Actor, code: str, number: int, serial: int, reason: str, at: datetime
) -> CallOff:
    """Pass over a supplier that accepted and has not signed by the last day for a contract; in
    rotation the next is asked.
    """
    tender, made = _lock(actor, code, number, serial, "call_off.skip")
    award.require_no_suspension(open_reasons(tender))
    due = queries.signing_due(made)
    if due is None:
        raise Conflict("call_off.not_accepted", _("只有已接受、尚未签订合同的才能跳过。"))
    if at < end_of_day(due):
        raise Conflict(
            "call_off.not_due_to_sign",
            _("签订合同的期限到 %(until)s 为止，期满后才能跳过；供应商自己表示不签的除外。"),
            until=str(due),
        )
    return _pass_on(tender, made, "unsigned", required(reason, "reason"), actor, at)


@transaction.atomic
def expire_call_off(*, code: str, number: int, serial: int, at: datetime) -> CallOff:
    """Pass over a supplier that did not answer in time."""
    tender, made = _lock(SYSTEM, code, number, serial, "call_off.expire")
    award.require_no_suspension(open_reasons(tender))
    if made.state != "asked" or made.answer_due_at is None or at < made.answer_due_at:
        raise Conflict("call_off.not_due", _("答复期限未到。"))
    return _pass_on(tender, made, "silent", "", SYSTEM, at)


def _pass_on(
    tender: Tender, made: CallOff, answer: str, reason: str, actor: Actor, at: datetime
) -> CallOff:
    """Record that a supplier is passed over, and ask the next in turn; a direct choice ends, and so
    does a rotation in which everybody was asked once. A result that was published is taken back.
    """
    after = CALL_OFF.after(made.state, "skip")
    agreement = _agreement(made)
    _answered(made, answer, reason, at)
    told = {"lot": made.lot.number, "call_off": made.number, "place": agreement.place}
    tell(tender, "call_off.skipped", actor, at, **told, answer=answer, reason=reason)
    asked = set(made.turns.values_list("agreement_id", flat=True))
    turns = made.way == framework.ROTATION
    following = _next(made.lot, made.purchaser_id, at, asked) if turns else None
    if made.published_at is not None:
        _take_back(tender, made, answer, reason, is_next=following is not None, at=at)
    if following is None:
        why = NOBODY if made.way == framework.ROTATION else REFUSED
        return _fail(tender, made, why, actor, at)
    made.state, made.accepted_at = after, None
    made.save(update_fields=["state", "accepted_at"])
    _ask(tender, made, following, actor, at)
    return made


def _take_back(
    tender: Tender, made: CallOff, answer: str, reason: str, *, is_next: bool, at: datetime
) -> None:
    """Tell the public that the result it was told fell away: the next one is published anew."""
    agreement = _agreement(made)
    publish_notice(
        tender=tender,
        kind="passed_over",
        title=notice_title(tender, "passed_over"),
        fields={
            "lot": made.lot.number,
            "lot_title": made.lot.title,
            "call_off": made.number,
            "supplier": agreement.supplier.name,
            "ground": call_offs.ANSWERS[answer],
            "follows": call_offs.FOLLOWS["next" if is_next else "none"],
        },
        body=reason or agreement.reason,
        at=at,
    )
    made.published_at = None
    made.save(update_fields=["published_at"])


def _fail(tender: Tender, made: CallOff, why: str, actor: Actor, at: datetime) -> CallOff:
    made.state = CALL_OFF.after(made.state, "fail")
    made.failure, made.answer_due_at, made.accepted_at = why, None, None
    made.save(update_fields=["state", "failure", "answer_due_at", "accepted_at"])
    tell(tender, "call_off.failed", actor, at, lot=made.lot.number, call_off=made.number)
    return made


def _answered(made: CallOff, answer: str, reason: str, at: datetime) -> None:
    turn = made.turns.order_by("-pk").first()
    if turn is not None:
        turn.answer, turn.reason, turn.answered_at = answer, reason, at
        turn.save(update_fields=["answer", "reason", "answered_at"])


def close_turns(tender: Tender, agreement: FrameworkAgreement, actor: Actor, at: datetime) -> None:
    """Pass over a supplier whose agreement has just come to its end, wherever it is asked; what it
    had accepted and not signed it keeps where only the term is over.
    """
    open_ones = call_offs.OPEN if agreement.state == "terminated" else ("asked",)
    for made in agreement.call_offs.filter(state__in=open_ones).order_by("pk"):
        _pass_on(tender, made, "closed", "", actor, at)


@transaction.atomic
def publish_call_off(*, actor: Actor, code: str, number: int, serial: int, at: datetime) -> Notice:
    """Publish from whom, how much and at which price was bought, within two working days."""
    tender, made = _lock(actor, code, number, serial, "call_off.publish")
    award.require_no_suspension(open_reasons(tender))
    made.state = CALL_OFF.after(made.state, "publish")
    if made.published_at is not None:
        raise Conflict("call_off.published_already", _("成交结果已经公告。"))
    made.published_at = at
    made.save(update_fields=["published_at"])
    notice = publish_notice(
        tender=tender,
        kind="call_off",
        title=notice_title(tender, "call_off"),
        fields=queries.call_off_fields(made),
        at=at,
    )
    agreement = _agreement(made)
    tell(
        tender,
        "call_off.published",
        actor,
        at,
        lot=number,
        call_off=serial,
        supplier=agreement.supplier.name,
        price=f"{made.price:.2f}",
        amount=f"{made.amount:.2f}",
        notice=notice.number,
    )
    return notice


@transaction.atomic
def sign_call_off(
    *,
    actor: Actor,
    code: str,
    number: int,
    serial: int,
    document: files.Upload,
    at: datetime,
) -> CallOff:
    """Record the signed contract of a call-off, its text kept by digest."""
    tender, made = _lock(actor, code, number, serial, "call_off.sign")
    award.require_no_suspension(open_reasons(tender))
    made.state = CALL_OFF.after(made.state, "sign")
    name = files.checked(document, files.CONTRACT_KINDS)
    made.document = store_document(
        content=document.content, media_type=files.media_type(name), at=at
    )
    made.signed_at = at
    made.save(update_fields=["state", "document", "signed_at"])
    told = {"lot": number, "call_off": serial, "sha256": made.document.digest}
    tell(tender, "call_off.signed", actor, at, **told, amount=f"{made.amount:.2f}")
    return made


def _agreement(made: CallOff) -> FrameworkAgreement:
    """Give the agreement somebody is asked under; where nobody is, nothing can be answered."""
    if made.agreement is None:
        raise Conflict("call_off.nobody_asked", _("这次采购没有正在询问的供应商。"))
    return made.agreement


def _lock(
    actor: Actor, code: str, number: int, serial: int, permission: str
) -> tuple[Tender, CallOff]:
    tender = queries.lock_tender(code)
    made = queries.call_off_for(actor, tender, number, serial)
    policy.require(actor, permission, made)
    return tender, made


def due(at: datetime) -> int:
    """Pass over the suppliers that did not answer in time, one a transaction."""
    rows = CallOff.objects.filter(state="asked", answer_due_at__lte=at)
    rows = rows.exclude(lot__tender__in=queries.held_still()).order_by("answer_due_at")
    keys = list(rows.values_list("lot__tender__code", "lot__number", "number")[:AT_ONCE])
    return each(keys, lambda key: _attempt(*key, at))


def _attempt(code: str, number: int, serial: int, at: datetime) -> bool:
    """Leave one that was answered meanwhile."""
    try:
        expire_call_off(code=code, number=number, serial=serial, at=at)
    except Conflict:
        return False
    return True
