"""Pause and resume: the centre on a fault, the regulator by order, each with its reason."""

from datetime import datetime

from django.db import transaction

from accounts.domain import Actor
from bidding import auction as engine
from bidding import policy
from bidding.auction.state import Act
from bidding.services.auction.deciding import no_auction
from bidding.services.auction.table import Table, locked, plain_act
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.services.drafting import required

LONGEST_REASON = 300


@transaction.atomic
def pause_auction(*, actor: Actor, code: str, reason: str, at: datetime) -> None:
    """Stop the clock of an auction; what is left of its time is kept."""
    _order(actor, code, "pause", reason, at)


@transaction.atomic
def resume_auction(*, actor: Actor, code: str, reason: str, at: datetime) -> None:
    """Let an auction go on with the time that was left, at least one extension."""
    _order(actor, code, "resume", reason, at)


def _order(actor: Actor, code: str, kind: str, reason: str, at: datetime) -> None:
    table = _table(code)
    policy.require(actor, f"auction.{kind}", table.row)
    why = required(reason, "reason", LONGEST_REASON)
    act = Act(at=at, by="", kind=kind)
    decision = engine.decide(table.terms, table.state, act)
    if not decision.accepted:
        raise Conflict("auction.wrong_phase", _("竞价当前的阶段不能进行此操作。"))
    table.state = decision.state
    told = plain_act(act)
    table.tell(f"auction.{kind}d", at, acts=[told], reason=why, ordered_by=actor.ref)
    table.keep()


def _table(code: str) -> Table:
    found = locked([code])
    if not found:
        raise no_auction()
    return found[0]
