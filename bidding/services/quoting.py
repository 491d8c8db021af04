"""The window for last quotes: opened when the talks are over, sealed as a bid is, and closed for
all at one instant (GPL 38, C214 art. 21, M74 art. 33).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.domain import BIDDER, Actor
from bidding.admission import deadline_mismatch
from bidding.domain import BID
from bidding.gate import all_decided
from bidding.models import Bid, Envelope, QuoteWindow
from bidding.queries import bids as queries
from bidding.queries import windows
from bidding.sealing import strict
from kernel.errors import Conflict, DomainError, Missing
from kernel.text import gettext_noop as _
from kernel.turns import each
from ledger.services import record
from trading import queries as trading
from trading.domain.completeness import CLOSING_GRACE
from trading.models import Tender
from trading.services import procedure

NOTE = "供应商在提交最后报价之前退出"


@transaction.atomic
def open_window(
    *, code: str, admitted: Sequence[int], closes_at: datetime, at: datetime
) -> QuoteWindow:
    """Begin to take one last quote from each of these bids; nobody else is told who they are."""
    tender = trading.lock_tender(code)
    if closes_at <= at:
        raise Conflict("quotes.deadline", _("最后报价的截止时间须在当前时间之后。"))
    window = QuoteWindow.objects.create(
        tender=tender,
        admitted=list(admitted),
        opened_at=at,
        closes_at=closes_at,
        next_due_at=closes_at + CLOSING_GRACE,
    )
    procedure.request_quotes(code=code, closes_at=closes_at, at=at)
    return window


@transaction.atomic
def close_window(*, code: str, at: datetime) -> QuoteWindow:
    """Stop taking last quotes: what was sealed in time belongs to its bid from now on."""
    tender = trading.lock_tender(code)
    window = QuoteWindow.objects.select_for_update().filter(tender=tender).first()
    if window is None or window.closed_at is not None:
        raise Conflict("quotes.not_open", _("现在不接收最后报价。"))
    _refuse_early(tender, window, at)
    window.closed_at, window.next_due_at = at, None
    window.save(update_fields=["closed_at", "next_due_at"])
    _keep(tender, window)
    procedure.close_quotes(code=code, at=at)
    return window


def _refuse_early(tender: Tender, window: QuoteWindow, at: datetime) -> None:
    """Refuse before the deadline, and while one who came in time is still being decided."""
    logged = windows.logged_deadline(tender.code, windows.LAST)
    if logged != window.closes_at:
        raise deadline_mismatch()
    if at < window.closes_at + CLOSING_GRACE:
        raise Conflict("tender.not_due", _("尚未到投标截止时间。"))
    if not all_decided(window.closes_at, at):
        raise Conflict("intake.still_arriving", _("仍有截止前到达的投标正在处理，请稍候。"))


def _keep(tender: Tender, window: QuoteWindow) -> None:
    """Put each live quote beside the bid it belongs to; one who has left has none."""
    found = Bid.objects.filter(pk__in=window.admitted, state="read").select_related("bidder", "lot")
    own = {(bid.bidder.uscc, bid.lot.number): bid for bid in found}
    for step in queries.live_steps(trading.quote_tree(tender.code)):
        bid = own.get((step.owner, step.lot))
        if bid is None:
            continue
        Envelope.objects.bulk_create(
            Envelope(
                bid=bid,
                stage=sealed["stage"],
                core=strict.binary(sealed["core"]),
                wraps=strict.binary(sealed["wraps"]),
                readout=sealed["readout"],
                body=sealed["body"],
                body_length=sealed["body_length"],
                commit=step.commit,
                signature=step.signature,
                accepted_at=step.at,
            )
            for sealed in step.envelopes
        )


@transaction.atomic
def leave_talks(*, actor: Actor, code: str, lot: int, at: datetime) -> Bid:
    """Let a supplier go before last quotes are asked for; its deposit goes back (C214 art. 21).

    Its fact has the kind of every answer in the talks: the log tells of kinds, and nobody may read
    from it how many are left (docs/adr/0021-last-quotes.md).
    """
    tender = trading.lock_tender(code)
    own = Bid.objects.filter(tender=tender, bidder_id__in=actor.organisations(BIDDER))
    bid = own.filter(lot__number=lot).select_related("bidder", "lot").first()
    if bid is None:
        raise Missing("bid.missing", _("没有这份投标。"))
    if tender.state != "negotiating":
        raise Conflict(
            "talks.not_now", _("现在不是磋商、谈判阶段。要求提交最后报价后不提交的，视为退出。")
        )
    bid.state, bid.note = BID.after(bid.state, "leave"), NOTE
    bid.save(update_fields=["state", "note"])
    record(
        stream=f"evaluation.{code}",
        kind="talks.noted",
        actor=actor.ref,
        at=at,
        tender=code,
        what="left",
        bid=bid.commit_hash,
        lot=lot,
        supplier=bid.bidder.uscc,
    )
    return bid


def due(at: datetime) -> int:
    """Close the windows whose time is over, one transaction each."""
    late = QuoteWindow.objects.filter(next_due_at__lte=at, tender__state="quoting")
    codes = list(late.order_by("next_due_at").values_list("tender__code", flat=True)[:50])
    return each(codes, lambda code: _attempt(code, at))


def _attempt(code: str, at: datetime) -> bool:
    """Leave a window that refuses to close to the next time: somebody is still being decided."""
    try:
        close_window(code=code, at=at)
    except DomainError:
        return False
    return True
