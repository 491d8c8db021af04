"""Who may be passed over, and what decides whether it may be done now."""

from datetime import date, datetime
from typing import Any

from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.domain import SIGNED
from trading.domain.passing import Standing
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Lot, Tender
from trading.queries.publicity import bidders_of, falling, holder_of
from trading.queries.rules import rules_of


def passing_of(contract: Contract | None) -> Standing:
    """Give what decides whether the one who is to have a lot may be passed over."""
    if contract is None:
        return Standing()
    return Standing(
        is_notified=True,
        asked=contract.security,
        due_on=contract.security_due_on,
        is_secured=contract.secured_at is not None,
        is_signed=contract.signed_at is not None,
    )


def security_return_due(contract: Contract, at: datetime) -> date:
    """Give the last day to give a security back, counted from when it was released."""
    rules, on = rules_of(contract.lot.tender, at), local_date(at)
    days = rules.find("security_return_days", "max")
    return rules.calendar.add(on, int(days.value), "CAL").due if days else on


def passing_event(tender: Tender) -> str:
    """Name the move by which somebody who is to have a lot falls away."""
    return "decide_anew" if tender.award_way else "pass_over"


def passable(tender: Tender) -> list[Lot]:
    """List the lots whose chosen candidate or winner may still fall away."""
    if not lifecycle_of(tender).allows(tender.state, passing_event(tender)):
        return []
    lots = tender.lots.filter(state__in=("open", "awarded")).prefetch_related("awards__supplier")
    return [lot for lot in lots if falling(lot)]


def voidable(tender: Tender) -> list[Lot]:
    """List the lots whose result may still be found void here: no contract of theirs is signed.
    Where an auction made the price, its room is where it is voided.
    """
    if method_of(tender).auctions or not lifecycle_of(tender).allows(tender.state, "void_lot"):
        return []
    lots = tender.lots.filter(state__in=("open", "awarded")).exclude(candidates=[])
    return list(lots.order_by("number"))


def disqualifiable(tender: Tender) -> list[Lot]:
    """List the lots of which a bidder may be found out now: a panel judged it in or out, and it was
    not put out before.
    """
    if not lifecycle_of(tender).allows(tender.state, "disqualify_bidder"):
        return []
    lots = tender.lots.prefetch_related("awards__supplier").order_by("number")
    return [lot for lot in lots if bidders_to_find(lot)]


def bidders_to_find(lot: Lot) -> list[dict[str, Any]]:
    """List the bidders of a lot not put out yet; whose contract binds is for the courts."""
    out = {one["uscc"] for one in lot.passed_over}
    if lot.state in SIGNED:
        out.add(holder_of(lot))
    return [one for one in bidders_of(lot) if one["uscc"] not in out]


def disqualifiable_lot(tender: Tender, number: int) -> Lot:
    """Give a lot of which a bidder may be found out; there is no other."""
    found = next((lot for lot in disqualifiable(tender) if lot.number == number), None)
    if found is None:
        raise Missing("page.missing", _("没有这个页面。"))
    return found


def voidable_lot(tender: Tender, number: int) -> Lot:
    """Give a lot whose result may be found void; there is no other."""
    found = next((lot for lot in voidable(tender) if lot.number == number), None)
    if found is None:
        raise Missing("page.missing", _("没有这个页面。"))
    return found


def passed_over(lot: Lot) -> list[dict[str, Any]]:
    """List who fell away, why and when; what a committee had said of them its minutes tell."""
    names = ("uscc", "name", "ground", "reason", "at")
    return [{name: one[name] for name in names} for one in lot.passed_over]


def passed_over_at(tender: Tender) -> datetime | None:
    """Give when somebody was last passed over: the days to decide anew run from then."""
    told = [one["at"] for lot in tender.lots.all() for one in lot.passed_over[-1:]]
    return datetime.fromisoformat(max(told)) if told else None
