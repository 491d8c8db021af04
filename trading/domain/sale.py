"""What a sale by online bidding needs before its disclosure, and the terms of its auction.

The terms of a lot are plain values in the shape of the replay tool, without the bidders and their
bids: frozen with the text, read by the room and by anybody who replays the auction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel import money
from kernel.calendar import SHANGHAI, WorkCalendar, is_sensible, local_date
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from ledger.canonical import timestamp
from trading.domain import deposits, rooms
from trading.domain.bounds import require_within
from trading.domain.findings import Finding, undated, unwritten
from trading.periods import RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《企业国有资产交易监督管理办法》"
CYCLE_SECONDS: Final = (60, 300)
USUAL_CYCLE: Final = 180
FREE_MINUTES: Final = (5, 10_080)
USUAL_FREE: Final = 60
MOST_ROUNDS: Final = 20
ROUND_DAYS: Final = (5, 60)
ROUND_MINUTES: Final = (5, 1440)
KINDS: Final = {
    "dynamic": _("动态报价"),
    "one_shot": _("一次报价"),
    "multi_shot": _("多次报价"),
    "weighted": _("权重报价"),
    "english": _("增价拍卖"),
    "dutch": _("降价拍卖"),
    "reverse": _("反向竞价"),
}
"""The kinds of auction a method may allow, as people know them."""


SEALED_KINDS: Final = frozenset({"one_shot", "multi_shot", "weighted"})
"""Kinds whose quotes are secret until their phase ends."""
NOT_IN_ROOM: Final = SEALED_KINDS | {"dutch"}
"""Kinds in which nobody can take a price that another has offered."""
ENDS_BY_ITSELF: Final = frozenset({"dutch"})
"""Kinds whose own terms say how long they take."""
VIEWING: Final = "viewing"
"""Where a lot's terms hold what only the notice says and the room does not know of."""
QUOTE_ROUNDS: Final = (2, 10)
TIES: Final = {
    "time": _("先报价者得"),
    "round": _("由报价相同者再报一轮"),
}
"""What settles equal sealed quotes."""


@dataclass(frozen=True)
class AuctionTerms:
    """How a lot is bid for: its kind, when offers come and for how long.

    In the open: the step, and the cycle after the free phase, or the time between two calls.
    Sealed: how many rounds of which length follow, what settles a tie, and what is scored beside
    the price. Falling: from which price, and how often. Bid down: in which while before the end an
    offer moves it, by how much and how often.
    """

    kind: str
    opens_at: datetime
    free_minutes: int | None
    increment: Decimal | None = None
    cycle_s: int | None = USUAL_CYCLE
    rounds: int | None = None
    round_minutes: int | None = None
    tie: str = "time"
    call_s: int | None = rooms.USUAL_CALL
    items: Sequence[rooms.Weighed] = ()
    from_price: Decimal | None = None
    every_s: int | None = rooms.USUAL_FALL
    window_s: int | None = rooms.USUAL_EXTENSION
    extend_s: int | None = rooms.USUAL_EXTENSION
    extensions: int | None = rooms.USUAL_EXTENSIONS


def read_terms(
    given: AuctionTerms,
    start: Decimal,
    kinds: Sequence[str],
    rules: RuleSet,
    direction: str = "high",
) -> dict[str, Any]:
    """Clean the terms of a lot's auction; every phase has its end before anybody bids."""
    if given.kind not in KINDS or given.kind not in kinds:
        raise Invalid("auction.kind", _("该交易方式不支持这种竞价。"), field="kind")
    free = _free(given)
    if not is_sensible(given.opens_at):
        raise Invalid("tender.date", _("日期不合理，请检查年份。"), field="opens_at")
    own = OWN_TERMS[given.kind](given, start, rules)
    closes = given.opens_at + free
    return {
        "kind": given.kind,
        "start_price": f"{start:.2f}",
        "opens_at": timestamp(given.opens_at),
        "closes_at": timestamp(closes),
        **({"direction": direction} if direction == "low" else {}),
        **own,
    }


def _open_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    require_within("cycle_s", given.cycle_s, CYCLE_SECONDS)
    step = given.increment
    if step is None or not 0 < step <= start:
        raise Invalid(
            "auction.increment", _("加价幅度应大于零，且不超过转让底价。"), field="increment"
        )
    money.to_fen(step)
    return {
        "increment": f"{step:.2f}",
        "multiples_only": True,
        "extension": {"window_s": given.cycle_s, "add_s": given.cycle_s, "from": "bid"},
        "self_outbid": False,
    }


def _sealed_terms(given: AuctionTerms, _start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    """Clean how sealed quotes are taken; a further round, of all or of those who tie, has a
    length.
    """
    if given.tie not in TIES:
        raise Invalid("auction.tie", _("请选择报价相同时的处理办法。"), field="tie")
    sealed: dict[str, Any] = {"tie": given.tie}
    if given.kind == "multi_shot":
        require_within("rounds", given.rounds, QUOTE_ROUNDS)
        sealed["rounds"] = given.rounds
    if given.kind == "multi_shot" or given.tie == "round":
        require_within("round_minutes", given.round_minutes, ROUND_MINUTES)
        sealed["round_s"] = (given.round_minutes or 0) * 60
    return {"sealed": sealed}


def _called_terms(given: AuctionTerms, start: Decimal, rules: RuleSet) -> dict[str, Any]:
    return rooms.called(given.increment, given.call_s, start, rules)


def _weighted_terms(given: AuctionTerms, _start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    return rooms.weighted(given.items)


def _falling_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    return rooms.falling(given.from_price, given.increment, given.every_s, start, given.opens_at)


def _bid_down_terms(given: AuctionTerms, start: Decimal, _rules: RuleSet) -> dict[str, Any]:
    return rooms.bid_down(given.increment, given.window_s, given.extend_s, given.extensions, start)


def _free(given: AuctionTerms) -> timedelta:
    """Give how long offers come at first, where the kind does not say it by itself."""
    if given.kind in ENDS_BY_ITSELF:
        return timedelta(0)
    return timedelta(minutes=require_within("free_minutes", given.free_minutes, FREE_MINUTES))


OWN_TERMS: Final[Mapping[str, Callable[[AuctionTerms, Decimal, RuleSet], dict[str, Any]]]] = {
    "dynamic": _open_terms,
    "one_shot": _sealed_terms,
    "multi_shot": _sealed_terms,
    "weighted": _weighted_terms,
    "english": _called_terms,
    "dutch": _falling_terms,
    "reverse": _bid_down_terms,
}
"""How the terms of each kind are cleaned, beyond those every auction has."""


def for_room(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms of a lot as its room takes them, without what only the notice says."""
    told = {name: value for name, value in auction.items() if name != VIEWING}
    return rooms.falling_in_room(told)


def for_one_taker(auction: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms by which a single qualified taker is asked: one quote, not below the start
    price, within the time in which offers would have come (SA32 22, rulebook 5.3); where more than
    the price is weighed, the one quote promises that too.
    """
    kept = ("start_price", "opens_at", "closes_at")
    terms = {name: auction[name] for name in kept}
    if "weights" in auction:
        own = {"kind": "weighted", "weights": auction["weights"]}
    else:
        own = {"kind": "one_shot", "sealed": {"tie": "time"}}
    return {**own, "least_bidders": 1, **terms}


def subject_of(category: str, price: Decimal, rules: RuleSet) -> str:
    """Give what the days of a disclosure go by: equity, or assets by their start price
    (SA32 13, 49); below the least price the law counts none.
    """
    if category == "equity":
        return "equity"
    if price > rules.value("asset_large_from", "min"):
        return "asset_large"
    return "asset" if price > rules.value("asset_from", "min") else ""


def start_price(auction: Mapping[str, Any]) -> Decimal:
    """Give the start price of a lot; zero while there is none."""
    return Decimal(auction.get("start_price") or 0)


def opens_at(auction: Mapping[str, Any]) -> datetime | None:
    """Give when offers may come; None while that is open."""
    return datetime.fromisoformat(auction["opens_at"]) if auction.get("opens_at") else None


def proposed_opening(closes_at: datetime, calendar: WorkCalendar) -> datetime:
    """Propose when offers may come: the second working day after the disclosure, ten o'clock."""
    day = calendar.add_working_days(local_date(closes_at), 2).due
    return datetime.combine(day, time(10), SHANGHAI)


def moved(
    auction: Mapping[str, Any], before: datetime, after: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """Move an auction with the end of its disclosure: as many working days later, at the same time
    of day, and as long.
    """
    opening = opens_at(auction)
    if opening is None or after == before:
        return dict(auction)
    closing = datetime.fromisoformat(auction["closes_at"])
    days = calendar.days_between(local_date(before), local_date(opening), "WD")
    day = calendar.add_working_days(local_date(after), max(days, 1)).due
    begins = datetime.combine(day, opening.astimezone(SHANGHAI).time(), SHANGHAI)
    ends = begins + (closing - opening)
    if calendar.is_working_day(local_date(closing)):  # whoever must be there then is at work
        last = calendar.roll_over(local_date(ends))[0]
        ends = datetime.combine(last, ends.astimezone(SHANGHAI).time(), SHANGHAI)
    return {**auction, "opens_at": timestamp(begins), "closes_at": timestamp(ends)}


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
    closing = local_date(facts.bids_close_at) if facts.bids_close_at else None
    for lot in facts.lots:
        opening, number = opens_at(lot.auction), {"number": lot.number}
        if opening is None:
            message = _("标的 %(number)s 还没有竞价规则。")
            yield Finding("auction.none", "auction", message, number, ARTICLE)
        elif Decimal(lot.auction.get("increment", 0)) > start_price(lot.auction):
            message = _("标的 %(number)s 的加价幅度高于转让底价。")
            yield Finding("auction.increment", "auction", message, number)
        elif rooms.falls_elsewhere(lot.auction):
            message = _("标的 %(number)s 的起叫价按降价幅度到不了转让底价，请重新填写竞价规则。")
            yield Finding("auction.from_price", "auction", message, number)
        elif not _follows(local_date(opening), closing, facts.rules.calendar):
            message = _("标的 %(number)s 的竞价应在披露期满之后的工作日开始。")
            yield Finding("auction.opens_at", "auction", message, number)


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the one date a disclosure chooses, while it is open."""
    yield from undated((("bids_close_at", facts.bids_close_at, _("披露期满时间")),), ARTICLE)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the disclosure itself as a file."""
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传披露文件。"), {}, ARTICLE)


def _follows(day: date, closing: date | None, calendar: WorkCalendar) -> bool:
    return closing is None or (day > closing and calendar.is_working_day(day))
