"""Where a deposit stands, in words."""

from decimal import Decimal
from typing import Final

from django.db.models import Prefetch, QuerySet

from deposits import domain
from deposits.domain import outcomes
from deposits.models import Deposit, Forfeit
from kernel.text import gettext_noop as _

STATES: Final = {
    "none": _("尚未交纳"),
    "short": _("未足额"),
    "full": _("已足额"),
    "letter": _("已交保函"),
    "held": _("暂不退还，待决定"),
    "due": _("待退还"),
    "paid": _("已退还"),
    "forfeited": _("不予退还"),
    "converted": _("已转作价款"),
    **{f"claim_{state}": title for state, title in domain.CLAIM.titles.items()},
}
TONES: Final = {"full": "good", "letter": "good", "converted": "good", "due": "note"} | {
    "none": "care",
    "short": "care",
    "held": "care",
    "forfeited": "bad",
    "claim_due": "care",
    "claim_made": "note",
    "claim_paid": "bad",
    "claim_refused": "care",
}


def with_all(rows: QuerySet[Deposit]) -> QuerySet[Deposit]:
    """Fetch deposits with all that is shown of them, in a fixed number of questions."""
    return rows.select_related("tender", "lot", "bidder", "guarantee").prefetch_related(
        "receipts", "refunds", Prefetch("forfeits", Forfeit.objects.select_related("claim"))
    )


def laid_state(counted: Decimal, asked: Decimal, *, has_letter: bool) -> str:
    """Say what of a deposit is there while it is held."""
    if counted and counted >= asked:
        return "full"
    if has_letter:
        return "letter"
    return "short" if counted else "none"


def state_of(deposit: Deposit, counted: Decimal) -> str:
    """Say where a deposit stands after closing, from its rows."""
    if standing := [one for one in deposit.forfeits.all() if one.undone_at is None]:
        claim = getattr(standing[-1], "claim", None)
        return f"claim_{claim.state}" if claim else "forfeited"
    if deposit.hold:
        return "held"
    own = [r for r in deposit.refunds.all() if r.outcome != "not_counted" and r.state != "stopped"]
    if any(refund.state == "due" for refund in own):
        return "due"
    if own:
        return "paid"
    if _is_converted(deposit):
        return "converted"
    return laid_state(counted, deposit.asked, has_letter=hasattr(deposit, "guarantee"))


def _is_converted(deposit: Deposit) -> bool:
    acts = outcomes.treatment(deposit.tender.market, "contracted").act
    return acts == "convert" and deposit.entries.filter(kind="converted").exists()
