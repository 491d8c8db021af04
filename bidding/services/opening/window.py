"""The unlock window as every act in it sees it: still open, and whose bid it is about."""

from datetime import datetime

from accounts.domain import BIDDER, Actor
from bidding.models import Bid, Envelope, OpeningSession
from bidding.queries import opening as queries
from bidding.services.opening.session import in_step, line_of, set_state, tell, wake
from kernel.errors import Conflict
from kernel.text import gettext_noop as _


def window_end(session: OpeningSession, at: datetime) -> datetime:
    """Give the end of the open window; refuse once it is over, whether or not the clock came by."""
    in_step(session, "unlocking")
    if session.step_due_at is None or at >= session.step_due_at:
        raise Conflict("opening.window_closed", _("解密时间已结束，份额未被接收。"))
    return session.step_due_at


def own_envelope(actor: Actor, session: OpeningSession, lot: int) -> tuple[Bid, Envelope]:
    """Give the actor's own bid of a lot that still takes part, and its envelope of this stage."""
    own = queries.envelopes_of(session).filter(bid__bidder__in=actor.organisations(BIDDER))
    envelope = own.filter(bid__lot__number=lot).defer("bid__signature").first()
    if envelope is not None:
        return envelope.bid, envelope
    raise Conflict("opening.not_your_bid", _("贵单位在该采购包没有待解密的投标。"))


def keep_share(
    session: OpeningSession,
    envelope: Envelope,
    share: bytes,
    *,
    kind: str,
    actor: Actor,
    at: datetime,
    **told: object,
) -> None:
    """Keep the one share a bid has, and tell how it came; the last one ends the window."""
    bid = envelope.bid
    envelope.share, envelope.share_at = share, at
    envelope.save(update_fields=["share", "share_at"])
    if session.stage != "price":
        set_state(bid, "unlock")
    tell(session, kind, actor, at, **line_of(bid), **told)
    if not queries.locked_envelopes(session).exists():
        wake(session, at)
