"""Prequalification by those who run it: publish, amend, close the applications, review them, and
let those who passed bid (BLR 15 to 19, 21; GPR 21).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import private
from ledger.private import Wish
from trading import policy, queries
from trading.domain import award, completeness, files, prequalification
from trading.domain.invitations import Invited
from trading.domain.prequalification import Prequalifies
from trading.markets import lifecycle_of, method_of
from trading.models import Notice, Tender
from trading.queries import DECIDED, REVIEWED, Filed
from trading.services.checking import assign
from trading.services.documents import keep_upload
from trading.services.drafting import cleaned, required
from trading.services.notices import notice_title, publish_notice
from trading.services.procedure import fail_tender
from trading.services.publishing import announce
from trading.services.telling import tell

AMENDABLE: Final = frozenset({"summary", "contact_name", "contact_phone", "qualification"})
TOO_FEW: Final = _("通过资格预审的申请人不足%(least)s家。")
DATES: Final = ("documents_from", "documents_until", "bids_close_at")


@transaction.atomic
def publish_prequal(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Publish the prequalification notice of an approved tender: applications open (BLR 15)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_prequal", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_prequal")
    facts = queries.facts(tender, at)
    completeness.plan_publication(facts, at)
    closes = prequalification.closing(facts)
    queries.require_as_approved(tender)
    tender.state, tender.published_at = after, at
    tender.next_due_at = closes + completeness.CLOSING_GRACE
    tender.save(update_fields=["state", "published_at", "next_due_at"])
    notice = publish_notice(
        tender=tender,
        kind="prequalification",
        title=notice_title(tender, "prequalification"),
        fields=queries.prequal_fields(tender),
        at=at,
    )
    told = {"title": tender.title, "closes_at": closes, "text_digest": tender.text_digest}
    tell(tender, "tender.prequal_published", actor, at, notice=notice.number, **told)
    return tender


@transaction.atomic
def amend_prequal(  # noqa: PLR0913 - an amendment is one act with all its parts
    *,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    affects_applications: bool,
    closes_at: datetime | None = None,
    documents: Sequence[files.Upload] = (),
    at: datetime,
) -> Notice:
    """Change what applicants answer by a public amendment; what may affect the applications leaves
    at least three days, or their deadline moves (BLR 21).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.amend_prequal", tender)
    lifecycle_of(tender).after(tender.state, "amend_prequal")
    before = prequalification.closing(queries.facts(tender, at))
    plan = prequalification.plan_amendment(
        queries.facts(tender, at), at, affects=affects_applications, wanted=closes_at
    )
    why = required(reason, "reason", 1000)
    if unknown := sorted(set(changes) - AMENDABLE):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    assign(tender, {name: cleaned(tender, name, value) for name, value in changes.items()})
    for upload in documents:
        keep_upload(tender, upload, at)
    # What the call needs could not be put back once applications have closed.
    completeness.require_whole(completeness.missing_before_submission(queries.facts(tender, at)))
    return _amended(tender, before, plan, why, actor, at)


def move_applications(*, actor: Actor, tender: Tender, days: int, body: str, at: datetime) -> None:
    """Give applicants back the days for which a prequalification stood still; the tender's row is
    locked by the caller.
    """
    facts = queries.facts(tender, at)
    before = prequalification.closing(facts)
    _amended(tender, before, prequalification.plan_later(facts, days), body, actor, at)


def _amended(
    tender: Tender,
    before: datetime,
    plan: completeness.Amendment,
    body: str,
    actor: Actor,
    at: datetime,
) -> Notice:
    tender.prequalification_close_at = plan.bids_close_at
    tender.next_due_at = plan.bids_close_at + completeness.CLOSING_GRACE
    tender.save()
    tender.text_digest = queries.digest_of(queries.text_of(tender))
    tender.save(update_fields=["text_digest"])
    fields = queries.prequal_fields(tender)
    if plan.moved:
        fields |= {"closes_before": before, "closes_at": plan.bids_close_at}
        fields |= {"article": plan.article}
    notice = publish_notice(
        tender=tender,
        kind="prequal_amendment",
        title=notice_title(tender, "prequal_amendment"),
        fields=fields,
        body=body,
        at=at,
    )
    told = {"closes_at": plan.bids_close_at, "text_digest": tender.text_digest}
    tell(tender, "tender.prequal_amended", actor, at, notice=notice.number, **told)
    return notice


@transaction.atomic
def close_applications(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the time to apply at its deadline; how many did is told to nobody but those who review
    them (BL 22).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close_applications", tender)
    after = lifecycle_of(tender).after(tender.state, "close_applications")
    closes = prequalification.require_closing_time(queries.facts(tender, at), at)
    tender.state, tender.next_due_at = after, None
    tender.save(update_fields=["state", "next_due_at"])
    tell(tender, "tender.applications_closed", actor, at, deadline=closes)
    return tender


@transaction.atomic
def review_prequal(
    *, actor: Actor, code: str, application: UUID, unmet: Mapping[str, str], at: datetime
) -> Filed:
    """Say which published terms an applicant does not meet, each with its reason; whoever meets all
    of them passes. Until the end a review may be corrected, and every one is kept.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "prequal.review", tender)
    if tender.state != "prequal_review":
        raise Conflict("prequal.not_reviewing", _("只能在资格预审申请截止后、结果通知前审查。"))
    filed = queries.filed_of(actor, tender, application)
    if filed.void:
        raise Conflict("prequal.void", _("这份申请依法无效，不必审查：%(why)s"), why=filed.void)
    verdict = prequalification.read_verdict(unmet, tender.qualification)
    private.withhold(
        tender=code,
        owner=filed.owner,
        kind=REVIEWED,
        actor=actor.ref,
        at=at,
        once=f"prequal.review.{filed.owner}.{filed.reviews}",
        turn=filed.reviews,
        unmet=dict(verdict.unmet),
    )
    return queries.filed_of(actor, tender, application)


@transaction.atomic
def close_prequal(
    *,
    actor: Actor,
    code: str,
    panel: Sequence[str],
    dates: Mapping[str, date | datetime] | None = None,
    at: datetime,
) -> Tender:
    """End a prequalification: every applicant is told its own result at one instant, and those who
    passed get the documents and may bid; with too few the tender fails (BLR 19).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close_prequal", tender)
    award.require_no_suspension([row.reason for row in tender.suspensions.filter(ended_at=None)])
    after = lifecycle_of(tender).after(tender.state, "close_prequal")
    how, least_members = _how(tender), queries.least_reviewers(tender)
    filed = queries.filed_for_review(tender)
    # Where nobody applied nobody reviewed: a committee would have to be made up.
    reviewers = (
        prequalification.read_panel(panel, least=least_members, article=how.panel_article)
        if filed
        else ()
    )
    prequalification.require_reviewed([one.verdict for one in filed])
    passed = [one.owner for one in filed if one.verdict and one.verdict.passed]
    least = queries.least_prequalified(tender)
    goes_on = len(passed) >= least
    if goes_on:
        _take_dates(tender, dates or {}, at)
        _let_in(tender, passed)
    told = {"panel": [*reviewers], "goes_on": goes_on, "turn": 0}
    _tell_each(tender, filed, told, at)
    tell(tender, "tender.prequal_closed", actor, at)
    if not goes_on:
        reason = str(TOO_FEW) % {"least": queries.said_least(least)}
        return fail_tender(actor=SYSTEM, code=code, reason=reason, article=how.too_few, at=at)
    return announce(tender, after, actor=actor, at=at)


def _take_dates(tender: Tender, dates: Mapping[str, date | datetime], at: datetime) -> None:
    """Take other dates than those approved, where the review took longer; all else in the text is
    as it was approved.
    """
    queries.require_as_approved(tender)
    if unknown := sorted(set(dates) - set(DATES)):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    if dates:
        assign(tender, {name: cleaned(tender, name, value) for name, value in dates.items()})
        tender.save()
        tender.text_digest = queries.digest_of(queries.text_of(tender))
    prequalification.require_ahead(tender.documents_from, at)


def _let_in(tender: Tender, passed: Sequence[str]) -> None:
    if len(passed) > prequalification.MOST_PASSERS:
        most = prequalification.MOST_PASSERS
        raise Conflict("prequal.too_many", _("合格的申请人超过 %(most)s 家。"), most=most)
    tender.invited = queries.lock_invited(tender.code, Invited(tuple(sorted(passed))))


def _tell_each(
    tender: Tender, filed: Sequence[Filed], told: Mapping[str, object], at: datetime
) -> None:
    private.withhold_all(
        Wish(
            tender=tender.code,
            owner=one.owner,
            kind=DECIDED,
            actor=SYSTEM.ref,
            at=at,
            once=f"prequal.decided.{one.owner}",
            data={"unmet": dict(one.verdict.unmet) if one.verdict else {}, **told},
        )
        for one in filed
    )


@transaction.atomic
def admit_applicant(*, actor: Actor, code: str, uscc: str, reason: str, at: datetime) -> Tender:
    """Let an applicant in after all whose objection to its result was right: it alone is told, for
    anybody else would learn who may bid.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.admit_applicant", tender)
    lifecycle_of(tender).after(tender.state, "admit_applicant")
    take_in(actor=actor, tender=tender, uscc=uscc, reason=reason, at=at)
    return tender


def take_in(*, actor: Actor, tender: Tender, uscc: str, reason: str, at: datetime) -> None:
    """Let one who was found not to pass bid after all; the tender's row is locked by the caller."""
    if queries.is_kept_out(tender, uscc):
        _let_in(tender, [*queries.chosen_of(tender), uscc])
        tender.save(update_fields=["invited"])
        correct_result(actor=actor, tender=tender, uscc=uscc, reason=reason, at=at)


def correct_result(
    *,
    actor: Actor,
    tender: Tender,
    uscc: str,
    reason: str,
    too_late: bool = False,
    at: datetime,
) -> None:
    """Tell one who was found not to pass that it did; after bids have closed it cannot bid."""
    private.withhold(
        tender=tender.code,
        owner=uscc,
        kind=DECIDED,
        actor=actor.ref,
        at=at,
        once=f"prequal.decided.{uscc}.1",
        unmet={},
        panel=[],
        goes_on=True,
        turn=1,
        reason=reason,
        too_late=too_late,
    )


def _how(tender: Tender) -> Prequalifies:
    how = method_of(tender).prequalification
    if how is None:
        raise Invalid("prequal.not_here", _("这种交易方式没有资格预审。"))
    return how
