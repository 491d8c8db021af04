"""Move a tender through the procedure: closing, opening, evaluation, failure, termination.

Higher apps call these when their own acts move the tender; the reasons are theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import end_of_day, local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from trading import policy, queries
from trading.domain import LOT, award, completeness
from trading.markets import lifecycle_of
from trading.models import Lot, Notice, Tender
from trading.services.drafting import required
from trading.services.notices import publish_notice
from trading.services.telling import tell

UNSOLD: Final = _("竞价期内无人有效报价。")


@transaction.atomic
def close_tender(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the bidding period at the deadline and publish the tender's private tree."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close", tender)
    after = lifecycle_of(tender).after(tender.state, "close")
    completeness.require_closing_time(queries.facts(tender), at)
    # Hashes only: names are told in the hall after the count, and those who withdrew never (BL 22).
    tree = private.publish_tree(tender=code, reveal=(), at=at)
    tender.state, tender.next_due_at = after, None
    tender.save(update_fields=["state", "next_due_at"])
    tell(
        tender,
        "tender.closed",
        actor,
        at,
        deadline=tender.bids_close_at,
        text_digest=tender.text_digest,
        policy_digest=tender.policy_digest,
        private_root=bytes(tree.root).hex(),
        private_size=tree.size,
    )
    return tender


@transaction.atomic
def open_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Begin the opening; the hall itself is bidding's."""
    return _move(actor, code, "open", "tender.opened", at)


@transaction.atomic
def confirm_record(*, actor: Actor, code: str, at: datetime) -> Tender:
    """End the opening with its confirmed record."""
    return _move(actor, code, "confirm_record", "tender.record_confirmed", at)


@transaction.atomic
def seat_committee(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Begin the evaluation with its committee in place."""
    return _move(actor, code, "seat_committee", "tender.committee_seated", at)


def _move(actor: Actor, code: str, event: str, kind: str, at: datetime) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, f"tender.{event}", tender)
    tender.state = lifecycle_of(tender).after(tender.state, event)
    tender.save(update_fields=["state"])
    tell(tender, kind, actor, at)
    return tender


@transaction.atomic
def receive_report(
    *,
    code: str,
    candidates: Sequence[Mapping[str, Any]],
    excluded: Sequence[Mapping[str, Any]] = (),
    experts: Iterable[str] = (),
    at: datetime,
) -> Tender:
    """Take the evaluation's result: ranked candidates of every lot, who is out and why, who judged.

    Called by the reaction to `evaluation.report_submitted`. The purchaser's five working days begin
    (GPR 43).
    """
    tender = queries.lock_tender(code)
    tender.state = lifecycle_of(tender).after(tender.state, "submit_report")
    for lot in tender.lots.select_for_update():
        lot.candidates = award.read_candidates(candidates, lot.number)
        if lot.state == "open" and not lot.candidates:
            raise Invalid(
                "award.no_candidates", _("第 %(lot)s 包没有中标候选人，应先废标。"), lot=lot.number
            )
        lot.excluded = award.read_excluded(excluded, lot.number)
        lot.save(update_fields=["candidates", "excluded"])
    tender.experts, tender.evaluated_at = list(experts), at
    due = award.confirmation_due(local_date(at))
    tender.next_due_at = end_of_day(due)
    tender.save(update_fields=["state", "experts", "evaluated_at", "next_due_at"])
    tell(tender, "tender.evaluated", SYSTEM, at, confirm_by=due)
    return tender


@transaction.atomic
def start_auction(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """Begin the bidding of a closed sale, once its takers are let in; the rooms are bidding's."""
    return _move(actor, code, "start_auction", "tender.auction_started", at)


@transaction.atomic
def form_price(
    *,
    actor: Actor = SYSTEM,
    code: str,
    number: int,
    candidates: Sequence[Mapping[str, Any]],
    reason: str = "",
    at: datetime,
) -> Tender:
    """Take the end of one lot's auction: who offered what, by rank; nobody, and the lot fails.

    A candidate is {rank, uscc, price} and, where there is one, `bid`, what its offer is known by.
    With its last lot the tender is priced, or has failed.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.form_price", tender)
    after = lifecycle_of(tender).after(tender.state, "form_price")
    lot = tender.lots.select_for_update().filter(number=number, state="open").first()
    if lot is None or lot.candidates:
        raise Conflict("lot.not_open", _("该标的没有待形成的价格。"))
    if not candidates:
        _fail(actor, code, (number,), reason or str(UNSOLD), "", at)
        tender = queries.lock_tender(code)
    else:
        entrants = queries.entrants_of(tender, lot)
        lot.candidates = award.ranked_offers(candidates, lot.number, lot.auction, entrants)
        lot.save(update_fields=["candidates"])
        price = lot.candidates[0]["price"]
        tell(tender, "lot.priced", actor, at, lot=number, price=price, offers=len(candidates))
    if tender.state == "bidding" and not tender.lots.filter(state="open", candidates=[]).exists():
        tender.state, tender.evaluated_at = after, at
        tender.save(update_fields=["state", "evaluated_at"])
        tell(tender, "tender.price_formed", actor, at)
    return tender


@transaction.atomic
def fail_lot(
    *, actor: Actor, code: str, number: int, reason: str, article: str = "", at: datetime
) -> Tender:
    """Void one lot (GPL 36); the tender fails with its last open lot."""
    return _fail(actor, code, (number,), reason, article, at)


@transaction.atomic
def fail_tender(*, actor: Actor, code: str, reason: str, article: str = "", at: datetime) -> Tender:
    """Void every lot that is still open, and with them the tender (GPL 36)."""
    return _fail(actor, code, None, reason, article, at)


def _fail(
    actor: Actor,
    code: str,
    numbers: Sequence[int] | None,
    reason: str,
    article: str,
    at: datetime,
) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.fail", tender)
    after = lifecycle_of(tender).after(tender.state, "fail")
    why = required(reason, "reason")
    lots = _lots_to_fail(tender, numbers)
    for lot in lots:
        lot.state, lot.failure = LOT.after(lot.state, "fail"), why
        lot.save(update_fields=["state", "failure"])
        tell(tender, "lot.failed", actor, at, lot=lot.number, reason=why, article=article)
    notice = _failure_notice(tender, lots, why, article, at)
    if not tender.lots.exclude(state="failed").exists():
        tender.state, tender.next_due_at = after, None
        tender.save(update_fields=["state", "next_due_at"])
        tell(tender, "tender.failed", actor, at, reason=why, article=article, notice=notice.number)
    return tender


def _lots_to_fail(tender: Tender, numbers: Sequence[int] | None) -> list[Lot]:
    lots = list(tender.lots.select_for_update().filter(state="open").order_by("number"))
    if numbers is not None:
        lots = [lot for lot in lots if lot.number in numbers]
    if not lots:
        raise Conflict("lot.not_open", _("没有可以废标的采购包。"))
    return lots


def _failure_notice(
    tender: Tender, lots: Sequence[Lot], reason: str, article: str, at: datetime
) -> Notice:
    return publish_notice(
        tender=tender,
        kind="failure",
        title=f"{tender.title}废标公告",
        fields={
            "article": article,
            "lots": [{"number": lot.number, "title": lot.title} for lot in lots],
        },
        body=reason,
        at=at,
    )


@transaction.atomic
def terminate_tender(*, actor: Actor, code: str, reason: str, at: datetime) -> Tender:
    """End a procurement whose task is cancelled (GPL 36 (4)); a draft ends without a notice."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.terminate", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "terminate")
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
    why = required(reason, "reason")
    for lot in tender.lots.select_for_update().filter(state="open"):
        lot.state = LOT.after(lot.state, "terminate")
        lot.save(update_fields=["state"])
    if tender.published_at is not None:
        publish_notice(
            tender=tender,
            kind="termination",
            title=f"{tender.title}终止公告",
            fields={"article": "《政府采购法》第三十六条第（四）项"},
            body=why,
            at=at,
        )
    tell(tender, "tender.terminated", actor, at, reason=why)
    return tender
