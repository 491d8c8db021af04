"""A city's own rules: a TOML file of rows that apply within its region, read strictly.

A pack may add rules and make the nation's stricter. What a statute fixes it may not weaken, unless
the row names in `permits` the legal basis that lets it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final, cast, get_args

from kernel.calendar import Unit
from kernel.errors import Invalid
from kernel.reading import Fields, to_text
from kernel.text import gettext_noop as _
from trading.periods.fields import CALLS, CLASS, DOCUMENTS
from trading.periods.grounds import GROUND
from trading.periods.markets import BUDGET_LEVELS, CLASS_LETTERS, SUBJECTS
from trading.periods.rule import (
    Basis,
    Bound,
    Confidence,
    Figure,
    Measure,
    Period,
    Reach,
    Requirement,
    Rule,
    overlap,
)
from trading.periods.rulebooks import Rows, market_titles, method_titles, national, rulebooks

REGION: Final = re.compile(r"[0-9]{6}")
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
KINDS: Final = ("period", "figure", "field")
MARKS: Final = ("rule", "unverified", "design")
"""How sure a pack may be of itself: that a statute was read is said of the nation's rows only."""
MOST_DAYS: Final = 3660


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row of a pack, and where it stands."""

    file: str
    row: str
    code: str
    message: str
    facts: dict[str, object]

    def text(self) -> str:
        """Fill the facts into the message."""
        return self.message % self.facts


@dataclass(frozen=True)
class Pack:
    """A pack as read: its good rows, and what is wrong with the others."""

    name: str
    issuer: str
    region: str
    rows: Rows
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Head:
    name: str
    region: str


def read_pack(text: str, file: str) -> Pack:
    """Read a pack; every bad row is a finding, and a pack that is no TOML is one alone."""
    try:
        body = Fields(tomllib.loads(text))
        name, issuer, region = body.text("name"), body.text("issuer"), _region(body)
        given = {kind: _tables(body, kind) for kind in KINDS}
        body.done()
    except tomllib.TOMLDecodeError as wrong:
        message = _("不是有效的 TOML：%(reason)s")
        return _nothing(Finding(file, "", "pack.not_toml", message, {"reason": str(wrong)}))
    except Invalid as wrong:
        return _nothing(_finding(file, "", wrong))
    return _read_rows(Pack(name, issuer, region, Rows((), (), ()), ()), given, file)


def _read_rows(pack: Pack, given: dict[str, tuple[object, ...]], file: str) -> Pack:
    rows: list[Rule] = []
    findings: list[Finding] = []
    head = _Head(pack.name, pack.region)
    for kind, tables in given.items():
        for number, table in enumerate(tables, start=1):
            place = f"{kind}[{number}]"
            try:
                row = _row(kind, Fields(table, place), head)
                _require_new(row, rows)
            except Invalid as wrong:
                findings.append(_finding(file, place, wrong))
            else:
                rows.append(row)
    return replace(pack, rows=_sorted(rows), findings=tuple(findings))


def _row(kind: str, body: Fields, head: _Head) -> Rule:
    reach, basis = _reach(body, head), _basis(body, head)
    permits = body.text("permits", "")
    row: Rule
    if kind == "period":
        row = _period(body, reach, basis)
    elif kind == "figure":
        row = _figure(body, reach, basis)
    else:
        document = body.choice("document", tuple(DOCUMENTS))
        row = Requirement(_code(body), body.text("title"), document, basis, reach)
        if document == CLASS:
            _require_class(row)
        elif document == GROUND:
            message = _("%(title)s：采用一种方式的情形由法律规定，地方规则不能增减。")
            raise Invalid("pack.ground", message, title=row.title)
        elif document not in CALLS:
            _require_field(row)
    body.done()
    if not permits:
        require_not_weaker(row)
    return row


def _period(body: Fields, reach: Reach, basis: Basis) -> Period:
    """Read a period; what it does not say it takes from the nation's row of the same code."""
    code = _code(body)
    known = next(
        (p for p in national().periods if p.code == code and overlap(p.reach, reach)), None
    )
    events = tuple(rulebooks()[reach.market].course.events)
    return Period(
        code=code,
        title=body.text("title", _own(known, "title")),
        bound=cast("Bound", body.choice("bound", ("min", "max"), _own(known, "bound"))),
        value=body.whole("value", high=MOST_DAYS),
        unit=cast("Unit", body.choice("unit", get_args(Unit), _own(known, "unit"))),
        anchor=body.choice("anchor", events, _own(known, "anchor")),
        target=body.choice("target", events, _own(known, "target")),
        basis=basis,
        reach=reach,
        rolls=body.flag("rolls") if body.has("rolls") else bool(known and known.rolls),
        before=body.flag("before") if body.has("before") else bool(known and known.before),
    )


def _figure(body: Fields, reach: Reach, basis: Basis) -> Figure:
    code = _code(body)
    known = next(
        (f for f in national().figures if f.code == code and overlap(f.reach, reach)), None
    )
    bound = body.choice("bound", get_args(Bound), _own(known, "bound"))
    measure = body.choice("unit", get_args(Measure), _own(known, "unit"))
    title = body.text("title", _own(known, "title"))
    return Figure(
        code, title, cast("Bound", bound), body.decimal("value"), cast("Measure", measure),
        basis, reach,
    )  # fmt: skip


def _require_class(row: Requirement) -> None:
    """Refuse what is no class of its market: its letter and two figures, here in small letters."""
    letter = CLASS_LETTERS.get(row.reach.market, "[a-z]")
    if not re.fullmatch(rf"{letter}[0-9]{{2}}", row.code):
        message = _("%(title)s：分类代码为市场的字母加两位数字，用小写，例如 %(letter)s01。")
        raise Invalid("pack.class", message, title=row.title, letter=letter)


def _require_field(row: Requirement) -> None:
    """Refuse a field that a document made by the platform has no place for: only a call for bids
    or takers is written by somebody who can be asked for more.
    """
    known = [field.code for field in national().fields if field.document == row.document]
    if row.code not in known:
        message = _("%(title)s：%(document)s由平台按结果生成，只能列入已有的内容：%(known)s。")
        raise Invalid(
            "pack.field",
            message,
            title=row.title,
            document=DOCUMENTS[row.document],
            known="、".join(dict.fromkeys(known)),
        )


def _own(known: Rule | None, name: str) -> str | None:
    """Give a word of the nation's row, where there is one."""
    return str(getattr(known, name)) if known else None


def require_not_weaker(row: Rule) -> None:
    """Refuse what weakens a statute: a least may only grow, a most only shrink, and the time a
    person has for a remedy stays what it is.
    """
    rows: Iterable[Rule] = national().all()
    for law in rows:
        if law.key != row.key or not overlap(law.reach, row.reach):
            continue
        if law.basis.confidence == "statute" and _is_weaker(row, law):
            raise Invalid(
                "pack.weakens",
                _("%(title)s：不得放宽%(article)s的规定；确有法律依据的，请在 permits 写明。"),
                title=law.title,
                article=law.basis.article,
            )


def _is_weaker(row: Rule, law: Rule) -> bool:
    if isinstance(row, Period) and isinstance(law, Period):
        form = ("unit", "bound", "anchor", "target", "before")
        if any(getattr(row, name) != getattr(law, name) for name in form):
            return True
        if law.rolls and not row.rolls:
            return True
        return row.value != law.value if law.is_right else _beyond(row.value, law.value, law.bound)
    if isinstance(row, Figure) and isinstance(law, Figure):
        return row.unit != law.unit or _beyond(row.value, law.value, law.bound)
    return False


def _beyond(value: Decimal | int, lawful: Decimal | int, bound: Bound) -> bool:
    if bound == "exact":
        return value != lawful
    return value < lawful if bound == "min" else value > lawful


def _reach(body: Fields, head: _Head) -> Reach:
    market = body.choice("market", tuple(market_titles()))
    methods = body.listed("methods", to_text)
    subjects = body.listed("subjects", to_text)
    _known_words(body.path("methods"), methods, method_titles(market))
    _known_words(body.path("subjects"), subjects, SUBJECTS)
    region = _region(body) if body.has("region") else head.region
    if not region.startswith(Reach(region=head.region).area):
        message = _("%(where)s：区划 %(region)s 不在本规则包的区划之内。")
        raise Invalid("pack.region", message, where=body.path("region"), region=region)
    level = body.choice("budget_level", ("", *BUDGET_LEVELS), "")
    return Reach(market, methods, subjects, region, level)


def _basis(body: Fields, head: _Head) -> Basis:
    begins = _day(body, "effective_from")
    ends = _day(body, "effective_to") if body.has("effective_to") else None
    if ends is not None and ends <= begins:
        message = _("%(where)s：失效日期须晚于生效日期。")
        raise Invalid("pack.dates", message, where=body.path("effective_to"))
    mark = cast("Confidence", body.choice("confidence", MARKS, "rule"))
    return Basis(body.text("source"), body.text("article"), mark, begins, ends, head.name)


def _require_new(row: Rule, rows: Iterable[Rule]) -> None:
    """Refuse a row that says a second time, in the same place and days, what another says."""
    for other in rows:
        same = other.key == row.key and other.reach == row.reach
        if same and _meet(other.basis, row.basis):
            raise Invalid(
                "pack.twice", _("%(title)s：同一范围、同一时间有两条规则。"), title=row.title
            )


def _meet(one: Basis, other: Basis) -> bool:
    ends = (basis.effective_to or date.max for basis in (one, other))
    return max(one.effective_from, other.effective_from) < min(ends)


def _code(body: Fields) -> str:
    code = body.text("code")
    if not CODE.fullmatch(code):
        message = _("%(where)s：代码只用小写字母、数字和下划线，以字母开头。")
        raise Invalid("pack.code", message, where=body.path("code"))
    return code


def _region(body: Fields) -> str:
    region = body.text("region")
    if not REGION.fullmatch(region) or not Reach(region=region).area:
        message = _("%(where)s：应为六位行政区划代码，不能是全国。")
        raise Invalid("pack.region", message, where=body.path("region"), region=region[:20])
    return region


def _day(body: Fields, name: str) -> date:
    given = body.raw(name)
    if not isinstance(given, date) or isinstance(given, datetime):
        message = _("%(where)s：应为 TOML 日期，例如 2026-10-01，不加引号。")
        raise Invalid("pack.not_date", message, where=body.path(name))
    return given


def _known_words(where: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        message = _("%(where)s：不认识“%(names)s”。")
        raise Invalid("pack.unknown_word", message, where=where, names="、".join(unknown))


def _tables(body: Fields, kind: str) -> tuple[object, ...]:
    return body.listed(kind, lambda given, _where: given)


def _sorted(rows: Iterable[Rule]) -> Rows:
    kept = tuple(rows)
    return Rows(
        tuple(row for row in kept if isinstance(row, Period)),
        tuple(row for row in kept if isinstance(row, Figure)),
        tuple(row for row in kept if isinstance(row, Requirement)),
    )


def _finding(file: str, place: str, wrong: Invalid) -> Finding:
    return Finding(file, place, wrong.code, wrong.message, dict(wrong.facts))


def _nothing(finding: Finding) -> Pack:
    return Pack("", "", "", Rows((), (), ()), (finding,))


def unreadable_pack(file: str) -> Pack:
    """Give what a file that cannot be read is."""
    return _nothing(Finding(file, "", "pack.unreadable", _("无法读取文件。"), {}))


def findings_of(packs: Iterable[Pack]) -> Iterator[Finding]:
    """List what is wrong with all packs."""
    for pack in packs:
        yield from pack.findings
