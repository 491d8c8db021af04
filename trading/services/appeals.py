"""Record that a ruling on a complaint was appealed, and how it ended; public where it is."""

from datetime import date, datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.domain import Actor
from kernel.calendar import local_date
from trading.domain import APPEAL, appeals
from trading.domain.appeals import Taken
from trading.models import Appeal, Complaint, Tender
from trading.queries import appeals as reading
from trading.services.complaints import lock_complaint, tell_of
from trading.services.drafting import required
from trading.services.telling import tell

BODY = 80


@transaction.atomic
def record_appeal(  # noqa: PLR0913 - who took a ruling where, and when
    *,
    actor: Actor,
    code: str,
    number: str,
    way: str,
    body: str,
    appellant: str,
    filed_on: date,
    at: datetime,
) -> Appeal:
    """Record that somebody appealed the ruling on a complaint."""
    tender, found = lock_complaint(actor, code, number, "appeal", at)
    ruled = local_date(found.decided_at or at)
    taken = Taken(way=way, body=body, appellant=appellant, filed_on=filed_on)
    appeals.require_recordable(found.state, taken, ruled, at)
    made = Appeal.objects.create(
        complaint=found,
        number=found.appeals.count() + 1,
        way=way,
        body=required(body, "body", BODY),
        appellant=appellant,
        filed_on=filed_on,
        recorded_by=accounts.person(actor.ref.removeprefix("person:")),
        recorded_at=at,
    )
    told = {"way": way, "body": made.body, "appellant": appellant, "filed_on": filed_on}
    _tell(("appeal.recorded", "refusal.appealed"), actor, at, tender, found, made, **told)
    return made


@transaction.atomic
def close_appeal(  # noqa: PLR0913 - how an appeal ended
    *,
    actor: Actor,
    code: str,
    number: str,
    appeal: int,
    outcome: str,
    decided_on: date,
    document: str = "",
    at: datetime,
) -> Appeal:
    """Record how an appeal ended, by which paper."""
    tender, found = lock_complaint(actor, code, number, "appeal", at)
    made = reading.appeal_of(found, appeal)
    made.state = APPEAL.after(made.state, "close")
    appeals.require_closable(outcome, decided_on, made.filed_on, at)
    made.outcome, made.decided_on, made.document = outcome, decided_on, document.strip()[:BODY]
    made.save(update_fields=["state", "outcome", "decided_on", "document"])
    told = {"outcome": outcome, "decided_on": decided_on, "document": made.document}
    _tell(("appeal.closed", "refusal.appeal_closed"), actor, at, tender, found, made, **told)
    return made


def _tell(
    kinds: tuple[str, str],
    actor: Actor,
    at: datetime,
    tender: Tender,
    found: Complaint,
    made: Appeal,
    **told: object,
) -> None:
    """Record it where the ruling stands: a decision is public, a refusal its filer's own affair."""
    public, apart = kinds
    if found.state == "decided":
        tell(tender, public, actor, at, complaint=found.code, appeal=made.number, **told)
    else:
        tell_of(apart, actor, at, found, appeal=made.number, **told)
