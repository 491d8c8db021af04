"""What the prices of a lot point at: leads for the members, who decide; never a verdict (4.2)."""

from decimal import Decimal
from typing import Any

from bidding.models import Bid
from evaluation import pricing, queries
from evaluation.likeness import MOST_COMPARED
from evaluation.models import Evaluation
from evaluation.screens import CENT, FEWEST_FOR_A_PATTERN, run_screens
from trading.markets import method_of
from trading.models import Lot


def leads_of(evaluation: Evaluation, lot: Lot) -> list[dict[str, Any]]:
    """Run the screens on all bids of a lot whose prices were read; nothing before that, for what is
    sold, and of so few prices that they show no pattern.
    """
    if not queries.prices_known(evaluation) or method_of(evaluation.tender).sells:
        return []
    read = Bid.objects.filter(lot=lot, state="read", price__gte=CENT).select_related("bidder")
    bids = list(read.order_by("pk"))
    if len(bids) < FEWEST_FOR_A_PATTERN:
        return []
    compares = len(bids) <= MOST_COMPARED
    case = {"bids": [_case(bid, lot, compares=compares) for bid in bids]}
    result: dict[str, Any] = run_screens(case)
    return list(result["flags"])


def _case(bid: Bid, lot: Lot, *, compares: bool) -> dict[str, Any]:
    items = pricing.priced_items(lot.items, bid.fields) if compares else []
    prices = [item["unit_price"] for item in items if "unit_price" in item]
    whole = len(prices) == len(lot.items) and all(Decimal(price) > 0 for price in prices)
    lines = {"lines": prices} if prices and whole else {}
    return {"name": bid.bidder.name, "price": f"{bid.price:f}", **lines}


def leads(evaluation: Evaluation) -> list[tuple[Lot, list[dict[str, Any]]]]:
    """List the lots whose prices point at something."""
    found = [(lot, leads_of(evaluation, lot)) for lot in queries.lots_of(evaluation)]
    return [(lot, flags) for lot, flags in found if flags]


def said(evaluation: Evaluation, lot: Lot) -> list[str]:
    """Say the leads of a lot as the report prints them."""
    return [
        f"报价线索（仅供核查，不作结论）：{flag['message']}"
        + (f"（{'、'.join(flag['bidders'])}）" if flag.get("bidders") else "")
        + f"，{flag['value']}"
        for flag in leads_of(evaluation, lot)
    ]
