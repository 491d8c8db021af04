"""Move a recruitment through its procedure; who applies and how they are examined is recruitment's
(rulebook 2.5).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT
from trading.markets import lifecycle_of
from trading.models import Lot, Notice, Tender
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell

FELL_AWAY: Final = _("拟聘用人员均未聘用，岗位空缺。")


@transaction.atomic
def approve_plan(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Approve the plan of a recruitment as its unit approved it (PO6): the text stays as it is."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.approve_plan", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "approve_plan")
    tender.save(update_fields=["state"])
    tell(tender, "tender.plan_approved", actor, at, text_digest=tender.text_digest)
    return tender


@transaction.atomic
def settle_posts(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Go on to the written exam with the posts whose number of applicants allows it."""
    return _move(actor, code, "settle_posts", "tender.posts_settled", at)


@transaction.atomic
def publish_written(
    *, actor: Actor, code: str, title: str, fields: Mapping[str, Any], body: str, at: datetime
) -> Tender:
    """Publish the written scores and who is called to the interview."""
    tender = _move(actor, code, "publish_written", "tender.written_published", at)
    _publish(tender, "scores", title, fields, body, at)
    return tender


@transaction.atomic
def correct_scores(  # noqa: PLR0913 - a correction is one act with all its parts
    *,
    actor: Actor,
    code: str,
    title: str,
    fields: Mapping[str, Any],
    body: str,
    told: Mapping[str, Any],
    at: datetime,
) -> Tender:
    """Publish a written score that was corrected, and the range it gives."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.correct_scores", tender)
    lifecycle_of(tender).after(tender.state, "correct_scores")
    _publish(tender, "scores", title, fields, body, at)
    tell(tender, "tender.scores_corrected", actor, at, **told)
    return tender


@transaction.atomic
def confirm_shortlist(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Go on to the interview with those whose papers were checked once more."""
    return _move(actor, code, "confirm_shortlist", "tender.shortlist_confirmed", at)


@transaction.atomic
def rank(
    *, actor: Actor, code: str, title: str, fields: Mapping[str, Any], body: str, at: datetime
) -> Tender:
    """End the interviews with totals and places, and publish them."""
    tender = _move(actor, code, "rank", "tender.ranked", at)
    tender.evaluated_at = at
    tender.save(update_fields=["evaluated_at"])
    _publish(tender, "scores", title, fields, body, at)
    return tender


@transaction.atomic
def publicise_hire(
    *,
    actor: Actor,
    code: str,
    lots: Collection[int],
    fields: Mapping[str, Any],
    body: str,
    at: datetime,
) -> Notice:
    """Publish whom the posts are to go to: the days for reports begin (PO6)."""
    tender = _move(actor, code, "publicise_hire", "tender.hire_publicised", at)
    for lot in _lots(tender, lots, "open"):
        _to(lot, "award")
    return _publish(tender, "hire", notice_title(tender, "hire"), fields, body, at)


@transaction.atomic
def conclude_hire(*, actor: Actor, code: str, lots: Collection[int], at: datetime) -> Tender:
    """End a recruitment with its contracts: a post for which nobody is left stays vacant, and with
    no post filled the recruitment has failed.
    """
    event = "conclude_hire" if lots else "fail"
    kind = "tender.hire_concluded" if lots else "tender.failed"
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.conclude_hire", tender)
    tender.state = lifecycle_of(tender).after(tender.state, event)
    tender.next_due_at = None
    tender.save(update_fields=["state", "next_due_at"])
    for lot in _lots(tender, lots, "awarded"):
        _to(lot, "sign")
    _tell_vacant(tender, actor, at)
    tell(tender, kind, actor, at)
    return tender


def _tell_vacant(tender: Tender, actor: Actor, at: datetime) -> None:
    """Fail the posts whose people all fell away, and tell the public: their day is today, not that
    on which the publicity began.
    """
    lots = list(tender.lots.select_for_update().filter(state="awarded").order_by("number"))
    if not lots:
        return
    reason = str(FELL_AWAY)
    for lot in lots:
        _to(lot, "fail", reason)
    vacant = [{"number": lot.number, "title": lot.title} for lot in lots]
    title = notice_title(tender, "failure")
    _publish(tender, "failure", title, {"article": "", "lots": vacant}, reason, at)
    for lot in lots:
        tell(tender, "lot.failed", actor, at, lot=lot.number, reason=reason)


def _move(actor: Actor, code: str, event: str, kind: str, at: datetime) -> Tender:
    tender = queries.lock_tender(code)
    policy.require(actor, f"tender.{event}", tender)
    tender.state = lifecycle_of(tender).after(tender.state, event)
    tender.save(update_fields=["state"])
    tell(tender, kind, actor, at)
    return tender


def _publish(
    tender: Tender, kind: str, title: str, fields: Mapping[str, Any], body: str, at: datetime
) -> Notice:
    return publish_notice(
        tender=tender, kind=kind, title=title, fields=dict(fields), body=body, at=at
    )


def _lots(tender: Tender, numbers: Collection[int], state: str) -> list[Lot]:
    rows = tender.lots.select_for_update().filter(number__in=numbers, state=state)
    return list(rows.order_by("number"))


def _to(lot: Lot, event: str, failure: str = "") -> None:
    lot.state, lot.failure = LOT.after(lot.state, event), failure
    lot.save(update_fields=["state", "failure"])
