"""Say who an organisation is, and list those who can answer an invitation, or purchase."""

from django.db.models import QuerySet

from accounts.domain import BIDDER, PURCHASER
from accounts.models import Organisation


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
