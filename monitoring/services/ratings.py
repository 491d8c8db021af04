"""Rate a service once: that one did is kept under a name nobody can read, the mark in a count."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.domain import PUBLIC, Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger.services import record
from monitoring import policy, rated
from monitoring.models import RatingCount, RatingGiven
from monitoring.satisfaction import closed_before, require_mark, require_served
from trading import queries as trading

STREAM = "ratings"


@transaction.atomic
def rate_service(*, actor: Actor, code: str, service: str, mark: int, at: datetime) -> None:
    """Take one mark of somebody served; the record tells that one was given, not by whom, of which
    project, or which.
    """
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "service.rate", tender)
    require_served(service, rated.served(actor, tender))
    require_mark(mark)
    token = rated.token_of(service, tender, rated.party_of(actor, tender))
    _made, is_new = RatingGiven.objects.get_or_create(token=token)
    if not is_new:
        raise Conflict("rating.given", _("贵方已经评价过这项服务，每项服务只评价一次。"))
    month = closed_before(local_date(at))
    key: dict[str, Any] = {
        "market": tender.market,
        "service": service,
        "month": month,
        "mark": mark,
    }
    row, _is_first = RatingCount.objects.get_or_create(**key)
    RatingCount.objects.filter(pk=row.pk).update(times=F("times") + 1)
    told = {"market": tender.market, "service": service}
    record(stream=STREAM, kind="rating.given", actor=PUBLIC.ref, at=at, **told)
