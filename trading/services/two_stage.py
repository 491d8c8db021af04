"""Two stages by those who run them: ask for proposals without a price, read them, and call for bids
with the document made from them (BLR 30).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import award, completeness, files, first_stage, gates
from trading.domain.first_stage import FirstStage
from trading.markets import lifecycle_of, method_of
from trading.models import Notice, Tender
from trading.services.amending import end_corrections
from trading.services.entering import require_registered
from trading.services.gates import Change, amend_gate, close_gate, freeze, let_in, open_gate
from trading.services.procedure import fail_tender
from trading.services.publishing import announce

TOO_FEW: Final = _("提交技术建议的投标人不足%(least)s家。")


@transaction.atomic
def publish_first_stage(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Publish the first notice of an approved tender: proposals without a price are asked for."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_first_stage", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_first_stage")
    require_registered(tender, at)
    return open_gate(tender, after, actor=actor, at=at)


@transaction.atomic
def amend_first_stage(  # noqa: PLR0913 - an amendment is one act with all its parts
    *,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    affects_proposals: bool,
    closes_at: datetime | None = None,
    documents: Sequence[files.Upload] = (),
    at: datetime,
) -> Notice:
    """Change by a public amendment what is asked to be proposed."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.amend_first_stage", tender)
    lifecycle_of(tender).after(tender.state, "amend_first_stage")
    change = Change(changes, reason, affects_proposals, closes_at, documents)
    later = closes_at is not None and closes_at != queries.gate_closes_at(tender)
    notice = amend_gate(tender, change, actor=actor, at=at)
    end_corrections(actor, tender, at, changed=bool(changes or documents) or later)
    return notice


@transaction.atomic
def close_proposals(*, actor: Actor = SYSTEM, code: str, at: datetime) -> Tender:
    """End the time to propose at its deadline; where too few did, there is no second stage, and the
    tender is begun anew (BL 28).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.close_proposals", tender)
    after = lifecycle_of(tender).after(tender.state, "close_proposals")
    close_gate(tender, after, actor=actor, at=at)
    least = queries.least_proposals(tender)
    if len(queries.filed_for_review(tender)) >= least:
        return tender
    reason = str(TOO_FEW) % {"least": queries.said_least(least)}
    return fail_tender(actor=SYSTEM, code=code, reason=reason, article=_how(tender).too_few, at=at)


@transaction.atomic
def call_second_stage(*, actor: Actor, code: str, digest: str, at: datetime) -> Tender:
    """Call for bids with the second document as it was read, known by its digest: it goes to those
    alone who proposed, and from here on all is as in any tender.
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.call_second_stage", tender)
    award.require_no_suspension([row.reason for row in tender.suspensions.filter(ended_at=None)])
    after = lifecycle_of(tender).after(tender.state, "call_second_stage")
    completeness.plan_publication(queries.facts(tender, at), at)
    gates.require_ahead(tender.documents_from, at)
    freeze(tender)
    first_stage.require_as_read(digest, tender.text_digest)
    let_in(tender, [one.owner for one in queries.filed_for_review(tender)])
    return announce(tender, after, actor=actor, at=at)


def _how(tender: Tender) -> FirstStage:
    how = method_of(tender).first_stage
    if how is None:
        raise Invalid("first_stage.not_here", _("这种交易方式没有第一阶段。"))
    return how
