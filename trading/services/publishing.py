"""Publish a tender, and what follows while it takes bids: amendments and clarifications."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid, Missing
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import completeness, files
from trading.markets import lifecycle_of
from trading.models import Clarification, Notice, Tender
from trading.services.checking import assign
from trading.services.drafting import cleaned, keep_upload, required
from trading.services.notices import publish_notice
from trading.services.telling import tell

AMENDABLE: Final = frozenset(
    {
        "summary",
        "place",
        "contact_name",
        "contact_phone",
        "qualification",
        "conformity",
        "scheme",
        "documents_until",
    }
)
LONGEST_ANSWER: Final = 4000


@transaction.atomic
def publish_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Make an approved tender public: freeze its text and key custody by hash, start the bidding
    period (GPL 35, M87 13).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish", tender)
    after = lifecycle_of(tender).after(tender.state, "publish")
    plan = completeness.plan_publication(queries.facts(tender), at)
    text = queries.text_of(tender)
    if queries.digest_of(text) != tender.text_digest:
        raise Conflict(
            "tender.not_as_approved", _("文本与采购人审核通过时不一致，请退回重新审核。")
        )
    custody = queries.policy_of(tender)
    tender.state, tender.published_at, tender.document_version = after, at, 1
    tender.bids_close_at, tender.next_due_at = plan.bids_close_at, plan.next_due_at
    tender.policy, tender.policy_digest = custody, queries.digest_of(custody)
    tender.save()
    notice = publish_notice(
        tender=tender,
        kind="tender",
        title=_notice_title(tender, "公开招标公告"),
        fields={"text": text, "policy_digest": tender.policy_digest, "version": 1},
        at=at,
    )
    tell(
        tender,
        "tender.published",
        actor,
        at,
        title=tender.title,
        lots=plan.lots,
        stages=plan.stages,
        closes_at=plan.bids_close_at,
        text_digest=tender.text_digest,
        version=1,
        policy=custody,
        policy_digest=tender.policy_digest,
        notice=notice.number,
    )
    return tender


@transaction.atomic
def amend_tender(  # noqa: PLR0913 - an amendment is one act with all its parts
    *,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    affects_bids: bool,
    bids_close_at: datetime | None = None,
    documents: Sequence[files.Upload] = (),
    removed: Sequence[int] = (),
    at: datetime,
) -> Notice:
    """Change a published text by a public amendment; the deadline moves when the rule says so
    (GPR 31).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.amend", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "amend")
    plan = completeness.plan_amendment(
        queries.facts(tender), at, affects_bids=affects_bids, wanted=bids_close_at
    )
    why = required(reason, "reason", 1000)
    if unknown := sorted(set(changes) - AMENDABLE):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    assign(tender, {name: cleaned(tender, name, value) for name, value in changes.items()})
    for number in removed:
        gone = queries.attachment_of(tender, number)
        gone.removed_at = at
        gone.save(update_fields=["removed_at"])
    for upload in documents:
        keep_upload(tender, upload, at)
    return _new_version(
        tender, plan, actor=actor, kind="amendment", title="更正公告", body=why, at=at
    )


@transaction.atomic
def publish_clarification(
    *, actor: Actor, code: str, token: str, answer: str, affects_bids: bool, at: datetime
) -> Notice:
    """Answer a question in public, without its author, to all at once (M87 27, GPR 31)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "clarification.publish", tender)
    lifecycle_of(tender).after(tender.state, "amend")
    asked = _question(tender, token)
    plan = completeness.plan_amendment(queries.facts(tender), at, affects_bids=affects_bids)
    asked.answer = required(answer, "answer", LONGEST_ANSWER)
    asked.answered_at, asked.affects_bids = at, affects_bids
    asked.save(update_fields=["answer", "answered_at", "affects_bids"])
    return _new_version(
        tender,
        plan,
        actor=actor,
        kind="clarification",
        title="澄清公告",
        body=asked.answer,
        question=asked.question,
        at=at,
    )


def _question(tender: Tender, token: str) -> Clarification:
    asked = Clarification.objects.filter(tender=tender, token=token).first()
    if asked is None:
        raise Missing("clarification.missing", _("没有这个疑问。"))
    if asked.answered_at is not None:
        raise Conflict("clarification.answered", _("该疑问已经答复。"))
    return asked


def _new_version(  # noqa: PLR0913 - one act with all its parts
    tender: Tender,
    plan: completeness.Amendment,
    *,
    actor: Actor,
    kind: str,
    title: str,
    body: str,
    question: str = "",
    at: datetime,
) -> Notice:
    """Freeze the changed text as the next version, publish it, and tell of a moved deadline."""
    before = tender.bids_close_at
    tender.document_version += 1
    tender.bids_close_at = plan.bids_close_at
    tender.next_due_at = plan.bids_close_at + completeness.CLOSING_GRACE
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
        title=_notice_title(tender, title),
        fields=fields,
        body=body,
        at=at,
    )
    fact = "tender.amended" if kind == "amendment" else "clarification.published"
    tell(
        tender,
        fact,
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


def _notice_title(tender: Tender, kind: str) -> str:
    return f"{tender.title}{kind}"
