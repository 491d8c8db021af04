"""Say who an organisation is, and list those who can answer an invitation, or purchase."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.domain import BIDDER, PURCHASER
from accounts.models import Organisation
from trading.models import Award, Tender


def party(organisation: Organisation) -> dict[str, str]:
    """Say who an organisation is, as documents and notices name it."""
    return {
        "name": organisation.name,
        "uscc": organisation.uscc,
        "address": organisation.address,
        "phone": organisation.phone,
    }


def suppliers() -> QuerySet[Organisation]:
    """List the organisations that can answer an invitation: those with a bidder's people."""
    return Organisation.objects.filter(roles__role=BIDDER).distinct().order_by("name")


def purchasers() -> QuerySet[Organisation]:
    """List the organisations that have a purchaser's people."""
    return Organisation.objects.filter(roles__role=PURCHASER).distinct().order_by("name")


def sides_of(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Give of each tender who buys or sells, and who runs the call."""
    rows = Tender.objects.filter(code__in=list(codes))
    found = rows.values_list("code", "purchaser_id", "agency_id")
    return {code: (purchaser, agency) for code, purchaser, agency in found}


def winners() -> frozenset[int]:
    """Give the suppliers that everybody knows to have been awarded something."""
    told = Award.objects.exclude(notified_at=None).values_list("supplier_id", flat=True)
    return frozenset(told.distinct())
