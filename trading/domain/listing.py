"""What a grant of land by listing needs before its announcement, and the terms of its bidding
(LD39, rulebook 2.4 and 5.1).

The terms of a lot have the shape of the replay tool, like those of every other live sale: offers
in the listing days, a quiet while, the question who goes on, then the timed auction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel import money
from kernel.calendar import SHANGHAI, WorkCalendar, is_sensible, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp
from trading.domain import ceilings, deposits, particulars, sale
from trading.domain.bounds import require_within
from trading.domain.ceilings import Branch
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.particulars import Particular
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

ARTICLE: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第九条"
KINDS: Final = {"listing": _("挂牌（限时竞价）")}
CYCLE_SECONDS: Final = (60, 600)
USUAL_CYCLE: Final = 300
INQUIRY_SECONDS: Final = (60, 600)
USUAL_INQUIRY: Final = 240
QUIET_MINUTES: Final = (0, 240)
USUAL_QUIET: Final = 60
LISTING_ENDS: Final = time(16)

PARCEL: Final = (
    Particular("location", _("宗地坐落")),
    Particular("boundary", _("界址"), _("四至，或界址点坐标表的编号。")),
    Particular("area", _("出让面积（平方米）"), longest=40),
    Particular("condition", _("土地现状"), _("如：净地，现状场地平整，通路、通水、通电。")),
    Particular("use", _("规划用途")),
    Particular("years", _("出让年限"), _("居住七十年，商业、旅游、娱乐四十年，工业五十年。"), 40),
    Particular("plot_ratio", _("容积率"), longest=60),
    Particular("density", _("建筑密度"), longest=60, needed=False),
    Particular("green", _("绿地率"), longest=60, needed=False),
    Particular("height", _("建筑限高"), longest=60, needed=False),
)
"""What LD39 article 9 asks an announcement to say of each parcel."""


@dataclass(frozen=True)
class ListingTerms:
    """How a parcel is bid for: the step, the listing's two ends, and what follows it."""

    increment: Decimal
    opens_at: datetime
    closes_at: datetime
    quiet_minutes: int = USUAL_QUIET
    inquiry_s: int = USUAL_INQUIRY
    cycle_s: int = USUAL_CYCLE
    ceiling: Decimal | None = None
    branch: Branch = ceilings.LOTTERY


def read_terms(given: ListingTerms, start: Decimal, kinds: Sequence[str]) -> dict[str, Any]:
    """Clean the terms of a parcel's listing; every phase has its length before anybody offers."""
    if not set(KINDS) & set(kinds):
        raise Invalid("auction.kind", _("该交易方式不支持这种竞价。"), field="kind")
    require_within("quiet_minutes", given.quiet_minutes, QUIET_MINUTES)
    require_within("inquiry_s", given.inquiry_s, INQUIRY_SECONDS)
    require_within("cycle_s", given.cycle_s, CYCLE_SECONDS)
    _require_times(given)
    if not 0 < given.increment <= start:
        raise Invalid(
            "auction.increment", _("加价幅度应大于零，且不超过起始价。"), field="increment"
        )
    money.to_fen(given.increment)
    return _ceiling(given, start) | {
        "kind": "listing",
        "start_price": f"{start:.2f}",
        "increment": f"{given.increment:.2f}",
        "multiples_only": True,
        "opens_at": timestamp(given.opens_at),
        "closes_at": timestamp(given.closes_at),
        "quiet_s": given.quiet_minutes * 60,
        "inquiry_s": given.inquiry_s,
        "extension": {"window_s": given.cycle_s, "add_s": given.cycle_s, "from": "bid"},
        "self_outbid": False,
    }


def _ceiling(given: ListingTerms, start: Decimal) -> dict[str, Any]:
    """Clean the highest price, where there is one: whole steps lead to it, then something else
    than the price decides.
    """
    if given.ceiling is None:
        return {}
    money.to_fen(given.ceiling)
    if given.ceiling <= start or (given.ceiling - start) % given.increment:
        raise Invalid(
            "auction.ceiling",
            _("最高限价应高于起始价，并能从起始价按加价幅度的整数倍达到。"),
            field="ceiling",
        )
    after = ceilings.read(given.branch, given.inquiry_s)
    return {"cap": f"{given.ceiling:.2f}", "after_cap": after}


def _require_times(given: ListingTerms) -> None:
    for name in ("opens_at", "closes_at"):
        if not is_sensible(getattr(given, name)):
            raise Invalid("tender.date", _("日期不合理，请检查年份。"), field=name)
    if given.closes_at <= given.opens_at + timedelta(minutes=given.quiet_minutes):
        raise Invalid(
            "auction.listing_ends", _("挂牌截止应晚于挂牌开始和截止前的静默期。"), field="closes_at"
        )


def proposed(closes_at: datetime, rules: RuleSet) -> tuple[datetime, datetime]:
    """Propose both ends of a listing: an hour after applications close, to four in the afternoon
    of the first working day the law allows.
    """
    begins = closes_at + timedelta(hours=1)
    least = rules.period("listing", local_date(begins))
    last = rules.calendar.earliest(
        local_date(begins), least.value, least.unit, avoid_rest_days=True
    )
    return begins, datetime.combine(last.due, LISTING_ENDS, SHANGHAI)


def dates_of(lot: "LotFacts") -> Mapping[str, date]:
    """Give the dates a parcel's listing sets, by the names the rules give them."""
    begins, ends = sale.opens_at(lot.auction), _closes_at(lot.auction)
    if begins is None or ends is None:
        return {}
    return {"sale_begins": local_date(begins), "listed_until": local_date(ends)}


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List what the first section lacks of what an announcement must say."""
    needed = (
        ("title", facts.title, _("项目名称")),
        ("summary", facts.summary, _("出让概况")),
        ("plan_number", facts.plan_number, _("出让方案批准文号")),
        ("contact_name", facts.contact_name, _("项目联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
    )
    yield from unwritten(needed, ARTICLE)


def lots(facts: "TenderFacts") -> Iterator[Finding]:
    """List what parcels lack: their particulars, a lawful start price, a deposit that is enough."""
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一宗地。"), {}, ARTICLE)
    limits = deposits.limits_of(facts.rules)
    for lot in facts.lots:
        number = {"number": lot.number}
        for one in particulars.missing(lot.particulars, PARCEL):
            message = _("宗地 %(number)s 缺少%(title)s。")
            yield Finding(
                "lots.particular", "lots", message, {**number, "title": one.title}, ARTICLE
            )
        if lot.budget <= 0:
            message = _("宗地 %(number)s 没有出让最低价。")
            yield Finding("lots.no_valuation", "lots", message, number, limits.article)
        if (start := sale.start_price(lot.auction)) <= 0 or start < lot.budget:
            message = _("宗地 %(number)s 的起始价低于出让最低价。")
            yield Finding("lots.start_price", "lots", message, number, ARTICLE)
        if lot.deposit < (least := deposits.least(lot.budget, limits)):
            message = _("宗地 %(number)s 的竞买保证金低于法定下限（至少 %(least)s 元）。")
            money_facts = {**number, "least": f"{least:.2f}"}
            yield Finding("lots.deposit", "lots", message, money_facts, limits.article)


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the one date an announcement chooses itself, while it is open."""
    yield from undated(
        (("bids_close_at", facts.bids_close_at, _("竞买申请和保证金截止时间")),), ARTICLE
    )


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """List parcels without terms, or listed before bidders can be let in or on days of rest."""
    for lot in facts.lots:
        begins, ends = sale.opens_at(lot.auction), _closes_at(lot.auction)
        number = {"number": lot.number}
        if begins is None or ends is None:
            message = _("宗地 %(number)s 还没有挂牌与竞价规则。")
            yield Finding("listing.none", "listing", message, number, ARTICLE)
        elif Decimal(lot.auction["increment"]) > sale.start_price(lot.auction):
            message = _("宗地 %(number)s 的加价幅度高于起始价。")
            yield Finding("listing.increment", "listing", message, number)
        elif not _reaches_ceiling(lot.auction):
            message = _("宗地 %(number)s 的最高限价不能从起始价按加价幅度达到。")
            yield Finding("listing.ceiling", "listing", message, number)
        elif facts.bids_close_at is not None and begins <= facts.bids_close_at:
            message = _("宗地 %(number)s 的挂牌应在竞买申请截止之后开始。")
            yield Finding("listing.opens_at", "listing", message, number)
        elif not _works(facts.rules.calendar, begins, ends):
            message = _("宗地 %(number)s 的挂牌应在工作日开始，并在工作日截止。")
            yield Finding("listing.closes_at", "listing", message, number)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the grant documents as a file."""
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传出让文件。"), {}, ARTICLE)


def _reaches_ceiling(auction: Mapping[str, Any]) -> bool:
    """Tell whether whole steps still lead to the highest price: the start price may have moved."""
    if "cap" not in auction:
        return True
    beyond = Decimal(auction["cap"]) - sale.start_price(auction)
    return beyond > 0 and not beyond % Decimal(auction["increment"])


def _works(calendar: WorkCalendar, *moments: datetime) -> bool:
    return all(calendar.is_working_day(local_date(at)) for at in moments)


def _closes_at(auction: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(auction["closes_at"]) if auction.get("closes_at") else None
