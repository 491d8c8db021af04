"""Name the one supplier of a draft, put it before the public, and give it up when somebody was
right to object (GPL 31, GPR 38, M74 38 to 40).
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from accounts import queries as accounts
from accounts.domain import Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import LOT, award, completeness, sources
from trading.markets import lifecycle_of, method_of
from trading.models import SoleSource, Tender
from trading.services.drafting import lock_draft, required
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell

LONGEST: Final = 4100
"""A whole answer, with what stands before it: what a decision rests on is not cut short."""


@transaction.atomic
def change_source(
    *, actor: Actor, code: str, source: sources.SourceTerms, at: datetime
) -> SoleSource:
    """Say whom alone a draft invites, on which ground, and who argues it."""
    tender = lock_draft(actor, "tender.change", code)
    if not method_of(tender).invites_sole:
        raise Invalid("source.not_here", _("这种交易方式不指定供应商。"), field="supplier")
    terms = sources.read(source)
    supplier = _supplier(tender, terms.supplier)
    values: dict[str, Any] = {**asdict(terms), "supplier": supplier}
    values["arguments"] = [asdict(one) for one in terms.arguments]
    kept, _made = SoleSource.objects.update_or_create(tender=tender, defaults=values)
    tell(tender, "tender.changed", actor, at, source=supplier.uscc, ground=terms.ground)
    return kept


def _supplier(tender: Tender, uscc: str) -> Organisation:
    """Take the supplier, who must be known here to answer; never a side of its own tender."""
    if uscc not in {body.uscc for body in queries.suppliers()}:
        raise Invalid(
            "source.supplier",
            _("没有这家供应商，请先请其在平台注册并完善供应商信息。"),
            field="supplier",
        )
    found = accounts.organisation(uscc)
    if found.pk in {tender.purchaser_id, tender.agency_id}:
        raise Invalid(
            "source.own_side", _("采购人和代理机构不能是本项目的供应商。"), field="supplier"
        )
    return found


@transaction.atomic
def publicise_source(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Put the intended sole supplier before the public with reason and arguments, for at least five
    working days; whoever objects is answered before anybody is invited (GPR 38, M74 38).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publicise_source", tender)
    after = lifecycle_of(tender).after(tender.state, "publicise_source")
    facts = queries.facts(tender, at)
    sources.require_publicity(facts.source or sources.SourceFacts(), facts.rules)
    completeness.plan_publication(facts, at)
    queries.require_as_approved(tender)
    source = queries.source_of(tender)
    source.publicised_at = at
    source.publicity_until = facts.rules.last_day("single_source_publicity", local_date(at))
    source.save(update_fields=["publicised_at", "publicity_until"])
    tender.state, tender.published_at = after, at
    tender.save(update_fields=["state", "published_at"])
    notice = publish_notice(
        tender=tender,
        kind="sole_source",
        title=notice_title(tender, "sole_source"),
        fields=queries.source_fields(tender, source),
        at=at,
    )
    told = {"until": source.publicity_until, "supplier": source.supplier.name}
    tell(tender, "tender.source_publicised", actor, at, notice=notice.number, **told)
    return tender


def require_invitable(tender: Tender, facts: completeness.TenderFacts, at: datetime) -> None:
    """Refuse to invite a sole supplier before the public was heard, or when the time it was given
    to respond is over.
    """
    source = facts.source
    if source is None:
        return
    unanswered = tender.challenges.filter(about="source", state__in=("filed", "accepted")).count()
    sources.require_invitable(source, unanswered, facts.rules, local_date(at))
    award.require_no_suspension([row.reason for row in tender.suspensions.filter(ended_at=None)])
    if tender.bids_close_at is not None and at >= tender.bids_close_at:
        raise Conflict(
            "source.deadline_passed",
            _("响应截止时间已过，不能再发出邀请。请终止本项目，重新确定日期后另行起草。"),
        )


def not_yet_invitable(tender: Tender, at: datetime) -> str:
    """Say why a sole supplier cannot be invited now; nothing where it can, or none is named."""
    try:
        require_invitable(tender, queries.facts(tender, at), at)
    except Conflict as refusal:
        return refusal.text(gettext(refusal.message))
    return ""


@transaction.atomic
def drop_source(*, actor: Actor, code: str, reason: str, at: datetime) -> Tender:
    """Give a single source up after an objection was upheld: it is bought in another way, by a
    tender of its own (M74 40).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.drop_source", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "drop_source")
    tender.save(update_fields=["state"])
    why = required(reason, "reason", LONGEST)
    for lot in tender.lots.select_for_update().filter(state="open"):
        lot.state = LOT.after(lot.state, "terminate")
        lot.save(update_fields=["state"])
    notice = publish_notice(
        tender=tender,
        kind="termination",
        title=notice_title(tender, "termination"),
        fields={"article": "《政府采购非招标采购方式管理办法》第四十条"},
        body=why,
        at=at,
    )
    tell(tender, "tender.source_dropped", actor, at, reason=why, notice=notice.number)
    return tender
