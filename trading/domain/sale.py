"""What a sale by online bidding needs before its disclosure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel import money
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain import deposits, rooms
from trading.domain.bounds import require_within
from trading.domain.findings import Finding, undated, unwritten
from trading.domain.rooms import Fault, start_price
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《企业国有资产交易监督管理办法》"
MOST_ROUNDS: Final = 20
ROUND_DAYS: Final = (5, 60)
AFTER_DISCLOSURE: Final = _("标的 %(number)s 的竞价应在披露期满之后的工作日开始。")
FAULTS: Final = (
    Fault("auction.none", rooms.is_unwritten, _("标的 %(number)s 还没有竞价规则。"), ARTICLE),
    Fault("auction.increment", rooms.oversteps, _("标的 %(number)s 的加价幅度高于转让底价。")),
    Fault(
        "auction.from_price",
        rooms.cannot_arrive,
        _("标的 %(number)s 的起叫价按降价幅度到不了转让底价，请重新填写竞价规则。"),
    ),
    Fault("auction.opens_at", rooms.begins_that_day, AFTER_DISCLOSURE),
    Fault("auction.opens_at", rooms.begins_on_rest, AFTER_DISCLOSURE),
)
"""What would keep a lot from being bid for, the first thing first."""


def subject_of(category: str, price: Decimal, rules: RuleSet) -> str:
    """Give what the days of a disclosure go by: equity, or assets by their start price
    (SA32 13, 49); below the least price the law counts none.
    """
    if category == "equity":
        return "equity"
    if price > rules.value("asset_large_from", "min"):
        return "asset_large"
    return "asset" if price > rules.value("asset_from", "min") else ""


def read_start_price(given: object) -> dict[str, str]:
    """Clean the start price of a lot."""
    price = money.parse(str(given))
    if price <= 0:
        raise Invalid("lot.start_price", _("转让底价应大于零。"), field="start_price")
    return {"start_price": f"{price:.2f}"}


def read_extension(given: object) -> dict[str, int]:
    """Clean how often, and by how many working days, a disclosure without a taker goes on."""
    if not isinstance(given, Mapping) or set(given) - {"rounds", "days"}:
        raise Invalid("sale.extension", _("延长披露应写明次数和工作日数。"), field="rounds")
    rounds, days = given.get("rounds") or 0, given.get("days") or 0
    require_within("rounds", rounds, (0, MOST_ROUNDS))
    if rounds:
        require_within("days", days, ROUND_DAYS)
    return {"rounds": rounds, "days": days} if rounds else {}


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List what the first section lacks of what a disclosure must say."""
    needed = (
        ("title", facts.title, _("项目名称")),
        ("summary", facts.summary, _("转让标的概况")),
        ("plan_number", facts.plan_number, _("批准或备案文号")),
        ("contact_name", facts.contact_name, _("项目联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
    )
    yield from unwritten(needed, ARTICLE)


def lots(facts: "TenderFacts") -> Iterator[Finding]:
    """List what lots lack: a valuation, and a start price that is not below it at first."""
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一个转让标的。"), {}, ARTICLE)
    limits = deposits.limits_of(facts.rules)
    for lot in facts.lots:
        start, number = start_price(lot.auction), {"number": lot.number}
        if lot.budget <= 0:
            message = _("标的 %(number)s 没有评估价。")
            yield Finding("lots.no_valuation", "lots", message, number, ARTICLE)
        if start <= 0 or start < lot.budget:
            message = _("标的 %(number)s 的转让底价低于评估价：首次披露不得低于评估结果。")
            yield Finding("lots.start_price", "lots", message, number, ARTICLE)
        most = deposits.most(start, limits)
        if most is not None and lot.deposit > most:
            yield Finding(
                "lots.deposit",
                "lots",
                _("标的 %(number)s 的交易保证金超过法定上限（最多 %(most)s 元）。"),
                {**number, "most": f"{most:.2f}"},
                limits.article,
            )


def auctions(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots without terms, or whose auction begins before takers can be let in."""
    yield from rooms.first_faults(facts, FAULTS)


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the one date a disclosure chooses, while it is open."""
    yield from undated((("bids_close_at", facts.bids_close_at, _("披露期满时间")),), ARTICLE)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the disclosure itself as a file."""
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传披露文件。"), {}, ARTICLE)
