"""Say who an organisation is, and list those who can answer an invitation."""

from django.db.models import QuerySet

from accounts.domain import BIDDER
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
