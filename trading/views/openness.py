"""What is open of a market: items, procedure, materials, time limits, fees."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from kernel.calendar import local_date
from trading.queries.openness import open_market
from trading.views.rules import shown


@require_safe
def market(request: Request, market: str) -> HttpResponse:
    """Show all that the law opens of a market, each rule with its source."""
    found = open_market(market, local_date(request.at))
    methods = [
        {
            "method": method,
            "limits": [shown(row) for row in method.limits],
            "fees": [shown(row) for row in method.fees],
            "told": [shown(row) for row in method.told],
        }
        for method in found.methods
    ]
    context = {"market": found, "methods": methods, "on": local_date(request.at)}
    return render(request, "trading/market.html", context)
