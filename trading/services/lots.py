"""Write the lots of a draft: what each is, what it costs, and how it is bid for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import (
    first_stage,
    particulars,
    posts,
    priority,
    reserved,
    rooms,
    sale,
    terms,
    viewing,
)
from trading.domain.market import Method
from trading.markets import method_of
from trading.models import Lot, Tender
from trading.services.agreeing import read_taker
from trading.services.checking import assign
from trading.services.drafting import lock_draft
from trading.services.telling import tell

LOT_FIELDS: Final = frozenset({"title", "description", "quantity", "delivery", "budget"})
SEALED_LOT: Final = LOT_FIELDS | {"ceiling", "items"}
RESERVABLE: Final = SEALED_LOT | {"reserved"}
SALE_LOT: Final = LOT_FIELDS | {"deposit", "start_price"}
POST_LOT: Final = frozenset({"title", "description", "delivery", *posts.NAMES})
READ: Final[dict[str, Callable[[Any], Any]]] = {
    "items": terms.read_items,
    "reserved": reserved.read,
}
"""What is no plain value, and what reads it."""
MOST_LOTS: Final = 50
NOT_SHOWN: Final = viewing.Viewing()


@transaction.atomic
def add_lot(*, actor: Actor, code: str, lot: Mapping[str, Any], at: datetime) -> Lot:
    """Add a lot to a draft under the next number."""
    tender = _lock_own(actor, code)
    first_stage.require_same_lots(is_settled=queries.is_settled(tender))
    numbers = list(tender.lots.values_list("number", flat=True))
    if len(numbers) >= MOST_LOTS:
        raise Invalid("lot.too_many", _("采购包最多 %(most)s 个。"), most=MOST_LOTS)
    added = Lot(tender=tender, number=max(numbers, default=0) + 1)
    fill_lot(added, lot)
    added.save()
    tell(tender, "tender.changed", actor, at, lot=added.number)
    return added


@transaction.atomic
def change_lot(
    *, actor: Actor, code: str, number: int, lot: Mapping[str, Any], at: datetime
) -> Lot:
    """Change a lot of a draft; what a first notice said of it stays."""
    tender = _lock_own(actor, code)
    changed, settled = queries.lot_of(tender, number), queries.settled_of_lots(tender)
    told = {name: getattr(changed, name) for name in settled}
    fill_lot(changed, lot)
    is_other = any(getattr(changed, name) != said for name, said in told.items())
    first_stage.require_same_lots(is_settled=is_other)
    changed.save()
    tell(tender, "tender.changed", actor, at, lot=number)
    return changed


def _lock_own(actor: Actor, code: str) -> Tender:
    """Lock a draft whose lots are its own: what is called from a framework is what was asked."""
    tender = lock_draft(actor, "tender.change", code)
    if method_of(tender).asks_shortlisted:
        raise Conflict("lot.called_off", _("采购内容由采购人发起时确定，不能另行增减或修改。"))
    return tender


def fill_lot(lot: Lot, given: Mapping[str, Any]) -> None:
    """Put what is stated of a lot into it, as its method knows it; the caller saves it."""
    method = method_of(lot.tender)
    known, needed = _fields_of_lot(method)
    if unknown := sorted(set(given) - known):
        raise Invalid("lot.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    if lot.pk is None and (missing := sorted(needed - set(given))):
        raise Invalid("lot.missing_field", _("缺少：%(names)s"), names="、".join(missing))
    if method.has_posts:
        stated = {**lot.post, **_only(given, posts.NAMES)}
        lot.post = posts.read_post(stated, method.fixed_terms)
        lot.quantity = f"{lot.post['openings']} 人"
        assign(lot, {name: value for name, value in given.items() if name not in posts.NAMES})
        return
    read = {name: value for name, value in given.items() if name != "start_price"}
    read |= {name: READ[name](given[name]) for name in READ.keys() & given.keys()}
    if "particulars" in given:
        read["particulars"] = particulars.read(given["particulars"], method.particulars)
        if method.is_agreed:
            read["particulars"] = read_taker(lot.tender, read["particulars"])
    assign(lot, read)
    if "start_price" in given:
        lot.auction = {**lot.auction, **sale.read_start_price(given["start_price"])}


def _fields_of_lot(method: Method) -> tuple[frozenset[str], set[str]]:
    """Give what may be stated of a lot, and what a new one must state."""
    if method.has_posts:
        return POST_LOT, {"title", "openings"}
    if not method.sells:
        known = RESERVABLE if method.drafted_as == "purchase" else SEALED_LOT
        return known, {"title", "budget", "ceiling"}
    known = SALE_LOT | {"particulars"} if method.particulars else SALE_LOT
    return known, {"title", "budget", "start_price"}


def _only(given: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in names}


@transaction.atomic
def change_auction(
    *,
    actor: Actor,
    code: str,
    number: int,
    auction: rooms.AuctionTerms,
    shown: viewing.Viewing = NOT_SHOWN,
    at: datetime,
) -> Lot:
    """Set how a lot of a draft is bid for; the start price is the lot's own."""
    tender = lock_draft(actor, "tender.change", code)
    changed, method = queries.lot_of(tender, number), method_of(tender)
    kept = {name: changed.auction[name] for name in (priority.KEY,) if name in changed.auction}
    if method.has_viewing and (can_be_seen := viewing.read(shown)):
        kept |= {viewing.KEY: can_be_seen}
    start, rules = rooms.start_price(changed.auction), queries.rules_of(tender, at)
    read = rooms.read_terms(auction, start, method.auctions, rules, method.price_direction)
    changed.auction = kept | read
    changed.save(update_fields=["auction"])
    tell(tender, "tender.changed", actor, at, lot=number, auction=changed.auction)
    return changed


@transaction.atomic
def change_listing(
    *, actor: Actor, code: str, number: int, terms: rooms.ListingTerms, at: datetime
) -> Lot:
    """Set how a parcel of a draft is listed and bid for; the start price is the lot's own."""
    tender = lock_draft(actor, "tender.change", code)
    changed, kinds = queries.lot_of(tender, number), method_of(tender).auctions
    changed.auction = rooms.read_listing(terms, rooms.start_price(changed.auction), kinds)
    changed.save(update_fields=["auction"])
    tell(tender, "tender.changed", actor, at, lot=number, auction=changed.auction)
    return changed


@transaction.atomic
def remove_lot(*, actor: Actor, code: str, number: int, at: datetime) -> None:
    """Take a lot out of a draft; the rest close up, so that numbers stay without gaps."""
    tender = _lock_own(actor, code)
    first_stage.require_same_lots(is_settled=queries.is_settled(tender))
    queries.lot_of(tender, number).delete()
    for later in tender.lots.filter(number__gt=number).order_by("number"):
        later.number -= 1
        later.save(update_fields=["number"])
    tell(tender, "tender.changed", actor, at, removed_lot=number)
