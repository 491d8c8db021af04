"""A method and its bids, read strictly from JSON: every unknown key is refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from evaluation.pipeline.trace import MODES, Rounding
from kernel.errors import Invalid
from kernel.reading import FAR, Fields, to_decimal, to_text
from kernel.text import gettext_noop as _

MARKETS: Final = ("construction", "procurement", "property", "land", "talent")
CENT: Final = Decimal("0.01")
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)
PARTIAL: Final = ("exact", "ceil", "floor")
MOST_DECIMALS: Final = 10


@dataclass(frozen=True)
class Bid:
    """One bid: its price, the scores already known, the marks of the members, other facts."""

    name: str
    price: Decimal | None
    scores: Mapping[str, Decimal]
    experts: Mapping[str, tuple[Decimal, ...]]
    marks: Mapping[str, Mapping[str, Decimal]]
    facts: Mapping[str, Decimal]
    sheet: Mapping[str, object] | None


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
    """A share of the price or score for certain bidders."""

    kind: str
    rate: Decimal
    applies_to: tuple[str, ...]
    of: str = "price"
    capped: bool = False


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
class Outliers:
    """When the lowest or highest price stands so far off that it leaves the benchmark."""

    low_pct: Decimal | None
    high_pct: Decimal | None
    then: str
    score: Decimal | None


@dataclass(frozen=True)
class Trim:
    """From so many bids on, so many of the highest and lowest are left out."""

    from_bids: int
    high: int
    low: int


@dataclass(frozen=True)
class Part:
    """One term of a weighted benchmark."""

    of: str
    share: Decimal
    value: Decimal | None
    bidder: str


@dataclass(frozen=True)
class Benchmark:
    """How the benchmark price is formed (rulebook F9)."""

    kind: str
    reference: Decimal | None
    reference_share: Decimal
    trim: tuple[Trim, ...]
    trim_share: Decimal
    factor: Decimal
    decimals: int | None
    only: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Curve:
    """How a price becomes a score."""

    kind: str
    full: Decimal
    per_pct_above: Decimal
    per_pct_below: Decimal
    partial: str
    least: Decimal
    max_above: Decimal | None
    max_below: Decimal | None


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


@dataclass(frozen=True)
class LowPrice:
    """The lines below which a price is reviewed (LOW2), and who could not justify its price."""

    mean_share: Decimal
    next_share: Decimal
    limit_share: Decimal
    limit: Decimal | None
    unproven: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A whole case, its bids in the order of their names."""

    market: str
    direction: str
    price_form: str
    arithmetic: str
    validity: Validity
    deductions: tuple[Rate, ...]
    corrections: tuple[Amount, ...]
    monetised: tuple[Monetised, ...]
    low_price: LowPrice | None
    outliers: Outliers | None
    benchmark: Benchmark | None
    curve: Curve | None
    criteria: tuple[Criterion, ...]
    experts: Experts
    weights: Mapping[str, Decimal]
    bonus: tuple[Rate, ...]
    rounding: Rounding
    tie_break: tuple[str, ...]
    draw: Mapping[str, str]
    bids: tuple[Bid, ...] = field(default=())


def read_case(given: object) -> Case:
    """Read a case, or refuse it with the path of what is wrong."""
    body = Fields(given)
    case = Case(
        market=body.choice("market", MARKETS, "procurement"),
        direction=body.choice("direction", ("low", "high"), "low"),
        price_form=body.choice("price_form", ("total", "rate"), "total"),
        arithmetic=body.choice("arithmetic", ("procurement", "construction"), "procurement"),
        validity=_validity(body.fields("validity")),
        deductions=body.listed("deductions", _deduction),
        corrections=body.listed("corrections", _correction),
        monetised=body.listed("monetised", _monetised),
        low_price=_low_price(body) if body.has("low_price_review") else None,
        outliers=_outliers(body.fields("outliers")) if body.has("outliers") else None,
        benchmark=_benchmark(body.fields("benchmark")) if body.has("benchmark") else None,
        curve=_curve(body.fields("curve")) if body.has("curve") else None,
        criteria=body.listed("criteria", _criterion),
        experts=_experts(body.fields("experts")),
        weights=body.mapped("weights", lambda v, w: to_decimal(v, w, high=ONE)),
        bonus=body.listed("bonus", _bonus),
        rounding=_rounding(body.fields("rounding")),
        tie_break=body.listed("tie_break", to_text),
        draw=_draw(body.fields("draw")),
        bids=tuple(sorted(body.listed("bids", _bid), key=lambda bid: bid.name)),
    )
    body.done()
    _consistent(case)
    return case


def _percent(body: Fields, name: str) -> Decimal | None:
    return body.decimal_or_none(name, high=Decimal(1000))


def _validity(body: Fields) -> Validity:
    read = Validity(
        ceiling=body.decimal_or_none("ceiling"),
        floor=body.decimal_or_none("floor"),
        reference=body.decimal_or_none("reference", low=CENT),
        max_over_pct=_percent(body, "max_over_reference_pct"),
        max_under_pct=_percent(body, "max_under_reference_pct"),
    )
    body.done()
    return read


def _names(body: Fields, name: str) -> tuple[str, ...]:
    return body.listed(name, to_text)


def _deduction(given: object, where: str) -> Rate:
    body = Fields(given, where)
    rate = body.decimal("rate", high=Decimal("0.99"))
    read = Rate(body.text("kind"), rate, _names(body, "applies_to"))
    body.done()
    return read


def _bonus(given: object, where: str) -> Rate:
    body = Fields(given, where)
    read = Rate(
        kind=body.text("kind", "bonus"),
        rate=body.decimal("rate", high=ONE),
        applies_to=_names(body, "applies_to"),
        of=body.choice("of", ("price", "total"), "price"),
        capped=body.flag("capped"),
    )
    body.done()
    return read


def _correction(given: object, where: str) -> Amount:
    body = Fields(given, where)
    amount = body.decimal("amount", low=-FAR)
    read = Amount(body.text("bidder"), amount, body.text("why", "—"), body.flag("confirmed"))
    body.done()
    return read


def _monetised(given: object, where: str) -> Monetised:
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


def _low_price(case: Fields) -> LowPrice:
    body, most = case.fields("low_price_review"), Decimal("0.65")
    read = LowPrice(
        mean_share=body.decimal("mean_share", Decimal("0.50"), low=Decimal("0.50"), high=most),
        next_share=body.decimal("next_share", Decimal("0.50"), low=Decimal("0.50"), high=most),
        limit_share=body.decimal("limit_share", Decimal("0.45"), low=Decimal("0.45"), high=most),
        limit=body.decimal_or_none("limit"),
        unproven=_names(body, "unproven"),
    )
    body.done()
    return read


def _outliers(body: Fields) -> Outliers:
    read = Outliers(
        low_pct=_percent(body, "lowest_below_second_pct"),
        high_pct=_percent(body, "highest_above_second_pct"),
        then=body.choice("then", ("exclude_from_benchmark", "invalid"), "exclude_from_benchmark"),
        score=body.decimal_or_none("score", high=HUNDRED),
    )
    body.done()
    return read


BENCHMARKS: Final = (
    "lowest",
    "highest",
    "mean",
    "reference",
    "mixed",
    "given",
    "weighted",
    "second_mean",
)


def _benchmark(body: Fields) -> Benchmark:
    read = Benchmark(
        kind=body.choice("kind", BENCHMARKS),
        reference=body.decimal_or_none("reference", low=CENT),
        reference_share=body.decimal("reference_share", Decimal("0.5"), high=ONE),
        trim=body.listed("trim", _trim),
        trim_share=body.decimal("trim_share", Decimal(0), high=Decimal("0.49")),
        factor=body.decimal("factor", ONE, low=Decimal("0.01"), high=Decimal(2)),
        decimals=_places(body, "decimals", 2),
        only=_names(body, "only"),
        parts=body.listed("parts", _part),
    )
    body.done()
    if read.kind in ("reference", "mixed", "given") and read.reference is None:
        body.raw("reference")
    return read


def _trim(given: object, where: str) -> Trim:
    body = Fields(given, where)
    read = Trim(body.whole("from_bids", low=1), body.whole("high", 0), body.whole("low", 0))
    body.done()
    return read


def _part(given: object, where: str) -> Part:
    body = Fields(given, where)
    of = body.choice("of", ("given", "lowest", "mean", "bid"))
    value = body.decimal("value", low=CENT) if of == "given" else None
    bidder = body.text("bidder") if of == "bid" else ""
    read = Part(of, body.decimal("share", high=ONE), value, bidder)
    body.done()
    return read


def _places(body: Fields, name: str, default: int) -> int | None:
    """Read a number of places; null says: do not round."""
    if name in body.given and not body.has(name):
        return None
    return body.whole(name, default, high=MOST_DECIMALS)


def _curve(body: Fields) -> Curve:
    read = Curve(
        kind=body.choice("kind", ("ratio", "deviation", "linear", "coefficient")),
        full=body.decimal("full", low=CENT, high=HUNDRED),
        per_pct_above=body.decimal("per_pct_above", ONE, high=HUNDRED),
        per_pct_below=body.decimal("per_pct_below", ONE, high=HUNDRED),
        partial=body.choice("partial_pct", PARTIAL, "exact"),
        least=body.decimal("min", Decimal(0), high=HUNDRED),
        max_above=body.decimal_or_none("max_deduct_above", high=HUNDRED),
        max_below=body.decimal_or_none("max_deduct_below", high=HUNDRED),
    )
    body.done()
    return read


def _experts(body: Fields) -> Experts:
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


def _criterion(given: object, where: str) -> Criterion:
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


def _rounding(body: Fields) -> Rounding:
    read = Rounding(
        score_decimals=_places(body, "score_decimals", 2),
        deviation_decimals=_places(body, "deviation_decimals", 4),
        mode=body.choice("mode", tuple(MODES), "half_up"),
    )
    body.done()
    return read


def _draw(body: Fields) -> dict[str, str]:
    if not body.given:
        return {}
    read = {name: body.text(name) for name in ("seed", "nonce", "purpose")}
    body.done()
    return read


def _bid(given: object, where: str) -> Bid:
    body = Fields(given, where)
    scores = body.fields("scores")
    experts = scores.mapped("experts", _marks)
    known = {
        name: to_decimal(value, scores.path(name), high=Decimal(1000))
        for name, value in sorted(scores.given.items())
        if name != "experts"
    }
    read = Bid(
        name=body.text("name"),
        price=body.decimal_or_none("price"),
        scores=known,
        experts=experts,
        marks=body.mapped("marks", _member_marks),
        facts=body.mapped("facts", lambda v, w: to_decimal(v, w, low=-FAR)),
        sheet=dict(body.fields("sheet").given) if body.has("sheet") else None,
    )
    body.done()
    return read


def _marks(given: object, where: str) -> tuple[Decimal, ...]:
    return Fields({where: given}).listed(where, lambda v, w: to_decimal(v, w, high=Decimal(1000)))


def _member_marks(given: object, where: str) -> dict[str, Decimal]:
    return Fields({where: given}).mapped(where, lambda v, w: to_decimal(v, w, high=Decimal(1000)))


def _consistent(case: Case) -> None:
    """Refuse what each part allows but the whole does not."""
    _bids_are_named_once(case)
    _names_are_bidders(case)
    if case.curve and not case.benchmark:
        raise Invalid(
            "evaluate.no_benchmark", _("有价格得分曲线（curve）时必须有基准价（benchmark）。")
        )
    if case.curve and any("price" in (*b.scores, *b.experts) for b in case.bids):
        message = _("价格分由曲线计算，投标中不能再给“price”得分。")
        raise Invalid("evaluate.price_score_given", message)
    if case.weights and sum(case.weights.values()) != 1:
        total = str(sum(case.weights.values()))
        message = _("各项权重之和应为 1，现为 %(total)s。")
        raise Invalid("evaluate.weights_sum", message, total=total)
    trims = case.benchmark and (case.benchmark.trim or case.benchmark.trim_share)
    if case.market == "procurement" and trims:
        message = _("政府采购评标不得去掉最高报价和最低报价（财政部令第87号第五十五条）。")
        raise Invalid("evaluate.trim_forbidden", message)
    if case.curve and case.curve.least > case.curve.full:
        raise Invalid("evaluate.curve_upside_down", _("最低分不能高于满分。"))


def _bids_are_named_once(case: Case) -> None:
    names = [bid.name for bid in case.bids]
    if not names:
        raise Invalid("evaluate.no_bids", _("没有投标，无法评审。"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = _("投标人名称重复：%(names)s。")
        raise Invalid("evaluate.bidder_twice", message, names="、".join(twice))


def _names_are_bidders(case: Case) -> None:
    used = {name for rate in (*case.deductions, *case.bonus) for name in rate.applies_to}
    used |= {amount.bidder for amount in case.corrections}
    used |= set(case.low_price.unproven if case.low_price else ())
    if case.benchmark:
        used |= set(case.benchmark.only)
        used |= {part.bidder for part in case.benchmark.parts if part.bidder}
    if unknown := sorted(used - {bid.name for bid in case.bids}):
        message = _("名单中没有投标人：%(names)s。")
        raise Invalid("evaluate.unknown_bidder", message, names="、".join(unknown))
