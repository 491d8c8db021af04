"""Orders in an auction, each with its reason: the centre stops the clock on a fault, the regulator
does so by order, and it alone puts anybody out.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from accounts.domain import SYSTEM, Actor
from accounts.queries import names_a_bidder
from bidding import auction as engine
from bidding import policy
from bidding.auction.state import RESTING, Act
from bidding.models import Auction
from bidding.queries.auctions import code_in, last_order
from bidding.services.auction import ending
from bidding.services.auction.acting import early
from bidding.services.auction.phases import catch_up, is_over, start_tender
from bidding.services.auction.table import Table, locked, locked_one, plain_act
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import award
from trading.services import open_reasons
from trading.services.drafting import required

if TYPE_CHECKING:
    from ledger.services import Entry

LONGEST_REASON: Final = 300
LONGEST_ARTICLE: Final = 80
STANDS_STILL: Final = "项目暂停，竞价随之暂停。"
GOES_ON: Final = "项目恢复，竞价随之恢复。"
TOLD: Final = {
    "pause": "auction.paused",
    "resume": "auction.resumed",
    "exclude": "auction.excluded",
}


@transaction.atomic
def pause_auction(*, actor: Actor, code: str, reason: str, at: datetime) -> None:
    """Stop the clock of an auction; what is left of its time is kept."""
    table = locked_one(code)
    _order(table, _ready(actor, table, "pause", reason, at), "pause", at)


@transaction.atomic
def resume_auction(*, actor: Actor, code: str, reason: str, at: datetime) -> None:
    """Let an auction go on with the time that was left, at least one extension."""
    table = locked_one(code)
    _order(table, _ready(actor, table, "resume", reason, at), "resume", at)


@transaction.atomic
def exclude_bidder(*, actor: Actor, code: str, bidder: str, reason: str, at: datetime) -> None:
    """Put a bidder out for cause (rulebook 5.0, rule 2): what it offered counts no longer, and the
    last offer of those who remain stands. Whoever is named by its code of credit is told of by the
    code everybody knows.

    Who is meant is looked up last: an order that would be refused anyway tells nobody whether an
    organisation is among the bidders.
    """
    table = locked_one(code)
    given = _ready(actor, table, "exclude", reason, at)
    if table.state.phase == "ended":
        raise _refused("ended")
    _order(table, given, "exclude", at, bidder=code_in(table.row, bidder))


def on_tender_suspended(entry: "Entry") -> None:
    """Stop the clock of every room of a tender that stands still; one not open yet opens later."""
    for table in _under_way(entry):
        catch_up(table, entry.at, entry.at)
        if table.state.phase in RESTING or is_over(table, entry.at):
            table.keep()
        else:
            _order(table, {"reason": STANDS_STILL, "ordered_by": SYSTEM.ref}, "pause", entry.at)


def on_tender_resumed(entry: "Entry") -> None:
    """Let every room go on that had stopped with its tender; not one stopped on a fault."""
    for table in _under_way(entry):
        stopped = last_order(table.row, TOLD["pause"])
        if table.state.phase == "paused" and stopped == SYSTEM.ref:
            _order(table, {"reason": GOES_ON, "ordered_by": SYSTEM.ref}, "resume", entry.at)


def _under_way(entry: "Entry") -> list[Table]:
    rows = Auction.objects.filter(lot__tender__code=entry.tender).exclude(phase="ended")
    return list(locked(set(rows.values_list("code", flat=True))))


def _ready(actor: Actor, table: Table, kind: str, reason: str, at: datetime) -> dict[str, str]:
    """Give the reason and who orders, once what has run out is told."""
    policy.require(actor, f"auction.{kind}", table.row)
    if kind == "resume":
        award.require_no_suspension(open_reasons(table.row.lot.tender))
    why = unnamed(required(reason, "reason", LONGEST_REASON))
    catch_up(table, at, at)
    if is_over(table, at):
        raise early()
    return {"reason": why, "ordered_by": actor.ref}


def unnamed(reason: str) -> str:
    """Refuse a public reason that names a firm: everybody reads it, and who bids is a secret. Any
    bidder's name will do, so that the refusal tells nothing of who bids here.
    """
    if names_a_bidder(reason):
        raise Invalid(
            "auction.reason_names",
            _("理由立即公开，不能写竞买人的单位名称或统一社会信用代码。请只写竞买人代码和事实。"),
            field="reason",
        )
    return reason


def _order(table: Table, ordered: dict[str, str], kind: str, at: datetime, **given: object) -> None:
    before = table.state
    act = Act(at=max(at, before.at or at), by="", kind=kind, data=given)
    decision = engine.decide(table.terms, before, act)
    if not decision.accepted:
        raise _refused(decision.reason)
    table.state = decision.state
    table.tell(TOLD[kind], act.at, acts=[plain_act(act)], **ordered, **given)
    if table.state.phase == "ended" and before.phase != "ended":
        start_tender(table, act.at)  # before the opening nothing else has begun it
        ending.end(table, act.at)
    table.keep()


def _refused(reason: str) -> Conflict:
    if reason == "already_excluded":
        return Conflict("auction.already_excluded", _("该竞买人的资格已经取消。"))
    return Conflict("auction.wrong_phase", _("竞价当前的阶段不能进行此操作。"))
