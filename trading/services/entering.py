"""Entry with the centre before a tender is announced: it looks at the form alone (rulebook 2.1)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import entry
from trading.markets import lifecycle_of
from trading.models import Tender
from trading.queries import entering
from trading.services.telling import tell


@transaction.atomic
def submit_entry(*, actor: Actor, code: str, agency_contract: str, at: datetime) -> Tender:
    """Hand an approved tender in for entry; it may be sent again after a refusal (BLR 7)."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.submit_entry", tender)
    if not entering.needs_entry(tender, at):
        raise Conflict("entry.not_asked", _("本项目不需要进场登记，审核通过后即可发布。"))
    after = lifecycle_of(tender).after(tender.state, "submit_entry")
    queries.require_as_approved(tender)
    tender.entry_contract = entry.read(agency_contract)
    if missing := entry.lacking(entering.entry_said(tender)):
        raise Conflict(
            "entry.lacking", _("还缺少：%(items)s，补齐后才能提交。"), items="、".join(missing)
        )
    tender.state, tender.return_reason = after, ""
    tender.save(update_fields=["state", "entry_contract", "return_reason"])
    tell(tender, "tender.entry_submitted", actor, at, agency_contract=tender.entry_contract)
    return tender


@transaction.atomic
def refuse_entry(
    *, actor: Actor, code: str, missing: Iterable[str], note: str = "", at: datetime
) -> Tender:
    """Send an entry back with the items that are missing; no other ground counts."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.refuse_entry", tender)
    after = lifecycle_of(tender).after(tender.state, "refuse_entry")
    items, said = entry.refusal(missing, note)
    tender.state, tender.return_reason = after, said
    tender.save(update_fields=["state", "return_reason"])
    tell(tender, "tender.entry_refused", actor, at, missing=items, reason=said)
    return tender


@transaction.atomic
def accept_entry(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Register a tender whose papers are all there: it may be announced."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.accept_entry", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "accept_entry")
    queries.require_as_approved(tender)
    tender.save(update_fields=["state"])
    tell(tender, "tender.entry_accepted", actor, at, text_digest=tender.text_digest)
    return tender


def require_registered(tender: Tender, at: datetime) -> None:
    """Refuse to announce what the centre has not registered where its rules ask for that."""
    if tender.state == "approved" and entering.needs_entry(tender, at):
        raise Conflict(
            "entry.missing", _("本中心的规则要求先办理进场登记。请提交进场登记，登记后即可发布。")
        )
