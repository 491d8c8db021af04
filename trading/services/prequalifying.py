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
from trading.domain.prequalification import Prequalifies
from trading.markets import lifecycle_of, method_of
from trading.models import Notice, Tender
from trading.queries import DECIDED, REVIEWED, Filed
from trading.services.amending import end_corrections
from trading.services.entering import require_registered
from trading.services.gates import Change, amend_gate, close_gate, let_in, open_gate, take_dates
from trading.services.procedure import fail_tender
from trading.services.publishing import announce
from trading.services.telling import tell

TOO_FEW: Final = _("通过资格预审的申请人不足%(least)s家。")


@transaction.atomic
def publish_prequal(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Publish the prequalification notice of an approved tender: applications open (BLR 15)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_prequal", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_prequal")
    require_registered(tender, at)
    completeness.plan_publication(queries.facts(tender, at), at)
    return open_gate(tender, after, actor=actor, at=at)


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
    change = Change(changes, reason, affects_applications, closes_at, documents)
    later = closes_at is not None and closes_at != queries.gate_closes_at(tender)
    notice = amend_gate(tender, change, actor=actor, at=at)
    end_corrections(actor, tender, at, changed=bool(changes or documents) or later)
    return notice


@transaction.atomic
def close_applications(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the time to apply at its deadline."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close_applications", tender)
    after = lifecycle_of(tender).after(tender.state, "close_applications")
    return close_gate(tender, after, actor=actor, at=at)


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
    representatives: Sequence[str] = (),
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
    how = _how(tender)
    filed = queries.filed_for_review(tender)
    # Where nobody applied nobody reviewed: a committee would have to be made up.
    reviewers, own = (
        prequalification.read_panel(panel, representatives, queries.review_committee(tender))
        if filed
        else ((), ())
    )
    prequalification.require_reviewed([one.verdict for one in filed])
    passed = [one.owner for one in filed if one.verdict and one.verdict.passed]
    least = queries.least_prequalified(tender)
    goes_on = len(passed) >= least
    if goes_on:
        take_dates(tender, dates or {}, at)
        let_in(tender, passed)
    told = {"panel": [*reviewers], "representatives": [*own], "goes_on": goes_on, "turn": 0}
    _tell_each(tender, filed, told, at)
    tell(tender, "tender.prequal_closed", actor, at)
    if not goes_on:
        reason = str(TOO_FEW) % {"least": queries.said_least(least)}
        return fail_tender(actor=SYSTEM, code=code, reason=reason, article=how.too_few, at=at)
    return announce(tender, after, actor=actor, at=at)


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
        let_in(tender, [*queries.chosen_of(tender), uscc])
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
