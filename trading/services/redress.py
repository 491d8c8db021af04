"""Undo what a challenge or a complaint showed to be wrong (GPR 71, M94 31, 32; BLR 81).

The purchaser says what is undone when it upholds a challenge, the authority when it upholds a
complaint; what is done is the same.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import LOT, award, ending, redress
from trading.domain.redress import CORRECTION, GROUND
from trading.models import Lot, Tender
from trading.services import ends
from trading.services.ending import close_contract
from trading.services.frameworks import void_agreements
from trading.services.notices import notice_title, publish_notice
from trading.services.passing import fall_away
from trading.services.publicity import send_back
from trading.services.suspensions import ordered_reasons, suspend
from trading.services.telling import tell

UNCORRECTED: Final = _("%(what)s %(code)s 成立，修改公告发布前暂停。")
REASON: Final = _("%(what)s %(code)s 成立：%(way)s。")


@dataclass(frozen=True)
class Order:
    """What is undone, in which lot or in all, because which case was right, by which article; the
    authority orders it, or the purchaser `itself` does it, who undoes nothing while others hold it.
    """

    way: str
    lot: int | None
    what: str
    code: str
    article: str
    itself: bool

    @property
    def reason(self) -> str:
        """Say why, for everybody: which case was right and what is done. What was said in it stays
        with its parties, or in the decision that is published.
        """
        return str(REASON) % {
            "what": self.what,
            "code": self.code,
            "way": str(redress.WAYS[self.way]),
        }


@contextmanager
def carried_out(*, actor: Actor, tender: Tender, order: Order, at: datetime) -> Iterator[None]:
    """Undo it around letting the tender go on: what has to be corrected first never goes on. The
    tender's row is locked, and the right to order it checked, by the caller.
    """
    if order.way == "correct":
        _carry_out(actor, tender, order, at)
    yield
    if order.way and order.way != "correct":
        _carry_out(actor, tender, order, at)


def _carry_out(actor: Actor, tender: Tender, order: Order, at: datetime) -> None:
    if order.itself and order.way != "correct":
        award.require_no_suspension(ordered_reasons(tender))
    stage = queries.stage_of(tender)
    redress.require_way(order.way, stage, itself=order.itself)
    DONE[order.way](actor, tender, order, redress.concerned(order.way, order.lot, stage), at)


def _correct(_actor: Actor, tender: Tender, order: Order, _lots: object, at: datetime) -> None:
    """Let the tender stand still until its text is amended: bids are not made for a wrong one."""
    reason = str(UNCORRECTED) % {"what": order.what, "code": order.code}
    # The law holds it: the fact would else name who answered for the side, and when.
    suspend(actor=SYSTEM, tender=tender, cause=CORRECTION, ref=order.code, reason=reason, at=at)


def _reevaluate(actor: Actor, tender: Tender, order: Order, _lots: object, at: datetime) -> None:
    send_back(actor=actor, tender=tender, reason=order.reason, at=at)


def _pass_on(actor: Actor, tender: Tender, order: Order, numbers: list[int], at: datetime) -> None:
    """Let the first of each lot fall away: among the rest it is decided as when one gives up."""
    reason = order.reason
    for lot in _locked(tender, numbers):
        who = queries.whose_turn(lot)
        fall_away(actor=actor, lot=lot, uscc=who, ground=GROUND, reason=reason, at=at)
        tender.refresh_from_db()


def _void(actor: Actor, tender: Tender, order: Order, numbers: list[int], at: datetime) -> None:
    """Void what each lot has come to, whether or not somebody was to have it already."""
    for lot in _locked(tender, numbers):
        _void_lot(actor, tender, lot, order, at)


def _void_lot(actor: Actor, tender: Tender, lot: Lot, order: Order, at: datetime) -> None:
    who, named = queries.whose_turn(lot), queries.is_named(lot)
    ends.void_deal(lot, ends.contract_of(lot), at)
    names = {one["uscc"]: one["name"] for one in lot.candidates}
    supplier = names.get(who, "") if named else ""
    number = _annul(tender, lot, supplier, redress.GROUND, order, at)
    why = order.reason
    told = {"lot": lot.number, "notice": number, "reason": why}
    tell(tender, "lot.annulled", actor, at, **told, article=order.article)
    void_agreements(actor=actor, tender=tender, lot=lot, reason=why, at=at)
    ends.fail_lots(tender, [lot], why, order.article, actor=actor, at=at)


def _cancel(actor: Actor, tender: Tender, order: Order, numbers: list[int], at: datetime) -> None:
    """Cancel what each lot has signed: it is over, and may be offered anew (GPR 71)."""
    for lot in _locked(tender, numbers):
        contract = ends.contract_of(lot)
        supplier = contract.supplier.name if contract else ""
        number = _annul(tender, lot, supplier, "cancelled", order, at)
        told = {"lot": lot.number, "notice": number, "reason": order.reason}
        tell(tender, "lot.annulled", actor, at, **told, article=order.article)
        void_agreements(actor=actor, tender=tender, lot=lot, reason=order.reason, at=at)
        if contract is not None:
            contract.lot = lot
            said = ending.Given(ending.ORDERED, order.reason, local_date(at))
            close_contract(actor=actor, tender=tender, contract=contract, said=said, at=at)
        elif lot.state == "awarded":
            ends.fail_lots(tender, [lot], order.reason, order.article, actor=actor, at=at)
        else:
            lot.state = LOT.after(lot.state, "end")
            lot.save(update_fields=["state"])


def _note_harm(
    actor: Actor, tender: Tender, order: Order, numbers: list[int], at: datetime
) -> None:
    """Leave what was performed as it is: whoever did harm makes it good, elsewhere."""


def _annul(tender: Tender, lot: Lot, supplier: str, ground: str, order: Order, at: datetime) -> int:
    """Publish that what a lot had come to is void, or cancelled."""
    notice = publish_notice(
        tender=tender,
        kind="voided",
        title=notice_title(tender, "voided"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "article": order.article,
            "supplier": supplier,
            "ground": ground,
        },
        body=order.reason,
        at=at,
    )
    return notice.number


def _locked(tender: Tender, numbers: list[int]) -> list[Lot]:
    lots = list(tender.lots.select_for_update().filter(number__in=numbers).order_by("number"))
    for lot in lots:
        lot.tender = tender
    return lots


Doing = Callable[[Actor, Tender, Order, list[int], datetime], None]
DONE: Final[Mapping[str, Doing]] = {
    "correct": _correct,
    "reevaluate": _reevaluate,
    "next_candidate": _pass_on,
    "void": _void,
    "cancel": _cancel,
    "harm": _note_harm,
}
"""How each way is gone."""
