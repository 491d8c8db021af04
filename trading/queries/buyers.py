"""Read who may call off from a framework agreement, and what each has called off so far."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.domain import PURCHASER, Actor
from accounts.models import Organisation
from kernel.errors import Denied, Invalid
from kernel.text import gettext_noop as _
from trading import regions
from trading.domain import buyers, call_offs, framework
from trading.domain.buyers import Buyer
from trading.models import Award, CallOff, Lot, Tender
from trading.queries.parties import purchasers

CAME_TO_NOTHING = ("failed", "terminated")


def buyers_among(actor: Actor, tender: Tender) -> list[Organisation]:
    """List the organisations an actor purchases for that may call off from a framework, its own
    first.
    """
    maker = _seen(tender.purchaser)
    said, region = tender.framework, tender.region
    found = [one for one in _own(actor) if buyers.may_buy(said, maker, region, _seen(one))]
    return sorted(found, key=lambda one: one.pk != tender.purchaser_id)


def _own(actor: Actor) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=actor.organisations(PURCHASER)).order_by("pk")


def _seen(one: Organisation) -> Buyer:
    return Buyer(one.uscc, one.region)


def read_framework(given: object) -> dict[str, Any]:
    """Read what a draft says of its agreements; whom it names must be registered as purchasers."""
    said = framework.read(given)
    rows = purchasers().filter(uscc__in=said["named"])
    known = set(rows.values_list("uscc", flat=True))
    if strangers := [one for one in said["named"] if one not in known]:
        raise Invalid(
            "framework.unknown_purchaser",
            _("%(codes)s 不是登记的采购人的统一社会信用代码。"),
            codes="、".join(one[:18] for one in strangers[:5]),
            field="named",
        )
    return said


def may_buy(actor: Actor, tender: Tender) -> bool:
    """Tell whether an actor may call off from a framework for somebody."""
    if actor.has_for(tender.purchaser_id, PURCHASER):
        return True
    return bool(tender.framework) and actor.has(PURCHASER) and bool(buyers_among(actor, tender))


def buyer_for(actor: Actor, tender: Tender, uscc: str = "") -> Organisation:
    """Give the organisation an actor calls off for: the one it names, or the only one it can."""
    found = buyers_among(actor, tender)
    if not found:
        raise Denied("call_off.not_applicable", _("框架协议的适用范围不包括您的单位。"))
    if not uscc:
        return found[0]
    chosen = next((one for one in found if one.uscc == uscc), None)
    if chosen is None:
        raise Invalid("call_off.purchaser", _("请选择适用框架协议的采购人。"), field="purchaser")
    return chosen


def spent_by(purchaser: Organisation, tender: Tender) -> Decimal:
    """Give what a purchaser has called off from a framework so far: what failed costs nothing, and
    what is competed for, or may still pass to the next in turn, counts at the highest price that
    may come of it.
    """
    calls = CallOff.objects.filter(lot__tender=tender, purchaser=purchaser).exclude(state="failed")
    turning = Q(way=framework.ROTATION, state__in=call_offs.OPEN)
    called = calls.exclude(turning).aggregate(sum=Sum("amount"))["sum"]
    may_cost = sum((_at_most(made) for made in calls.filter(turning)), Decimal(0))
    lots = Lot.objects.filter(
        tender__purchaser=purchaser, tender__competition__lot__tender=tender
    ).exclude(tender__state__in=CAME_TO_NOTHING)
    won = Award.objects.filter(lot__in=lots)
    paid = won.aggregate(sum=Sum("price"))["sum"]
    open_ones = lots.exclude(pk__in=won.values("lot")).aggregate(sum=Sum("budget"))["sum"]
    return sum((one or Decimal(0) for one in (called, paid, open_ones)), may_cost)


def _at_most(made: CallOff) -> Decimal:
    """Give what a call-off in rotation costs if it comes to the dearest of its lot."""
    prices = made.lot.agreements.filter(state="in_force").values_list("price", flat=True)
    amounts = [call_offs.amount_of(made.quantity, price) for price in prices]
    return max([made.amount or Decimal(0), *amounts])


def buyers_text(tender: Tender) -> dict[str, Any]:
    """Give what a text says of those who may call off, by name."""
    said = tender.framework
    named = Organisation.objects.filter(uscc__in=said.get("named", ())).order_by("name")
    return {
        "scope": said.get("scope", buyers.OWN),
        "named": [{"name": one.name, "uscc": one.uscc} for one in named],
        "region": regions.name(tender.region),
        "limit": said.get("limit", "0.00"),
    }


def frameworks_to_buy_from(actor: Actor) -> QuerySet[Tender]:
    """List the frameworks being performed from which an actor may call off for its organisations,
    the newest first.
    """
    rows = Tender.objects.filter(state="contracted").exclude(framework={}).order_by("-pk")
    own = [_seen(one) for one in _own(actor)]
    if not own:
        return rows.none()
    told = rows.values_list("pk", "framework", "region", "purchaser__uscc", "purchaser__region")
    open_ones = [
        pk
        for pk, said, region, *maker in told
        if any(buyers.may_buy(said, Buyer(*maker), region, one) for one in own)
    ]
    return rows.filter(pk__in=open_ones).select_related("purchaser")
