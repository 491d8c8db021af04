"""The fragments of an auction's page that everybody sees: rendered once a fact and language."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from accounts.requests import Request
from bidding.queries import auctions as queries
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger

if TYPE_CHECKING:
    from bidding.models import Auction

PARTS: Final = {
    "status": "auction.moved auction.paused auction.resumed auction.credited auction.ended",
    "stage": "auction.*",
    "offers": "auction.offers",
}
"""Each fragment with the facts that change it."""
KEPT: Final = 256
LARGEST_PUSHED: Final = 32_768


def public_context(auction: "Auction", number: int) -> dict[str, Any]:
    """Give what everybody may see of an auction as of a number of its stream."""
    return {
        "auction": auction,
        "lot": auction.lot,
        "tender": auction.lot.tender,
        "standing": queries.standing_of(auction),
        "offers": queries.newest_offers(auction, number),
        "part_kinds": PARTS,
    }


def part(request: Request, code: str, name: str) -> HttpResponse:
    """Give one fragment by itself."""
    if name not in PARTS:
        raise Missing("page.missing", _("没有这个页面。"))
    auction = queries.auction_for(request.actor, code, request.at)
    number = ledger.last_number(auction.stream)
    return HttpResponse(_rendered(code, name, get_language() or "", number))


def pushed(stream: str, kinds: Iterable[str], number: int, language: str) -> dict[str, str]:
    """Give the fragments that these facts changed, by their address, as they are now."""
    code = stream.removeprefix("auction.")
    told = set(kinds)
    found: dict[str, str] = {}
    with translation.override(language):
        for name, listens in PARTS.items():
            if listens == "auction.*" or told & set(listens.split()):
                html = _rendered(code, name, language, number)
                if len(html) <= LARGEST_PUSHED:
                    found[reverse("auction_part", args=[code, name])] = html
    return found


@lru_cache(maxsize=KEPT)
def _rendered(code: str, name: str, _language: str, number: int) -> str:
    auction = queries.auction_by_code(code)
    return render_to_string(f"bidding/_auction_{name}.html", public_context(auction, number))
