"""Publish a tender, and what follows while it takes bids: amendments and clarifications."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.calendar import local_date
from kernel.errors import Conflict, Missing
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import completeness, viewing
from trading.markets import lifecycle_of, method_of
from trading.models import Clarification, Notice, Tender
from trading.services.agreeing import take_agreement
from trading.services.asking import ask_shortlisted
from trading.services.drafting import required
from trading.services.entering import require_registered
from trading.services.invitations import issue_invitations
from trading.services.notices import notice_title, publish_notice
from trading.services.sources import require_invitable
from trading.services.telling import tell
from trading.services.transaction_codes import number_lots

LONGEST_ANSWER: Final = 4000
VERSION_FACTS: Final = {
    "amendment": "tender.amended",
    "clarification": "clarification.published",
    "extension": "tender.extended",
    "repricing": "tender.repriced",
}
STOOD_STILL: Final = _("暂停期间不计入投标准备时间，投标截止时间顺延 %(days)s 日。")
NOBODY: Final = _(
    "披露期满无意向受让方登记，按披露的安排延长 %(days)s 个工作日（第 %(number)s 次）。"
)


@transaction.atomic
def publish_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Make an approved tender public: freeze its text and key custody by hash, start the bidding
    period (GPL 35, M87 13).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish", tender)
    after = lifecycle_of(tender).after(tender.state, "publish")
    require_registered(tender, at)
    facts = queries.facts(tender, at)
    require_invitable(tender, facts, at)
    return announce(tender, after, actor=actor, at=at)


def announce(tender: Tender, after: str, *, actor: Actor, at: datetime) -> Tender:
    """Make a locked tender public in the state that follows: its text and key custody are frozen,
    the bidding period begins.
    """
    plan = completeness.plan_publication(queries.facts(tender, at), at)
    text = queries.require_as_approved(tender)
    # What the public was told of first keeps that day: the rules are pinned to it.
    tender.published_at = tender.published_at or at
    tender.state, tender.document_version = after, 1
    tender.bids_close_at, tender.next_due_at = plan.bids_close_at, plan.next_due_at
    sealing = _seal(tender, plan) if plan.stages else {}
    if not plan.stages:
        tender.documents_from = local_date(at)
    if method_of(tender).is_agreed:
        take_agreement(tender, at)
    tender.save()
    ask_shortlisted(tender, at)
    issue_invitations(tender, at)
    codes = number_lots(tender, at)
    notice = publish_notice(
        tender=tender,
        kind="tender",
        title=notice_title(tender, "tender"),
        fields={"text": text, "version": 1, "codes": codes, **_only(sealing, "policy_digest")},
        at=at,
    )
    tell(
        tender,
        "tender.published",
        actor,
        at,
        title=tender.title,
        lots=plan.lots,
        codes=codes,
        closes_at=plan.bids_close_at,
        text_digest=tender.text_digest,
        version=1,
        notice=notice.number,
        **sealing,
    )
    return tender


def _move_auctions(tender: Tender, before: datetime | None, at: datetime) -> None:
    """Move the auctions of a sale, and their viewings, with the end of its disclosure."""
    if before is None or tender.bids_close_at in {None, before}:
        return
    calendar = queries.work_calendar()
    for lot in tender.lots.exclude(auction={}):
        closes = tender.bids_close_at
        lot.auction = viewing.moved(lot.auction, before, closes, calendar, local_date(at))
        lot.save(update_fields=["auction"])


def _seal(tender: Tender, plan: completeness.Publication) -> dict[str, Any]:
    """Freeze who holds the keys, where bids are sealed; give what the fact says of it."""
    custody = queries.policy_of(tender)
    tender.policy, tender.policy_digest = custody, queries.digest_of(custody)
    return {"stages": plan.stages, "policy": custody, "policy_digest": tender.policy_digest}


def _only(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: told[name]} if name in told else {}


@transaction.atomic
def publish_clarification(
    *, actor: Actor, code: str, token: str, answer: str, affects_bids: bool, at: datetime
) -> Notice:
    """Answer a question in public, without its author, to all at once (M87 27, GPR 31)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "clarification.publish", tender)
    lifecycle_of(tender).after(tender.state, "amend")
    asked = _question(tender, token)
    held = tender.suspensions.filter(ended_at=None).exists()
    facts = queries.facts(tender, at)
    plan = completeness.plan_amendment(facts, at, affects_bids=affects_bids, stands_still=held)
    asked.answer = required(answer, "answer", LONGEST_ANSWER)
    asked.answered_at, asked.affects_bids = at, affects_bids
    asked.save(update_fields=["answer", "answered_at", "affects_bids"])
    return new_version(
        tender,
        plan,
        actor=actor,
        kind="clarification",
        body=asked.answer,
        question=asked.question,
        at=at,
    )


@transaction.atomic
def extend_tender(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Notice:
    """Let a disclosure go on for which nobody has registered, as it said it would."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.extend", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "extend")
    facts = queries.facts(tender, at)
    completeness.require_closing_time(facts, at)
    if not queries.may_go_on(tender):
        raise Conflict("tender.no_extension", _("已有意向受让方登记，或延长次数已用完。"))
    tender.extended += 1
    plan = completeness.plan_extension(facts, tender.extension["days"])
    body = str(NOBODY) % {"days": tender.extension["days"], "number": tender.extended}
    return new_version(tender, plan, actor=actor, kind="extension", body=body, at=at)


def move_deadline(
    *, actor: Actor, tender: Tender, days: int, article: str = "", at: datetime
) -> Notice:
    """Give bidders back the days for which a tender that takes bids stood still, or more where an
    article asks for them; the tender's row is locked by the caller.
    """
    plan = replace(completeness.plan_later(queries.facts(tender, at), days), article=article)
    body = str(STOOD_STILL) % {"days": days}
    return new_version(tender, plan, actor=actor, kind="amendment", body=body, at=at)


def _question(tender: Tender, token: str) -> Clarification:
    asked = Clarification.objects.filter(tender=tender, token=token).first()
    if asked is None:
        raise Missing("clarification.missing", _("没有这个疑问。"))
    if asked.answered_at is not None:
        raise Conflict("clarification.answered", _("该疑问已经答复。"))
    return asked


def new_version(  # noqa: PLR0913 - one act with all its parts
    tender: Tender,
    plan: completeness.Amendment,
    *,
    actor: Actor,
    kind: str,
    body: str,
    question: str = "",
    at: datetime,
) -> Notice:
    """Freeze the changed text as the next version, publish it, and tell of a moved deadline."""
    before = tender.bids_close_at
    tender.document_version += 1
    tender.bids_close_at = plan.bids_close_at
    tender.next_due_at = plan.bids_close_at + completeness.CLOSING_GRACE
    _move_auctions(tender, before, at)
    text = queries.text_of(tender)
    tender.text_digest = queries.digest_of(text)
    tender.save()
    fields: dict[str, Any] = {"text": text, "version": tender.document_version}
    if question:
        fields["question"] = question
    if plan.moved:
        fields |= {
            "closes_before": before,
            "closes_at": plan.bids_close_at,
            "article": plan.article,
        }
    notice = publish_notice(
        tender=tender,
        kind=kind,
        title=notice_title(tender, kind),
        fields=fields,
        body=body,
        at=at,
    )
    tell(
        tender,
        VERSION_FACTS[kind],
        actor,
        at,
        notice=notice.number,
        version=tender.document_version,
        text_digest=tender.text_digest,
    )
    if plan.moved:
        tell(
            tender,
            "tender.deadline_moved",
            actor,
            at,
            before=before,
            closes_at=plan.bids_close_at,
            article=plan.article,
            notice=notice.number,
        )
    return notice
