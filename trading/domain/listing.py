"""What a grant of land by listing needs before its announcement (LD39, rulebook 2.4)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from kernel.calendar import SHANGHAI, local_date
from kernel.text import gettext_noop as _
from trading.domain import deposits, particulars, rooms
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.particulars import Particular
from trading.domain.rooms import Fault
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

ARTICLE: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第九条"
LISTING_ENDS: Final = time(16)
ON_WORKING_DAYS: Final = _("宗地 %(number)s 的挂牌应在工作日开始，并在工作日截止。")
FAULTS: Final = (
    Fault("listing.none", rooms.is_unwritten, _("宗地 %(number)s 还没有挂牌与竞价规则。"), ARTICLE),
    Fault("listing.increment", rooms.oversteps, _("宗地 %(number)s 的加价幅度高于起始价。")),
    Fault(
        "listing.ceiling",
        rooms.cannot_arrive,
        _("宗地 %(number)s 的最高限价不能从起始价按加价幅度达到。"),
    ),
    Fault(
        "listing.opens_at",
        rooms.begins_early,
        _("宗地 %(number)s 的挂牌应在竞买申请截止之后开始。"),
    ),
    Fault("listing.closes_at", rooms.begins_on_rest, ON_WORKING_DAYS),
    Fault("listing.closes_at", rooms.ends_on_rest, ON_WORKING_DAYS),
)
"""What would keep a parcel from being listed, the first thing first."""
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
    begins, ends = rooms.opens_at(lot.auction), rooms.closes_at(lot.auction)
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
        if (start := rooms.start_price(lot.auction)) <= 0 or start < lot.budget:
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
    yield from rooms.first_faults(facts, FAULTS)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the grant documents as a file."""
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传出让文件。"), {}, ARTICLE)
