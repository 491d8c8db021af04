"""Anonymous leads: filed without a name under a receipt code, looked into, answered (rulebook 7: an
anonymous letter is a lead, no complaint). Nothing is held still by one, and nobody learns of it but
who looks into it.
"""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import PUBLIC, Access, Actor
from accounts.services import record_access
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger import private
from monitoring import leads as reading
from monitoring import policy
from monitoring.domain import LEAD, lead_text
from monitoring.models import Lead
from trading.services.telling import tell_apart

ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, OF_EACH = 4, 4


def _hour(at: datetime) -> datetime:
    """Give all that is kept of when somebody unknown came: an instant is found again elsewhere,
    beside a name.
    """
    return at.replace(minute=0, second=0, microsecond=0)


def _drawn(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _one in range(length))


@transaction.atomic
def file_lead(*, actor: Actor, text: str, tender: str = "", at: datetime) -> str:
    """Take a lead from anybody and give its receipt code, which is kept nowhere; whoever is signed
    in is not written down either.
    """
    policy.require(actor, "lead.file", None)
    hour = _hour(at)
    code = "-".join(_drawn(OF_EACH) for _one in range(GROUPS))
    number = f"XS-{_drawn(8)}"
    about = reading.public_tender(tender.strip(), at) if tender.strip() else None
    if tender.strip() and about is None:
        raise Invalid(
            "lead.tender", _("没有这个编号的公开项目。不清楚编号的请留空。"), field="tender"
        )
    filed = Lead.objects.create(
        number=number, receipt=reading.receipt_digest(code), tender=about, filed_at=hour
    )
    _write(filed, lead_text(text), hour)
    tell_apart("lead.filed", PUBLIC, hour, lead=number)
    return code


@transaction.atomic
def add_to_lead(*, actor: Actor, receipt: str, text: str, at: datetime) -> Lead:
    """Add something to a lead by its receipt code."""
    policy.require(actor, "lead.add", None)
    hour = _hour(at)
    found = reading.lead_by_receipt(receipt)
    found.state = LEAD.after(found.state, "add")
    found.save(update_fields=["state"])
    _write(found, lead_text(text), hour)
    tell_apart("lead.added", PUBLIC, hour, lead=found.number)
    return found


@transaction.atomic
def follow_lead(*, receipt: str) -> Lead:
    """Give a lead to whoever has its code; of that look nothing is kept."""
    return reading.lead_by_receipt(receipt)


@transaction.atomic
def read_lead(*, actor: Actor, number: str, address: str, at: datetime) -> Lead:
    """Open a lead for who looks into it, on record."""
    found = reading.lead_for(actor, number)
    access = Access(subject=f"lead:{number}", purpose="核查匿名线索", address=address)
    record_access(actor=actor, access=access, at=at)
    return found


@transaction.atomic
def answer_lead(*, actor: Actor, number: str, text: str, at: datetime) -> Lead:
    """Answer a lead: whoever has its code reads it."""
    return _reply("answer", "lead.answered", actor, number, text, at)


@transaction.atomic
def close_lead(*, actor: Actor, number: str, text: str, at: datetime) -> Lead:
    """Close a lead with what was found; whoever has its code reads it."""
    return _reply("close", "lead.closed", actor, number, text, at)


def _reply(event: str, kind: str, actor: Actor, number: str, text: str, at: datetime) -> Lead:
    found = reading.lead_for(actor, number)
    policy.require(actor, f"lead.{event}", found)
    found.state = LEAD.after(found.state, event)
    found.save(update_fields=["state"])
    _write(found, lead_text(text), at, by=actor)
    tell_apart(kind, actor, at, lead=number)
    return found


def _write(lead: Lead, text: str, at: datetime, by: Actor | None = None) -> None:
    person = accounts.person(by.ref.removeprefix("person:")) if by else None
    sealed = private.lock(text.encode(), f"lead/{lead.number}")
    lead.messages.create(sealed=sealed, answered_by=person, at=at)
