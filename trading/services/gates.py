"""What all gates before a call share for those who run them: open by a notice, amend, close at the
deadline, and let in who came through.

Each function works on a tender locked by its caller, which has asked whether the actor may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import completeness, files, gates
from trading.domain.invitations import Invited
from trading.models import Notice, Tender
from trading.services.checking import assign
from trading.services.documents import keep_upload
from trading.services.drafting import cleaned, required
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell

AMENDABLE: Final = frozenset({"summary", "contact_name", "contact_phone", "qualification"})
DATES: Final = ("documents_from", "documents_until", "bids_close_at")


@dataclass(frozen=True)
class Change:
    """What an amendment of a gate changes, why, and whether it may affect what is handed in."""

    changes: Mapping[str, Any]
    reason: str
    affects: bool
    closes_at: datetime | None
    documents: Sequence[files.Upload]


def open_gate(tender: Tender, after: str, *, actor: Actor, at: datetime) -> Tender:
    """Publish the notice of a gate: from now on something may be handed in."""
    gate, facts = queries.gate_of(tender), queries.facts(tender, at)
    completeness.require_whole(completeness.missing_before_publication(facts))
    completeness.require_lawful_dates(facts, at)
    closes = gates.closing(gate, facts)
    queries.require_as_approved(tender)
    tender.state, tender.published_at = after, at
    tender.next_due_at = closes + completeness.CLOSING_GRACE
    tender.save(update_fields=["state", "published_at", "next_due_at"])
    notice = publish_notice(
        tender=tender,
        kind=gate.notice,
        title=notice_title(tender, gate.notice),
        fields=queries.gate_notice(tender),
        at=at,
    )
    told = {"title": tender.title, "closes_at": closes, "text_digest": tender.text_digest}
    tell(tender, gate.published, actor, at, notice=notice.number, **told)
    return tender


def amend_gate(tender: Tender, change: Change, *, actor: Actor, at: datetime) -> Notice:
    """Change by a public amendment what is asked for; what may affect what is handed in leaves the
    days of the rules, or the deadline moves (BLR 21).
    """
    gate, facts = queries.gate_of(tender), queries.facts(tender, at)
    before = gates.closing(gate, facts)
    held = tender.suspensions.filter(ended_at=None).exists()
    plan = gates.plan_amendment(
        gate, facts, at, affects=change.affects, wanted=change.closes_at, stands_still=held
    )
    why = required(change.reason, "reason", 1000)
    if unknown := sorted(set(change.changes) - AMENDABLE):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    assign(tender, {name: cleaned(tender, name, value) for name, value in change.changes.items()})
    for upload in change.documents:
        keep_upload(tender, upload, at)
    # What the call needs could not be put back once the gate has closed.
    completeness.require_whole(completeness.missing_before_submission(queries.facts(tender, at)))
    return _amended(tender, before, plan, why, actor, at)


def move_gate(*, actor: Actor, tender: Tender, days: int, body: str, at: datetime) -> None:
    """Give back the days for which a gate stood still."""
    gate, facts = queries.gate_of(tender), queries.facts(tender, at)
    plan = gates.plan_later(gate, facts, days)
    _amended(tender, gates.closing(gate, facts), plan, body, actor, at)


def _amended(
    tender: Tender,
    before: datetime,
    plan: completeness.Amendment,
    body: str,
    actor: Actor,
    at: datetime,
) -> Notice:
    gate = queries.gate_of(tender)
    setattr(tender, gate.closes, plan.bids_close_at)
    tender.next_due_at = plan.bids_close_at + completeness.CLOSING_GRACE
    tender.save()
    freeze(tender)
    fields = queries.gate_notice(tender)
    if plan.moved:
        fields |= {"closes_before": before, "closes_at": plan.bids_close_at}
        fields |= {"article": plan.article}
    notice = publish_notice(
        tender=tender,
        kind=gate.amendment,
        title=notice_title(tender, gate.amendment),
        fields=fields,
        body=body,
        at=at,
    )
    told = {"closes_at": plan.bids_close_at, "text_digest": tender.text_digest}
    tell(tender, gate.amended, actor, at, notice=notice.number, **told)
    return notice


def close_gate(tender: Tender, after: str, *, actor: Actor, at: datetime) -> Tender:
    """End the time to hand in at its deadline; how many did is told to nobody but those who read it
    (BL 22).
    """
    gate = queries.gate_of(tender)
    closes = gates.require_closing_time(gate, queries.facts(tender, at), at)
    tender.state, tender.next_due_at = after, None
    tender.save(update_fields=["state", "next_due_at"])
    tell(tender, gate.closed, actor, at, deadline=closes)
    return tender


def take_dates(tender: Tender, dates: Mapping[str, date | datetime], at: datetime) -> None:
    """Take other dates than those approved, where it took longer; all else in the text is as it was
    approved.
    """
    queries.require_as_approved(tender)
    if unknown := sorted(set(dates) - set(DATES)):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    if dates:
        assign(tender, {name: cleaned(tender, name, value) for name, value in dates.items()})
        tender.save()
        freeze(tender)
    gates.require_ahead(tender.documents_from, at)


def freeze(tender: Tender) -> None:
    """Freeze the text as it stands by its digest."""
    tender.text_digest = queries.digest_of(queries.text_of(tender))
    tender.save(update_fields=["text_digest"])


def let_in(tender: Tender, passed: Sequence[str]) -> None:
    """Lock the list of those who alone may bid."""
    if len(passed) > gates.MOST_LET_IN:
        most = gates.MOST_LET_IN
        raise Conflict("gate.too_many", _("可以投标的单位超过 %(most)s 家。"), most=most)
    tender.invited = queries.lock_invited(tender.code, Invited(tuple(sorted(passed))))
