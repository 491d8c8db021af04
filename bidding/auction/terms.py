"""Read the terms of an auction strictly from JSON, and write them again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from bidding.auction.contradictions import check
from bidding.auction.details import CENT, DIRECTIONS, Extension, Priority, Terms
from bidding.auction.parts import (
    after_ceiling_as_json,
    dutch_as_json,
    extension_as_json,
    lottery_as_json,
    priority_as_json,
    read_after_ceiling,
    read_dutch,
    read_extension,
    read_lottery,
    read_priority,
    read_sealed,
    read_seconds,
    read_time,
    read_weights,
    sealed_as_json,
    seconds,
    weights_as_json,
)
from bidding.auction.state import write_time
from kernel.errors import Invalid
from kernel.reading import FAR, Fields, to_text
from kernel.registry import discover
from kernel.text import gettext_noop as _

__all__ = ["Extension", "Priority", "Terms", "read_terms", "terms_as_json"]

MOST_DECIMALS: Final = 6
MOST_CALLS: Final = 9


class Type(Protocol):
    """What reading needs to know of an auction type (bidding.auction.kinds.Auction)."""

    slug: str
    direction: str
    takes: frozenset[str]
    needs: frozenset[str]


_Part = tuple[str, Callable[[Fields], Any], Callable[[Any], dict[str, object]]]
PARTS: Final[Mapping[str, _Part]] = {
    "extension": ("extension", read_extension, extension_as_json),
    "priority_right": ("priority", read_priority, priority_as_json),
    "after_cap": ("after_ceiling", read_after_ceiling, after_ceiling_as_json),
    "sealed": ("sealed", read_sealed, sealed_as_json),
    "weights": ("weights", read_weights, weights_as_json),
    "dutch": ("dutch", read_dutch, dutch_as_json),
    "lottery": ("lottery", read_lottery, lottery_as_json),
}
"""Each part by its name in JSON: the attribute of Terms, how it is read, how it is written."""

OPTIONAL: Final = (
    "increment",
    "multiples_only",
    "cap",
    "self_outbid",
    "quiet_s",
    "inquiry_s",
    "least_joiners",
    "calls",
    *(name for name in PARTS if name != "priority_right"),
)
"""What only some auction types know."""


def read_terms(body: Fields) -> Terms:
    """Read the terms, or refuse them with the path of what is wrong; contradictions have codes."""
    types = discover("bidding.auctions", "AUCTION")
    auction = types[body.choice("kind", tuple(types))]
    _only_what_it_takes(auction, body)
    parts = {
        attribute: read(body.fields(name)) if body.has(name) else None
        for name, (attribute, read, _write) in PARTS.items()
    }
    terms = Terms(
        kind=auction.slug,
        direction=_direction(auction, body),
        start_price=_amount(body, "start_price"),
        opens_at=_time(body, "opens_at"),
        closes_at=_time(body, "closes_at"),
        qualified=body.listed("qualified", to_text),
        increment=_amount(body, "increment", CENT),
        multiples_only=_multiples_only(auction, body),
        decimals=body.whole("decimals", 2, high=MOST_DECIMALS),
        reserve=_amount_or_none(body, "reserve"),
        ceiling=_amount_or_none(body, "cap"),
        valuation=_amount_or_none(body, "valuation"),
        self_outbid=body.flag("self_outbid"),
        least_bidders=body.whole("least_bidders", auction.least_bidders, low=1, high=1000),
        quiet=read_seconds(body, "quiet_s", 0, low=0),
        inquiry=read_seconds(body, "inquiry_s", 0, low=0),
        least_joiners=body.whole("least_joiners", 1, low=1, high=1000),
        calls=body.whole("calls", 0, low=0, high=MOST_CALLS),
        **parts,
    )
    body.done()
    check(terms, in_room="priority_in_room" in auction.takes)
    return terms


def terms_as_json(terms: Terms) -> dict[str, object]:
    """Write what `read_terms` reads; secrets are in it, so it is no public document."""
    auction = discover("bidding.auctions", "AUCTION")[terms.kind]
    written: dict[str, object] = {
        "kind": terms.kind,
        "direction": terms.direction,
        "start_price": f"{terms.start_price:f}",
        "opens_at": write_time(terms.opens_at),
        "closes_at": write_time(terms.closes_at),
        "qualified": list(terms.qualified),
        "decimals": terms.decimals,
        "least_bidders": terms.least_bidders,
    }
    own = {
        "increment": f"{terms.increment:f}",
        "multiples_only": terms.multiples_only,
        "self_outbid": terms.self_outbid,
        "quiet_s": seconds(terms.quiet),
        "inquiry_s": seconds(terms.inquiry),
        "least_joiners": terms.least_joiners,
        "calls": terms.calls,
    }
    written |= {name: value for name, value in own.items() if name in auction.takes}
    amounts = {"reserve": terms.reserve, "cap": terms.ceiling, "valuation": terms.valuation}
    written |= {name: f"{value:f}" for name, value in amounts.items() if value is not None}
    for name, (attribute, _read, write) in PARTS.items():
        if (part := getattr(terms, attribute)) is not None:
            written[name] = write(part)
    return written


def _only_what_it_takes(auction: Type, body: Fields) -> None:
    """Refuse a term the type does not know, which would otherwise be printed and not kept."""
    foreign = [name for name in OPTIONAL if body.has(name) and name not in auction.takes]
    if "rounds" not in auction.takes and body.fields("sealed").has("rounds"):
        foreign.append("sealed.rounds")
    if foreign:
        message = _("竞价方式“%(kind)s”没有这些条款：%(names)s。")
        raise Invalid("auction.not_for_kind", message, kind=auction.slug, names="、".join(foreign))
    for name in sorted(auction.needs):
        body.raw(name)


def _direction(auction: Type, body: Fields) -> str:
    allowed = DIRECTIONS if auction.direction == "either" else (auction.direction,)
    return body.choice("direction", allowed, allowed[0])


def _multiples_only(auction: Type, body: Fields) -> bool:
    """Offers go by whole steps unless the terms say otherwise; sealed quotes know no steps."""
    if body.has("multiples_only") or "multiples_only" not in auction.takes:
        return body.flag("multiples_only")
    return True


def _amount(body: Fields, name: str, default: Decimal | None = None) -> Decimal:
    return body.decimal(name, default, low=-FAR)


def _amount_or_none(body: Fields, name: str) -> Decimal | None:
    return _amount(body, name) if body.has(name) else None


def _time(body: Fields, name: str) -> datetime:
    return read_time(body.raw(name), body.path(name))
