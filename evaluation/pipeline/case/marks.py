"""What a case says of marks: the criteria, and how the members' marks become one."""

from dataclasses import dataclass
from decimal import Decimal

from evaluation.pipeline.case.limits import CENT, HUNDRED, ONE
from kernel.reading import Fields


@dataclass(frozen=True)
class Experts:
    """How the members' marks become one (rulebook F13)."""

    drop_highest: int
    drop_lowest: int
    from_members: int
    trim_level: str
    min_total: Decimal | None
    flag_above: Decimal


@dataclass(frozen=True)
class Criterion:
    """A leaf of the criteria tree: who marks it how, up to what mark."""

    code: str
    title: str
    component: str
    kind: str
    full: Decimal


def read_experts(body: Fields) -> Experts:
    """Read how the members' marks become one."""
    high, low = body.whole("drop_highest", 0, high=10), body.whole("drop_lowest", 0, high=10)
    read = Experts(
        drop_highest=high,
        drop_lowest=low,
        from_members=body.whole("from_members", high + low + 1, low=high + low + 1),
        trim_level=body.choice("trim_level", ("item", "total"), "item"),
        min_total=body.decimal_or_none("min_total", high=Decimal(1000)),
        flag_above=body.decimal("flag_above", Decimal("0.30"), high=ONE),
    )
    body.done()
    return read


def read_criterion(given: object, where: str) -> Criterion:
    """Read a leaf of the criteria tree."""
    body = Fields(given, where)
    code = body.text("code")
    read = Criterion(
        code=code,
        title=body.text("title", code),
        component=body.text("component", "technical"),
        kind=body.choice("kind", ("subjective", "objective"), "subjective"),
        full=body.decimal("full", low=CENT, high=HUNDRED),
    )
    body.done()
    return read
