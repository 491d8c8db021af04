"""Read the appeals of a ruling, and until when one may be lodged."""

from datetime import date

from django.db.models import QuerySet

from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Appeal, Complaint, Notice
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
    told = {"complaint__code": notice.fields["code"], "complaint__state": "decided"}
    return Appeal.objects.filter(**told)


def appeals_out(rows: QuerySet[Appeal]) -> list[dict[str, object]]:
    """Give appeals as programs read them."""
    names = ("number", "way", "body", "appellant", "filed_on", "state", "outcome", "decided_on")
    return list(rows.values(*names, "document"))
