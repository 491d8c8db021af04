"""Read anonymous leads: by who looks into them, and by who has the receipt code."""

import hashlib
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from accounts.domain import CENTRE_INSPECTOR, PUBLIC, REGULATOR, Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from monitoring.models import Lead
from trading import queries as trading
from trading.models import Tender

LEAD_READERS: Final = (REGULATOR, CENTRE_INSPECTOR)


def public_tender(code: str, at: datetime) -> Tender | None:
    """Give a project everybody may know of; None for a code that is none."""
    try:
        return trading.tender_for(PUBLIC, code, at)
    except Missing:
        return None


def leads_of(actor: Actor) -> QuerySet[Lead]:
    """List the leads: to the regulator and the centre's inspection all, to others none."""
    rows = Lead.objects.select_related("tender").order_by("-filed_at", "-pk")
    return rows if actor.has(*LEAD_READERS) else rows.none()


def reads_leads(actor: Actor) -> bool:
    """Tell whether leads are the actor's to look into; for others there are none."""
    return actor.has(*LEAD_READERS)


def lead_for(actor: Actor, number: str) -> Lead:
    """Give a lead, locked, to who looks into it; for others there is none."""
    if found := leads_of(actor).select_for_update(of=("self",)).filter(number=number).first():
        return found
    raise Missing("lead.missing", _("没有这条线索，或您无权查看。"))


def lead_by_receipt(code: str) -> Lead:
    """Give a lead, locked, to whoever has its receipt code."""
    rows = Lead.objects.select_for_update().filter(receipt=receipt_digest(code))
    if found := rows.first():
        return found
    raise Missing("lead.no_receipt", _("没有这个回执码对应的线索。请核对后重新输入。"))


def receipt_digest(code: str) -> str:
    """Give what is kept of a receipt code, however it was typed."""
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"lead receipt {plain}".encode()).hexdigest()


def lead_thread(lead: Lead) -> list[dict[str, Any]]:
    """Open what was reported and answered; whoever answered is not named to who reported."""
    return [
        {
            "text": private.unlock(bytes(one.sealed), f"lead/{lead.number}").decode(),
            "is_answer": one.answered_by_id is not None,
            "at": one.at,
        }
        for one in lead.messages.all()
    ]
