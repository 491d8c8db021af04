"""Apply for a post, and take it back: withheld until applications close, from everybody."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import private
from recruitment import policy, queries
from recruitment.domain import SUBMITTED, WITHDRAWN
from recruitment.domain.applying import (
    Application,
    read_application,
    require_conditions,
    require_no_service,
    require_service,
)
from trading import queries as trading
from trading.markets import method_of
from trading.models import Tender


@transaction.atomic
def submit_application(
    *, actor: Actor, code: str, number: int, application: Application, at: datetime
) -> int:
    """Apply for one post, nobody for two (PO6); give the number of the post.

    Whether another account gave the same identity number is not asked: a refusal would tell who
    applied, and let a stranger keep somebody out. Closing marks such applications for the review.
    """
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "application.submit", tender)
    _require_open(tender, at)
    own, sent = queries.own_application(actor, tender)
    if own is not None:
        raise Conflict("application.already", _("您已报名。改报其他岗位，请先撤回。"))
    said = read_application(application)
    lot = trading.lot_of(tender, number)
    closes = local_date(tender.bids_close_at or at)
    require_conditions(said, lot.post, closes)
    if method_of(tender).open_to == "serving":
        require_service(said, lot.post, closes)
    else:
        require_no_service(said)
    private.withhold(
        tender=code,
        owner=actor.ref,
        kind=SUBMITTED,
        actor=actor.ref,
        at=at,
        once=f"apply.{actor.ref}.{sent}",
        turn=sent,
        lot=lot.number,
        name=actor.name,
        **said.as_plain(),
    )
    return number


@transaction.atomic
def withdraw_application(*, actor: Actor, code: str, at: datetime) -> None:
    """Take one's application back while applications are open."""
    tender = trading.tender_for(actor, code, at)
    policy.require(actor, "application.withdraw", tender)
    _require_open(tender, at)
    own, sent = queries.own_application(actor, tender)
    if own is None:
        raise Conflict("application.none", _("您没有报名，或已经撤回。"))
    private.withhold(
        tender=code,
        owner=actor.ref,
        kind=WITHDRAWN,
        actor=actor.ref,
        at=at,
        once=f"withdraw.{actor.ref}.{sent}",
    )


def _require_open(tender: Tender, at: datetime) -> None:
    if not queries.takes_applications(tender, at):
        raise Conflict("application.closed", _("不在报名时间内，不能办理。"))
