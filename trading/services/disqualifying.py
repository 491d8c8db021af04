"""Take away the place of a bidder of a sale by tender that is found out after the evaluation, won
or not: it bribed, colluded, or handed in false papers (LD39 25, BL 53, 54, 64).
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award, passing
from trading.markets import lifecycle_of, passing_of
from trading.models import Lot, Notice, Tender
from trading.services import ends
from trading.services.concluding import offer_again
from trading.services.drafting import required
from trading.services.notices import notice_title, publish_notice
from trading.services.passing import let_fall, open_again
from trading.services.telling import tell
from trading.services.voiding import require_unsigned, void_result

LONGEST: Final = 300
RUNNING: Final = frozenset({"open", "awarded"})


@transaction.atomic
def disqualify_bidder(  # noqa: PLR0913 - who, and why
    *,
    actor: Actor,
    code: str,
    number: int,
    supplier: str,
    reason: str,
    article: str,
    touches: bool = False,
    at: datetime,
) -> Notice:
    """Put a bidder out of the order of a lot. Whoever was to have the lot loses it to the next that
    is not below the floor; where nobody is left, or what was done `touches` the result whoever
    did it, the result is void and the lot not sold. The deposit waits for a decision.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "bidder.disqualify", tender)
    lifecycle_of(tender).after(tender.state, "disqualify_bidder")
    lot = tender.lots.select_for_update().filter(number=number).first()
    if lot is None:
        raise _nobody()
    gone = _bidder(lot, supplier)
    why, cited = required(reason, "reason", LONGEST), required(article, "article", 80)
    had_it = gone.uscc in {queries.holder_of(lot), queries.falling(lot)}
    contract = ends.contract_of(lot)
    if had_it or touches:
        require_unsigned(contract)
    touched = touches and lot.state in RUNNING
    falls = had_it and lot.state in RUNNING
    named = queries.is_named(lot) or not falls
    let_fall(lot, gone, "disqualified", why, at)
    if falls or touched:
        ends.void_deal(lot, contract, at)
    sold_on = falls and not touched and bool(queries.candidates_left(lot))
    is_void = touched or (falls and not sold_on)
    if sold_on:
        open_again(tender, lot, lifecycle_of(tender).after(tender.state, "pass_over"), at)
    follows = _follows(tender, is_void=is_void, sold_on=sold_on)
    notice = _notice(tender, lot, gone.name if named else "", cited, follows, at)
    tell(
        tender,
        "bidder.disqualified",
        actor,
        at,
        lot=lot.number,
        supplier=gone.uscc if named else "",
        reason=why,
        article=cited,
        touches=touches,
        sold_on=sold_on,
        notice=notice.number,
    )
    if is_void:
        taker = gone.name if falls else None
        void_result(tender, lot, why, cited, taker=taker, actor=actor, at=at)
        ends.fail_lots(tender, [lot], why, cited, actor=actor, at=at)
    elif sold_on:
        offer_again(tender, lot, at)
    return notice


def _bidder(lot: Lot, supplier: str) -> award.Candidate:
    """Give a bidder of a lot by its code, whoever judged it in or out; each is put out once."""
    found = next((one for one in queries.bidders_of(lot) if one["uscc"] == supplier), None)
    if found is None:
        raise _nobody()
    if supplier in {one["uscc"] for one in lot.passed_over}:
        raise Conflict("disqualify.already", _("该投标人的资格已经取消。"))
    price, total = str(found.get("price", "")), str(found.get("total", ""))
    return award.Candidate(
        int(found.get("rank", 0)), supplier, found["name"], found["bid"], price, total
    )


def _nobody() -> Invalid:
    return Invalid(
        "disqualify.nobody", _("该标的没有这个投标人，请从列出的投标人中选择。"), field="supplier"
    )


def _follows(tender: Tender, *, is_void: bool, sold_on: bool) -> str:
    if is_void:
        return passing.VOID
    return passing_of(tender).follows["pass_over"] if sold_on else passing.UNTOUCHED


def _notice(
    tender: Tender, lot: Lot, supplier: str, article: str, follows: str, at: datetime
) -> Notice:
    return publish_notice(
        tender=tender,
        kind="disqualified",
        title=notice_title(tender, "disqualified"),
        fields={
            "lot": lot.number,
            "lot_title": lot.title,
            "supplier": supplier,
            "article": article,
            "follows": follows,
        },
        body=lot.passed_over[-1]["reason"],
        at=at,
    )
