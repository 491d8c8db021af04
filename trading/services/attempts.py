"""Try once more what failed, in the same way or another, or give tendering up after a second
failure (WK30 38, M87 43).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from trading import policy, queries
from trading.domain import attempts, grounds, priority
from trading.domain import required as required_fields
from trading.domain.gates import GATES
from trading.domain.market import Method
from trading.markets import market_of, method_of
from trading.models import Attachment, Custodian, Lot, Notice, Tender
from trading.services.drafting import changeable, choices_of, numbered, required
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell

CHOSEN_ANEW: Final = frozenset(
    {
        "title",
        "category",
        "region",
        "listed_case",
        "conversion_approval",
        "conversion_review",
        "documents_from",
        "documents_until",
        "bids_close_at",
        "prequalification_from",
        "prequalification_until",
        "prequalification_close_at",
    }
)
"""What is not carried over as it is: dates are over, an approval is of one attempt, and the rest is
set when a draft begins.
"""
OF_LOTS: Final = (
    "title",
    "description",
    "quantity",
    "delivery",
    "budget",
    "ceiling",
    "items",
    "deposit",
    "particulars",
    "post",
    "reserved",
)
OF_PRICE: Final = ("start_price", priority.KEY)
"""What another kind of auction keeps of the one before: the floor, and whose right goes first."""


@transaction.atomic
def retender(*, actor: Actor, code: str, method: str = "", at: datetime) -> Tender:
    """Begin a new draft for what failed or was terminated, with what the one before said; in
    another way of its market where one is named. Dates, keys and approvals are its own.
    """
    last = queries.lock_tender(code)
    policy.require(actor, "tender.retender", last)
    attempts.require_not_stopped(is_stopped=queries.is_stopped(last))
    lots = list(queries.lots_to_repeat(last)) if queries.may_repeat(last) else []
    numbers = [lot.number for lot in lots]
    attempts.require_again(numbers, is_published=last.published_at is not None)
    slug = method or last.method
    attempts.require_method(slug, queries.ways_to_repeat(last))
    made = _begun(last, slug, actor, at)
    _take_over(made, last, at)
    for number, lot in enumerate(lots, start=1):
        _repeat_lot(made, number, lot)
    _repeat_files(made, last, at)
    _repeat_custodians(made, last)
    told = {"purchaser": made.purchaser.uscc, "title": made.title}
    tell(made, "tender.drafted", actor, at, **told, follows=last.code, lots=numbers)
    return made


def _begun(last: Tender, method: str, actor: Actor, at: datetime) -> Tender:
    market = market_of(last)
    return numbered(
        at,
        market.prefix,
        market=last.market,
        method=method,
        category=last.category,
        title=last.title,
        purchaser=last.purchaser,
        agency=last.agency,
        drafted_by_id=actor.person_id,
        region=last.region,
        stages=market.methods[method].stages[0],
        drafted_at=at,
        follows=last,
    )


def _take_over(made: Tender, last: Tender, at: datetime) -> None:
    """Carry over what both ways know of a draft and the new one may say as it was said."""
    known = (changeable(made) & changeable(last)) - CHOSEN_ANEW
    allowed, schemes = choices_of(made), method_of(made).schemes
    for name in sorted(known):
        said = getattr(last, name)
        if name in allowed and said not in allowed[name]:
            continue
        if name == "scheme" and said and said["method"] not in schemes:
            continue
        setattr(made, name, said)
    same = made.method == last.method
    made.grounds = grounds.again(last.grounds) if same else {}
    codes = {one.name for one in required_fields.asked(queries.rules_of(made, at))}
    made.particulars = [one for one in last.particulars if one["code"] in codes]
    made.save()


def _repeat_lot(made: Tender, number: int, lot: Lot) -> None:
    said: dict[str, Any] = {name: getattr(lot, name) for name in OF_LOTS}
    same = made.method == lot.tender.method
    kept = {n: lot.auction[n] for n in OF_PRICE if n in lot.auction}
    said["auction"] = lot.auction if same else kept
    said["particulars"] = _known(lot.particulars, method_of(made))
    Lot.objects.create(tender=made, number=number, follows=lot, **said)


def _known(said: dict[str, str], method: Method) -> dict[str, str]:
    names = {one.name for one in method.particulars}
    return {name: text for name, text in said.items() if name in names}


def _repeat_files(made: Tender, last: Tender, at: datetime) -> None:
    """Put the files in force into the draft; a consent was given to one attempt alone, and of a
    gate that the new one does not have nothing was asked.
    """
    kinds = Attachment.Kind
    once = {kinds.CONSENT.value, *(gate.document for gate in GATES)}
    if (gate := method_of(made).gate) is not None:
        once.discard(gate.document)
    for kept in queries.attachments_of(last).exclude(kind__in=once):
        Attachment.objects.create(
            tender=made, kind=kept.kind, name=kept.name, document=kept.document, added_at=at
        )


def _repeat_custodians(made: Tender, last: Tender) -> None:
    """Name the same people; each makes new keys, for the old ones may have been handed in."""
    if not method_of(made).is_sealed:
        return
    Custodian.objects.bulk_create(
        Custodian(tender=made, circle=one.circle, index=one.index, person=one.person,
                  office=one.office)
        for one in _custodians(last)
    )  # fmt: skip


def _custodians(tender: Tender) -> Iterable[Custodian]:
    return tender.custodians.select_related("person").order_by("circle", "index")


@transaction.atomic
def stop_retendering(
    *,
    actor: Actor,
    code: str,
    reason: str,
    needs_approval: bool = True,
    approval: str = "",
    at: datetime,
) -> Notice:
    """Publish that the lots which failed a second time for want of bidders are not tendered any
    more, and no others; whose project has to be approved needs the consent of who approved it
    (WK30 38).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.stop_retendering", tender)
    attempts.require_not_stopped(is_stopped=queries.is_stopped(tender))
    left = list(queries.lots_to_repeat(tender).values_list("number", flat=True))
    attempts.require_again(left, is_published=tender.published_at is not None)
    article = attempts.require_stop(queries.most_failures(tender), queries.rules_of(tender, at))
    lots = queries.lots_to_stop(tender, at)
    failures = min(count for _lot, count in lots)
    number = attempts.require_approval(approval, needed=needs_approval)
    why = required(reason, "reason")
    fields = {
        "article": article,
        "approval": number,
        "failures": failures,
        "lots": [{"number": lot.number, "title": lot.title} for lot, _count in lots],
        "on": local_date(at),
    }
    title = notice_title(tender, queries.STOPPED)
    notice = publish_notice(
        tender=tender, kind=queries.STOPPED, title=title, fields=fields, body=why, at=at
    )
    told = {"reason": why, "article": article, "approval": number, "failures": failures}
    told["lots"] = [lot.number for lot, _count in lots]
    tell(tender, "tender.retendering_stopped", actor, at, **told, notice=notice.number)
    return notice
