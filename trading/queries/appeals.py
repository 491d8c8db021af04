"""Read the appeals of a ruling, and until when one may be lodged."""

from datetime import date

from django.db.models import QuerySet

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Appeal, Complaint, Notice, Ruling
from trading.queries.complaints import reads_correction
from trading.queries.rules import rules_of


def reconsider_until(complaint: Complaint) -> date | None:
    """Give the last day to ask for reconsideration of a ruling; None before it, or without a
    rule.
    """
    if complaint.decided_at is None:
        return None
    rules = rules_of(complaint.tender, complaint.decided_at)
    return rules.last_day_if_any("reconsideration", local_date(complaint.decided_at))


def appeal_of(complaint: Complaint, number: int) -> Appeal:
    """Give one appeal of a ruling."""
    found = complaint.appeals.filter(number=number).first()
    if found is None:
        raise Missing("appeal.missing", _("没有登记这件复议、诉讼。"))
    return found


def appeals_told(notice: Notice) -> QuerySet[Appeal]:
    """List the appeals of the decision that a notice publishes, for everybody."""
    if notice.kind != "complaint_decision":
        return Appeal.objects.none()
    told = {"complaint__code": notice.fields["code"], "ruling": notice.fields.get("ruling", 0)}
    return Appeal.objects.filter(**told)


def is_current(appeal: Appeal) -> bool:
    """Tell whether the ruling that was appealed has not been set aside since."""
    return appeal.ruling == appeal.complaint.rulings.count()


def ruled_as(appeal: Appeal) -> str:
    """Give the state in which the ruling that was appealed left its complaint."""
    earlier = appeal.complaint.rulings.filter(number=appeal.ruling).first()
    return earlier.state if earlier else appeal.complaint.state


def was_set_aside(notice: Notice) -> bool:
    """Tell whether the decision that a notice publishes stands no longer."""
    if notice.kind != "complaint_decision":
        return False
    told = {"complaint__code": notice.fields["code"], "number": notice.fields.get("ruling", 0)}
    return Ruling.objects.filter(**told).exists()


def rulings_out(rows: QuerySet[Ruling]) -> list[dict[str, object]]:
    """Give rulings that were set aside as programs read them."""
    names = ("number", "state", "outcome", "decision", "decided_at", "redress")
    return list(rows.values(*names))


def appeals_out(rows: QuerySet[Appeal]) -> list[dict[str, object]]:
    """Give appeals as programs read them."""
    names = ("number", "way", "body", "appellant", "filed_on", "state", "outcome", "decided_on")
    return list(rows.values(*names, "received_on", "document"))


def rulings_for(actor: Actor, complaint: Complaint) -> QuerySet[Ruling]:
    """List the rulings that were set aside: that it was turned away first, and why, is its filer's
    affair and oversight's.
    """
    rows = complaint.rulings.all()
    return rows if reads_correction(actor, complaint) else rows.exclude(state="refused")


def appeals_for(actor: Actor, complaint: Complaint) -> QuerySet[Appeal]:
    """List the appeals of the rulings that an actor may know of."""
    rows = complaint.appeals.all()
    if reads_correction(actor, complaint):
        return rows
    refused = complaint.rulings.filter(state="refused")
    return rows.exclude(ruling__in=list(refused.values_list("number", flat=True)))
