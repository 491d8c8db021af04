"""Open the account of a supplier: the organisation, its administrator and its role at once."""

from datetime import datetime

from django.db import transaction

from accounts import domain, policy
from accounts.domain import Actor, OrganisationDetails, PersonDetails
from accounts.models import User
from accounts.services.organisations import new_organisation, record_organisation
from accounts.services.people import new_person, record_person
from accounts.services.roles import give_role


@transaction.atomic
def register_supplier(
    *,
    actor: Actor,
    organisation: OrganisationDetails,
    administrator: PersonDetails,
    password: str,
    lenient: bool = False,
    at: datetime,
) -> User:
    """Open an account for a supplier: the organisation, its administrator, and the bidder role.

    It takes effect at once: the centre registers and publishes what a party declares, it approves
    nothing (公共资源交易平台管理暂行办法 art. 18).
    """
    policy.require(actor, "supplier.register")
    body = domain.check_organisation(organisation, lenient=lenient)
    details = domain.check_person(administrator)
    user = new_person(details, password)
    created = new_organisation(body, user, at)
    record_organisation(created, user.ref, at, lenient=lenient)
    record_person(user, user.ref, at)
    give_role(user, domain.BIDDER, created, by=user.ref, reason="", at=at)
    return user
