"""Which rules apply to a tender: those of its first announcement, or of today for a draft; and the
list of all rules that anybody may read.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext

from kernel.calendar import Override, WorkCalendar, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.markets import market_of, markets, method_of
from trading.models import DeclaredDay, Tender
from trading.periods import (
    DOCUMENTS,
    Figure,
    Period,
    Requirement,
    Rows,
    Rule,
    RuleSet,
    Scope,
    market_titles,
    method_titles,
    national,
    require_known,
    title_of,
)
from trading.periods.fields import CLASS
from trading.periods.pack import Pack, read_pack, unreadable_pack

SPANS: Final = {"CAL": _("%(n)s 日"), "WD": _("%(n)s 个工作日")}
"""How long a period is, by what it counts."""
KINDS: Final = {"period": _("期限"), "figure": _("数值"), "field": _("公告内容")}


@dataclass(frozen=True)
class RuleFilters:
    """What narrows the list of rules: a day, a market and method, a kind, and words."""

    on: date
    market: str = ""
    method: str = ""
    kind: str = ""
    query: str = ""


_kept: Final[ContextVar[list[WorkCalendar] | None]] = ContextVar("calendar", default=None)


@contextmanager
def one_calendar() -> Iterator[None]:
    """Read the calendar once at most while this lasts: for one request, whose pages count many
    periods; nothing is kept beyond it, so that no other process is ever a day behind.
    """
    token = _kept.set([])
    try:
        yield
    finally:
        _kept.reset(token)


def forget_calendar() -> None:
    """Read the calendar again when it is next asked for, having changed."""
    if kept := _kept.get():
        kept.clear()


def work_calendar() -> WorkCalendar:
    """Give the calendar that all legal periods are counted by: the State Council's notices, and
    what the centre has declared since.
    """
    kept = _kept.get()
    if kept:
        return kept[0]
    rows = DeclaredDay.objects.order_by("pk")
    found = WorkCalendar({row.day: Override(row.is_working, row.source) for row in rows})
    if kept is not None:
        kept.append(found)
    return found


def declared_days(year: int) -> list[DeclaredDay]:
    """List what was declared of a year, by day; of one day the newest first."""
    return list(DeclaredDay.objects.filter(day__year=year).order_by("day", "-pk"))


def standing_declaration(day: date) -> DeclaredDay | None:
    """Give what counts of a day among all that was declared of it."""
    return DeclaredDay.objects.filter(day=day).order_by("-pk").first()


def common_rules(at: datetime) -> RuleSet:
    """Give the rules of today where no tender is at hand, such as those for supervisors."""
    return RuleSet(Scope(on=local_date(at)), work_calendar(), all_rows())


def rules_of(tender: Tender, now: datetime | date) -> RuleSet:
    """Give the rules of a tender, pinned to its first announcement, which may be the one made in
    advance; a draft has those of today.
    """
    moment = tender.pre_disclosed_at or tender.published_at or now
    rules = RuleSet(
        Scope(
            market=tender.market,
            method=tender.method,
            subject=tender.category,
            region=tender.region,
            budget_level=tender.budget_level,
            on=local_date(moment) if isinstance(moment, datetime) else moment,
        ),
        work_calendar(),
        all_rows(),
    )
    subject = method_of(tender).subject
    if subject is None:
        return rules
    price = sum((lot.start_price for lot in tender.lots.all()), Decimal(0))
    return rules.about(subject(tender.category, price, rules))


def classes_of(tender: Tender, at: datetime) -> Mapping[str, str]:
    """Give the classes a tender's transaction codes may have, by their titles: the nation's, or
    those of its place; the last stands for all others.
    """
    rows = rules_of(tender, at).fields(CLASS)
    local = {row.code.upper(): row.title for row in rows}
    return market_of(tender).classes_in(tender.category, local)


def class_title(market: str, category: str, code: str) -> str:
    """Say what a class is called: by the nation, else by the pack that has it."""
    if not code:
        return ""
    rows = [r for r in all_rows().fields if r.document == CLASS and r.reach.market == market]
    local = {row.code.upper(): row.title for row in rows}
    return markets()[market].classes[category].get(code) or local.get(code, "")


@cache
def rule_packs(folder: str) -> tuple[Pack, ...]:
    """Read the packs of a folder once, in the order of their names; none where none is set."""
    if not folder:
        return ()
    place = Path(folder)
    files = sorted(place.glob("*.toml")) if place.is_dir() else [place]
    return tuple(pack_in(file) for file in files)


def pack_in(file: Path) -> Pack:
    """Read one pack; a file that cannot be read is a finding like any other."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return unreadable_pack(file.name)
    return read_pack(text, file.name)


@cache
def _rows_with(folder: str) -> Rows:
    rows = national()
    for pack in rule_packs(folder):
        if not pack.findings:  # a start with a broken pack is refused (portal/checks.py)
            rows = rows.with_pack(pack.rows)
    return rows


def all_rows() -> Rows:
    """Give every row there is: the nation's, and those of the packs this server started with."""
    return _rows_with(settings.RULE_PACKS)


def rules_on(filters: RuleFilters) -> list[Rule]:
    """List the rules in force on a day, market by market; an unknown market or method is refused,
    as nothing found would read as "there is no rule".
    """
    _require_known(filters)
    words = filters.query.lower().split()
    found = [
        row
        for row in all_rows().all()
        if row.basis.holds_on(filters.on)
        and (not filters.market or row.reach.market in {"", filters.market})
        and (not filters.method or not row.reach.methods or filters.method in row.reach.methods)
        and filters.kind in {"", row.key[0]}
        and all(word in _said(row) for word in words)
    ]
    order = [*market_titles(), ""]
    return sorted(found, key=lambda row: order.index(row.reach.market))


def _require_known(filters: RuleFilters) -> None:
    if filters.kind not in {"", *KINDS}:
        raise Invalid("rules.unknown_kind", _("没有这一类规则。"), field="kind")
    if filters.market or filters.method:
        markets = [filters.market] if filters.market else list(market_titles())
        known = [m for m in markets if filters.method in method_titles(m)]
        method = filters.method or next(iter(method_titles(filters.market) or {"": ""}))
        require_known(Scope(known[0] if known else markets[0], method))


def _said(row: Rule) -> str:
    """Put together what a search for words looks through, in Chinese and in the reader's words."""
    texts = [row.title, *_parts(row)]
    basis = row.basis
    said = [*texts, *map(gettext, texts), row.code, basis.source, basis.article, basis.pack]
    return " ".join(said).lower()


def _parts(row: Period | Figure | Requirement) -> list[str]:
    if isinstance(row, Period):
        return [title_of(row.anchor), title_of(row.target)]
    return [DOCUMENTS[row.document]] if isinstance(row, Requirement) else []


def in_days(text: str, tender: Tender) -> str:
    """Say a sentence whose placeholders are codes of periods, each as long as the rules of the
    tender have it.
    """
    periods = rules_of(tender, tender.drafted_at).periods(local_date(tender.drafted_at))
    lengths = {one.code: gettext(SPANS[one.unit]) % {"n": one.value} for one in periods}
    return gettext(text) % lengths
