"""What a case says of prices: validity, deductions, corrections, priced facts, low prices."""

from dataclasses import dataclass
from decimal import Decimal

from evaluation.pipeline.case.limits import CENT, HUNDRED, ONE, PARTIAL, names, percent
from kernel.reading import FAR, ZERO, Fields


@dataclass(frozen=True)
class Validity:
    """The band a price must lie in (rulebook 4.3, R05)."""

    ceiling: Decimal | None
    floor: Decimal | None
    reference: Decimal | None
    max_over_pct: Decimal | None
    max_under_pct: Decimal | None


@dataclass(frozen=True)
class Rate:
    """A share of the price for certain bidders."""

    kind: str
    rate: Decimal
    applies_to: tuple[str, ...]


@dataclass(frozen=True)
class Bonus:
    """A share or a number of points added to certain bidders' scores; points may be negative."""

    kind: str
    rate: Decimal
    points: Decimal | None
    applies_to: tuple[str, ...]
    of: str
    capped: bool


@dataclass(frozen=True)
class Amount:
    """A sum added to one bidder's price; a confirmed one also changes the contract price."""

    bidder: str
    amount: Decimal
    why: str
    confirmed: bool


@dataclass(frozen=True)
class Monetised:
    """A fact turned into money by the document: so much for each unit before or after a base."""

    fact: str
    base: Decimal
    early: Decimal
    late: Decimal
    partial: str


@dataclass(frozen=True)
class LowPrice:
    """The lines below which a price is reviewed (LOW2), and who could not justify its price."""

    mean_share: Decimal
    next_share: Decimal
    limit_share: Decimal
    limit: Decimal | None
    unproven: tuple[str, ...]


def read_validity(body: Fields) -> Validity:
    """Read the band a price must lie in."""
    read = Validity(
        ceiling=body.decimal_or_none("ceiling"),
        floor=body.decimal_or_none("floor"),
        reference=body.decimal_or_none("reference", low=CENT),
        max_over_pct=percent(body, "max_over_reference_pct"),
        max_under_pct=percent(body, "max_under_reference_pct"),
    )
    body.done()
    return read


def read_deduction(given: object, where: str) -> Rate:
    """Read a share of the price that some bidders save."""
    body = Fields(given, where)
    rate = body.decimal("rate", high=Decimal("0.99"))
    read = Rate(body.text("kind"), rate, names(body, "applies_to"))
    body.done()
    return read


def read_bonus(given: object, where: str) -> Bonus:
    """Read a share, or points, that are added to some bidders' scores."""
    body = Fields(given, where)
    points = body.decimal_or_none("points", low=-HUNDRED, high=HUNDRED)
    read = Bonus(
        kind=body.text("kind", "bonus"),
        rate=body.decimal("rate", high=ONE) if points is None else ZERO,
        points=points,
        applies_to=names(body, "applies_to"),
        of=body.choice("of", ("price", "total"), "price"),
        capped=body.flag("capped"),
    )
    body.done()
    return read


def read_correction(given: object, where: str) -> Amount:
    """Read a sum added to one bidder's price."""
    body = Fields(given, where)
    amount = body.decimal("amount", low=-FAR)
    read = Amount(body.text("bidder"), amount, body.text("why", "—"), body.flag("confirmed"))
    body.done()
    return read


def read_monetised(given: object, where: str) -> Monetised:
    """Read a fact that the document turns into money."""
    body = Fields(given, where)
    read = Monetised(
        fact=body.text("field"),
        base=body.decimal("base", low=-FAR),
        early=body.decimal("per_unit_early", Decimal(0), low=-FAR),
        late=body.decimal("per_unit_late", Decimal(0), low=-FAR),
        partial=body.choice("partial", PARTIAL, "exact"),
    )
    body.done()
    return read


def read_low_price(case: Fields) -> LowPrice:
    """Read the lines below which a price is reviewed."""
    body, most = case.fields("low_price_review"), Decimal("0.65")
    read = LowPrice(
        mean_share=body.decimal("mean_share", Decimal("0.50"), low=Decimal("0.50"), high=most),
        next_share=body.decimal("next_share", Decimal("0.50"), low=Decimal("0.50"), high=most),
        limit_share=body.decimal("limit_share", Decimal("0.45"), low=Decimal("0.45"), high=most),
        limit=body.decimal_or_none("limit"),
        unproven=names(body, "unproven"),
    )
    body.done()
    return read
