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
from bidding.queries import offers as offered
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from trading.domain import ceilings
from trading.queries.published import shown_priority

if TYPE_CHECKING:
    from bidding.models import Auction

PARTS: Final = {
    "status": "auction.moved auction.paused auction.resumed auction.credited auction.excluded"
    " auction.ended",
    "stage": "auction.*",
    "offers": "auction.offers auction.moved auction.excluded auction.ended auction.disqualified",
    "priority": "auction.offers auction.excluded auction.moved auction.ended",
}
"""Each fragment with the facts that change it."""
OWN_KINDS: Final = (
    "auction.moved auction.paused auction.resumed auction.excluded auction.ended"
    " auction.disqualified"
)
"""The facts that change what an entrant may do; in an inquiry, answers do so too."""
OWN_KINDS_FALLING: Final = (
    "auction.offers auction.paused auction.resumed auction.excluded auction.ended"
    " auction.disqualified"
)
"""The same where the price falls: an answer to it is not taken away with each fall. The first offer
is the last, so that it begins the inquiry, of which holders would not hear otherwise.
"""
KEPT: Final = 256
SHARED: Final = 32
LARGEST_PUSHED: Final = 32_768


def own_kinds(auction: "Auction") -> str:
    """Name the facts that bring an entrant's own part anew."""
    return OWN_KINDS_FALLING if "dutch" in auction.terms else OWN_KINDS


def public_context(auction: "Auction", number: int) -> dict[str, Any]:
    """Give what everybody may see of an auction as of a number of its stream."""
    standing, offers = queries.standing_of(auction), offered.newest_offers(auction, number)
    falls = offered.newest_falls(auction, number)
    right, after = shown_priority(auction.terms), auction.terms.get("after_cap")
    promises = bool(after) and after["kind"] == "conditions"
    return {
        "auction": auction,
        "lot": auction.lot,
        "tender": auction.lot.tender,
        "standing": standing,
        "offers": [*offers, *falls],
        "excluded": queries.excluded_from(auction, number),
        "disqualified": queries.disqualified_from(auction, number),
        "quotes": offered.quotes_of(auction, standing),
        "is_alone": auction.terms["kind"] != auction.lot.auction.get("kind"),
        "by_right": offered.by_right(standing, offers),
        "right": right,
        "answers": offered.newest_answers(auction, number) if right.get("holders") else [],
        "after": ceilings.shown(after) if after else {},
        "conditions": offered.newest_conditions(auction, number) if promises else [],
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
def _rendered(code: str, name: str, language: str, number: int) -> str:
    return render_to_string(f"bidding/_auction_{name}.html", _context(code, language, number))


@lru_cache(maxsize=SHARED)
def _context(code: str, _language: str, number: int) -> dict[str, Any]:
    """Read once what the fragments of one fact show."""
    return public_context(queries.auction_by_code(code), number)
