"""Record who opened what is not everybody's."""

from datetime import datetime

from django.db import transaction

from accounts import domain
from accounts.domain import Access, Actor
from ledger.services import record


@transaction.atomic
def record_access(*, actor: Actor, access: Access, at: datetime) -> None:
    """Record that an official read something not yet public (rulebook 1.2)."""
    record(
        stream="access",
        kind="access.read",
        actor=actor.ref,
        at=at,
        tender=access.tender,
        roles=sorted({grant.role for grant in actor.grants}),
        subject=access.subject,
        purpose=domain.check_text(access.purpose, "purpose", 200),
        state=access.state,
        address=access.address,
    )
