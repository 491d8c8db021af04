"""The land of the town: each parcel is drafted, announced, applied and paid for, listed, bid for
and contracted by the ordinary services, each step at its time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from bidding.models import Auction
from bidding.services import auction as bidding
from bidding.services.auction import Handed
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from portal.demo import clients, deposits, files
from portal.demo.opening import actor
from portal.demo.parcels import GRANTS, LIVE, Grant
from trading import services as trading
from trading.domain.files import Upload
from trading.domain.rooms import AuctionTerms, ListingTerms
from trading.domain.settlement import Given
from trading.models import Contract, Tender

WORK = WorkCalendar()
BEFORE = timedelta(days=24)
"""How long before applications close a grant is drafted and announced."""
LEAD = timedelta(minutes=3)
"""How long after the start of the demo the live listing ends."""
QUICK = 60
"""The seconds of the live one's question and cycles; the others keep usual ones."""
LISTED_DAYS = 12
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Plan:
    """When a parcel is announced, and when its listing begins and ends."""

    grant: Grant
    now: datetime
    begun: datetime
    closes: datetime
    ends: datetime

    @property
    def opens(self) -> datetime:
        """Give when offers may come: an hour after applications close."""
        return self.closes + timedelta(hours=1)

    @property
    def is_live(self) -> bool:
        """Tell whether it ends before a visitor's eyes."""
        return self.grant is LIVE


def of_day(at: datetime) -> tuple[Grant, ...]:
    """Give the grants there are: a listing ends on a working day only."""
    works = WORK.is_working_day(local_date(at))
    return tuple(grant for grant in GRANTS if works or grant is not LIVE)


def plan_of(grant: Grant, at: datetime) -> Plan:
    """Date a grant so that announcement and listing keep their days."""
    today = local_date(at)
    ahead = -LISTED_DAYS if grant is LIVE else grant.days
    day = WORK.add_working_days(today, ahead).due if ahead else WORK.roll_over(today)[0]
    closes = datetime.combine(day, time(9), SHANGHAI)
    last = WORK.roll_over(day + timedelta(days=LISTED_DAYS))[0]
    ends = at + LEAD if grant is LIVE else datetime.combine(last, time(16), SHANGHAI)
    begun = min(closes - BEFORE, at - timedelta(hours=4))
    return Plan(grant, at, begun, closes, ends)


def make(grant: Grant, at: datetime) -> str:
    """Make one grant and take it as far as it has come."""
    plan = plan_of(grant, at)
    code = _draft(plan)
    for states, step in STEPS:
        if grant.state in states:
            break
        step(plan, code)
    return code


def _draft(plan: Plan) -> str:
    grant, at = plan.grant, plan.begun
    geng = actor("geng", at)
    tender = trading.draft_tender(
        actor=geng,
        purchaser=clients.actor_organisation("tan", at),
        category=grant.category,
        title=grant.title,
        market="land",
        method=grant.method,
        at=at,
    )
    lot = {
        "title": grant.name,
        "delivery": "合同签订后一个月内缴纳 50%，余款六个月内缴清；缴清后一个月内交地",
        "budget": f"{grant.lowest}.00",
        "start_price": f"{grant.start}.00",
        "deposit": f"{grant.lowest // 5}.00",
        "particulars": grant.particulars,
    }
    trading.add_lot(actor=geng, code=tender.code, lot=lot, at=at)
    return str(tender.code)


def _complete(plan: Plan, code: str) -> None:
    grant, at, geng = plan.grant, plan.begun, actor("geng", plan.begun)
    changes = {
        "summary": (
            "经清河市人民政府批准，出让下列国有建设用地使用权。境内外自然人、法人和其他组织均可申请，"
            "可以独立竞买，也可以联合竞买。按价高者得的原则确定竞得人。"
        ),
        "plan_number": f"清政土〔2026〕{18 + GRANTS.index(grant)}号",
        "contact_name": "耿岩",
        "contact_phone": "0393-8801014",
        "bids_close_at": plan.closes,
    }
    trading.change_tender(actor=geng, code=code, changes=changes, at=at)
    TERMS[grant.method](plan, code)
    text = ["一、出让公告。二、竞买须知。三、宗地图。四、规划条件。五、出让合同文本。"]
    document = Upload("tender_document", "出让文件.docx", files.word(grant.title, text))
    trading.attach_document(actor=geng, code=code, document=document, at=at)


def _listing_terms(plan: Plan, code: str) -> None:
    terms = ListingTerms(
        increment=Decimal(plan.grant.increment),
        opens_at=plan.opens,
        closes_at=plan.ends,
        quiet_minutes=0 if plan.is_live else 60,
        inquiry_s=QUICK if plan.is_live else 240,
        cycle_s=QUICK if plan.is_live else 300,
        ceiling=Decimal(plan.grant.ceiling) if plan.grant.ceiling else None,
        branch=plan.grant.branch,
    )
    at, geng = plan.begun, actor("geng", plan.begun)
    trading.change_listing(actor=geng, code=code, number=1, terms=terms, at=at)


def _auction_terms(plan: Plan, code: str) -> None:
    terms = AuctionTerms("english", plan.opens, 60, Decimal(plan.grant.increment))
    at, geng = plan.begun, actor("geng", plan.begun)
    trading.change_auction(actor=geng, code=code, number=1, auction=terms, at=at)


TERMS = {"land_listing": _listing_terms, "land_auction": _auction_terms}
"""How the terms of a parcel are written, by the method of its grant."""


def _announce(plan: Plan, code: str) -> None:
    _complete(plan, code)
    later = [plan.begun + timedelta(minutes=minutes) for minutes in (30, 50, 60)]
    trading.submit_tender(actor=actor("geng", later[0]), code=code, at=later[0])
    trading.approve_tender(actor=actor("tan", later[1]), code=code, at=later[1])
    trading.publish_tender(actor=actor("geng", later[2]), code=code, at=later[2])
    for order, name in enumerate(plan.grant.takers, start=2):
        when = plan.begun + timedelta(days=order)
        own = actor(name, when)
        trading.register_for_lot(
            actor=own, code=code, number=1, contact=own.name, phone="139****0000", at=when
        )
        deposits.lay_down(code, [1], name, when + timedelta(hours=1))


def _list(plan: Plan, code: str) -> None:
    """Close the applications, let the listing begin, and take the offers of its days."""
    when = plan.closes + MOMENT
    trading.close_tender(code=code, at=when + MOMENT)
    _be_there(code, plan.opens)
    bidding.due(plan.opens)
    for order, (name, steps) in enumerate(plan.grant.steps):
        _offer(plan, code, name, steps, plan.opens + timedelta(hours=5 + 26 * order))
    if plan.ends > plan.now:  # the demo serves some moments from now: that is no outage either
        _be_there(code, plan.now + LEAD)


def _end(plan: Plan, code: str) -> None:
    """Let the listing end, ask who goes on, and take the offers of the timed auction."""
    if plan.grant.timed:
        _pass(code, plan.ends)
        for name in dict(plan.grant.timed):
            _act(code, name, "join", None, plan.ends + timedelta(seconds=90))
        at = plan.ends + timedelta(seconds=240)
        for name, steps in plan.grant.timed:
            _pass(code, at)
            at += timedelta(seconds=200)
            _offer(plan, code, name, steps, at)
    for at in _ends_of(code):
        _pass(code, at)


def _ends_of(code: str) -> Iterator[datetime]:
    """Give the end of each phase that is still to come, one after the other."""
    while (due := Auction.objects.get(lot__tender__code=code).next_due_at) is not None:
        yield due


def _pass(code: str, at: datetime) -> None:
    """Let time reach an instant; what ran out before it ran out at its own instant."""
    _be_there(code, at)
    bidding.due(at)


def _be_there(code: str, at: datetime) -> None:
    """Say that the platform ran until then: what the demo leaves out was no outage."""
    Auction.objects.filter(lot__tender__code=code, seen_at__lt=at).update(seen_at=at)


def _offer(plan: Plan, code: str, name: str, steps: int, at: datetime) -> None:
    price = Decimal(plan.grant.start + steps * plan.grant.increment)
    _act(code, name, "bid", price, at)


def _act(code: str, name: str, kind: str, price: Decimal | None, at: datetime) -> None:
    _be_there(code, at)
    owner = clients.actor_organisation(name, at)
    key = f"demo-{kind}-{price}"
    handed = Handed(f"{code}.1", owner, kind, price, key, at)
    bidding.decide(handed, lambda: at + 2 * MOMENT)


def _conclude(plan: Plan, code: str) -> None:
    """Confirm the deal, announce the result, pay back the others, sign and file."""
    if Tender.objects.get(code=code).state == "failed":
        deposits.pay_back(code, plan.ends + timedelta(days=2))
        return
    at = plan.ends + timedelta(days=1)
    trading.confirm_winner(actor=actor("tan", at), code=code, choices={1: (1, "")}, at=at)
    trading.publish_result(actor=actor("geng", at), code=code, at=at + timedelta(hours=3))
    deposits.pay_back(code, at + timedelta(days=2))
    signed = at + timedelta(days=6)
    contract = Upload(
        "other",
        "出让合同.pdf",
        files.pdf(f"{plan.grant.name}出让合同", ["出让人、受让人依照成交确认书订立本合同。"]),
    )
    trading.sign_contract(
        actor=actor("tan", signed), code=code, number=1, document=contract, at=signed
    )
    later = signed + timedelta(days=2)
    _pay(code, signed, later)
    trading.archive_tender(actor=actor("geng", later), code=code, at=later)


def _pay(code: str, signed: datetime, later: datetime) -> None:
    """Pay the price: half with the contract, the rest before the file is closed."""
    price = Contract.objects.get(lot__tender__code=code).amount
    half = (price / 2).quantize(Decimal("0.01"))
    for amount, at in ((half, signed), (price - half, later)):
        payment = Given(amount, local_date(at))
        trading.record_payment(actor=actor("geng", at), code=code, number=1, payment=payment, at=at)


STEPS = (
    (("draft",), _announce),
    (("announced",), _list),
    (("live", "listed"), _end),
    ((), _conclude),
)
"""The states a grant stops at, each before the step that would take it further."""
