"""The published results of the platform in one list, newest first, and their sums: who won, who was
shortlisted in a framework, and what was called off from one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from trading.markets import markets
from trading.models import Award, CallOff, FrameworkAgreement

PAGE: Final = 20
KEY: Final = re.compile(r"([a-z]+)-([0-9]{1,18})")
TENDER: Final = ("code", "title", "market", "method")
LOT: Final = ("number", "title", "transaction_code")


class Outcome(NamedTuple):
    """What a row says of a published result; `others` counts those shortlisted beside the first,
    who have no price in common.
    """

    kind: str
    pk: int
    told_at: datetime
    code: str
    title: str
    market: str
    method: str
    number: int
    lot_title: str
    transaction_code: str
    purchaser: str
    supplier: str
    uscc: str
    budget: Decimal | None
    price: Decimal | None
    call_off: int | None
    others: int

    @property
    def key(self) -> str:
        """Name the row, so that a list goes on after it."""
        return f"{self.kind}-{self.pk}"


class Key(NamedTuple):
    """A place in the order of the list: of what is told at once, awards come first."""

    told_at: datetime
    kind: str
    pk: int


class Source(NamedTuple):
    """Where results of one kind are kept: which rows, since when everybody knows of them, by whose
    purchase, for how much at most, at which price, and what more is said of them.
    """

    rows: Callable[[], QuerySet[Any]]
    told: str
    purchaser: str
    supplier: str
    budget: str
    price: str | None
    call_off: str | None = None
    others: bool = False


def _shortlists() -> QuerySet[Any]:
    """Give the first of every shortlist: it stands for the lot."""
    return FrameworkAgreement.objects.filter(place=1).exclude(notified_at=None)


SOURCES: Final[Mapping[str, Source]] = {
    "award": Source(
        lambda: Award.objects.exclude(notified_at=None),
        told="notified_at",
        purchaser="lot__tender__purchaser__name",
        supplier="supplier",
        budget="lot__budget",
        price="price",
    ),
    "call": Source(
        lambda: CallOff.objects.exclude(published_at=None),
        told="published_at",
        purchaser="purchaser__name",
        supplier="agreement__supplier",
        budget="agreed_amount",
        price="amount",
        call_off="number",
    ),
    "shortlist": Source(
        _shortlists,
        told="notified_at",
        purchaser="lot__tender__purchaser__name",
        supplier="supplier",
        budget="lot__budget",
        price=None,
        others=True,
    ),
}
"""The kinds of results, in the order in which those told in the same instant are listed."""


def outcomes_page(after: str = "", size: int = PAGE) -> tuple[list[Outcome], str]:
    """Give one page of the published results after a key, and the key of the next."""
    key = _key(after)
    found = [row for kind in SOURCES for row in _of(kind, key, size + 1)]
    order = list(SOURCES)
    found.sort(key=lambda row: (row.told_at, -order.index(row.kind), row.pk), reverse=True)
    return found[:size], found[size - 1].key if len(found) > size else ""


def _key(after: str) -> Key | None:
    """Find the row that a key names; one that names none begins at the beginning."""
    read = KEY.fullmatch(after)
    if read is None or read[1] not in SOURCES:
        return None
    source = SOURCES[read[1]]
    told = source.rows().filter(pk=int(read[2])).values_list(source.told, flat=True).first()
    return None if told is None else Key(told, read[1], int(read[2]))


def _of(kind: str, key: Key | None, most: int) -> list[Outcome]:
    """Give the newest rows of one kind that come after a key."""
    source = SOURCES[kind]
    rows = source.rows().order_by(f"-{source.told}", "-pk")
    if key is not None:
        rows = rows.filter(_after(source.told, key, list(SOURCES).index(kind)))
    nothing = {"price": None, "call_off": None, "others": 0}
    values = {
        "pk": "pk",
        "told_at": source.told,
        **{name: f"lot__tender__{name}" for name in TENDER},
        "number": "lot__number",
        "lot_title": "lot__title",
        "transaction_code": "lot__transaction_code",
        "purchaser": source.purchaser,
        "supplier": f"{source.supplier}__name",
        "uscc": f"{source.supplier}__uscc",
        "budget": source.budget,
        **({"price": source.price} if source.price else {}),
        **({"call_off": source.call_off} if source.call_off else {}),
    }
    if source.others:
        rows = rows.annotate(shortlisted=_shortlisted())
        values["others"] = "shortlisted"
    found = rows.values_list(*values.values())[:most]
    return [Outcome(kind=kind, **nothing | dict(zip(values, row, strict=True))) for row in found]


def _after(told: str, key: Key, place: int) -> Q:
    """Narrow rows of one kind to those after a key."""
    own = list(SOURCES).index(key.kind)
    earlier = Q(**{f"{told}__lt": key.told_at})
    if place < own:
        return earlier
    at_once = Q(**{told: key.told_at})
    return earlier | (at_once & Q(pk__lt=key.pk) if place == own else at_once)


def _shortlisted() -> Subquery:
    """Count the others of a lot that were shortlisted."""
    rows = FrameworkAgreement.objects.filter(lot=OuterRef("lot")).exclude(notified_at=None)
    counted = rows.order_by().values("lot").annotate(count=Count("pk") - 1)
    return Subquery(counted.values("count"))


def figures() -> list[dict[str, Any]]:
    """Add up the published results of each market that has any: what is bought and what is sold
    are never one sum. A shortlist counts as a result and costs nothing: what is called off does.
    """
    found: dict[str, dict[str, Any]] = {}
    for source in SOURCES.values():
        rows = source.rows().order_by().values(market=F("lot__tender__market"))
        zero = Decimal(0)
        sums = {
            "awarded": Coalesce(Sum(source.price), zero),
            "budget": Coalesce(Sum(source.budget), zero),
        }
        counted = rows.annotate(awards=Count("pk"), **sums if source.price else {})
        for row in counted:
            so_far = found.setdefault(row["market"], {"awards": 0, "awarded": zero, "budget": zero})
            for name in so_far:
                so_far[name] += row.get(name, 0)
    return [
        {"title": market.title, "words": market.words, **found[slug]}
        for slug, market in markets().items()
        if slug in found
    ]
