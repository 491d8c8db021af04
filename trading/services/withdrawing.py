"""Let a supplier out of its framework agreement before its last day, for a good reason (M110)."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import FRAMEWORK, call_offs
from trading.markets import lifecycle_of
from trading.models import FrameworkAgreement, Tender
from trading.services.calling import close_turns
from trading.services.drafting import required
from trading.services.telling import tell


@transaction.atomic
def ask_withdrawal(
    *, actor: Actor, code: str, number: int, place: int, reason: str, at: datetime
) -> FrameworkAgreement:
    """Ask to get out of an agreement, with the reason; it binds until the purchaser consents."""
    tender, made = _lock(actor, code, number, place, "ask_withdrawal", at)
    call_offs.require_in_force(queries.standing_of(made, at))
    if not lifecycle_of(tender).allows(tender.state, "archive"):
        raise Conflict("framework.not_all_signed", _("框架协议尚未全部签订，还不能申请退出。"))
    if made.withdrawal_asked_at is not None:
        raise Conflict("framework.withdrawal_asked_already", _("已经申请退出，等待征集人答复。"))
    made.withdrawal, made.withdrawal_refusal = required(reason, "reason"), ""
    made.withdrawal_asked_at = at
    made.save(update_fields=["withdrawal", "withdrawal_refusal", "withdrawal_asked_at"])
    _tell(tender, made, "framework.withdrawal_asked", actor, at, reason=made.withdrawal)
    return made


@transaction.atomic
def accept_withdrawal(
    *, actor: Actor, code: str, number: int, place: int, at: datetime
) -> FrameworkAgreement:
    """Consent: nothing more is called from the supplier; what it accepted it still signs."""
    tender, made = _lock(actor, code, number, place, "accept_withdrawal", at)
    _require_asked(made)
    made.state, made.closed_at = FRAMEWORK.after(made.state, "accept_withdrawal"), at
    made.withdrawal_asked_at = None
    made.save(update_fields=["state", "closed_at", "withdrawal_asked_at"])
    _tell(tender, made, "framework.withdrawal_accepted", actor, at)
    close_turns(tender, made, actor, at)
    return made


@transaction.atomic
def refuse_withdrawal(
    *, actor: Actor, code: str, number: int, place: int, reason: str, at: datetime
) -> FrameworkAgreement:
    """Refuse, with the reason: the agreement goes on."""
    tender, made = _lock(actor, code, number, place, "refuse_withdrawal", at)
    _require_asked(made)
    made.withdrawal_refusal, made.withdrawal_asked_at = required(reason, "reason"), None
    made.save(update_fields=["withdrawal_refusal", "withdrawal_asked_at"])
    said = made.withdrawal_refusal
    _tell(tender, made, "framework.withdrawal_refused", actor, at, reason=said)
    return made


def _require_asked(made: FrameworkAgreement) -> None:
    if made.withdrawal_asked_at is None:
        raise Conflict("framework.no_withdrawal", _("供应商没有申请退出框架协议。"))


def _tell(
    tender: Tender, made: FrameworkAgreement, kind: str, actor: Actor, at: datetime, **said: str
) -> None:
    told = {"lot": made.lot.number, "place": made.place, "supplier": made.supplier.name}
    tell(tender, kind, actor, at, **told, **said)


def _lock(
    actor: Actor, code: str, number: int, place: int, event: str, at: datetime
) -> tuple[Tender, FrameworkAgreement]:
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    made = queries.agreement_of(tender, number, place)
    policy.require(actor, f"framework.{event}", made)
    FRAMEWORK.after(made.state, event)
    return tender, made
