"""Who takes what is transferred by agreement, and at what price."""

from collections.abc import Mapping
from datetime import datetime

from accounts import queries as accounts
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from trading.domain import agreement, award
from trading.models import Tender


def read_taker(tender: Tender, said: Mapping[str, str]) -> dict[str, str]:
    """Name the taker of a lot as the register does; nobody sells to itself."""
    code = said.get("taker_uscc", "")
    kept = {name: text for name, text in said.items() if name != agreement.TAKER}
    if not code:
        return kept
    try:
        body = accounts.organisation(code)
    except Missing as unknown:
        raise Invalid(unknown.code, unknown.message, **unknown.facts, field="taker_uscc") from None
    if body.pk in {tender.purchaser_id, tender.agency_id}:
        raise Invalid("agreement.own_side", _("转让方和交易机构不能是受让方。"), field="taker_uscc")
    return {agreement.TAKER: body.name, **kept}


def take_agreement(tender: Tender, at: datetime) -> None:
    """Put each lot's taker and price in the place where a bidding would have left its result; the
    row is saved by the caller.
    """
    for lot in tender.lots.select_for_update().filter(state="open"):
        code = lot.particulars["taker_uscc"]
        agreed = {"lot": lot.number, "rank": 1, "supplier_uscc": code, "bid": code}
        named = {"supplier": lot.particulars[agreement.TAKER], "price": str(lot.start_price)}
        lot.candidates = award.read_candidates([{**agreed, **named}], lot.number)
        lot.save(update_fields=["candidates"])
    tender.evaluated_at = at
