"""Grants of land in every state, made by the ordinary services from the cast.

story = announced(world, at)             # a grant whose announcement runs
held = listed(world, at, "chen", "zhao") # its applications closed, these bidders let in
held.auction; held.offer("chen", "40000000", at)
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from bidding.models import Auction
from bidding.services.auction import table
from kernel.calendar import SHANGHAI, WorkCalendar, local_date
from tests.auctions import SETTLED, Sale
from tests.deposited import Till
from tests.sales import register
from tests.tenders import Story
from tests.world import World
from trading import services
from trading.domain.ceilings import Branch
from trading.domain.files import Upload
from trading.domain.rooms import ListingTerms
from trading.models import Tender

DOCUMENT = Upload("tender_document", "出让公告.pdf", b"%PDF-1.7\n% announcement\n%%EOF\n")
FIELDS: dict[str, Any] = {
    "summary": "经清河市人民政府批准，出让一宗国有建设用地使用权，按价高者得原则确定竞得人。",
    "plan_number": "清政土〔2026〕18号",
    "contact_name": "孙洁",
    "contact_phone": "0393-8800102",
}
PARCEL: dict[str, str] = {
    "location": "清河市文化路以东、建设路以北",
    "boundary": "东至规划支路，南至建设路，西至文化路，北至清河大学",
    "area": "32640.5",
    "condition": "净地，通路、通水、通电",
    "use": "城镇住宅用地（兼容商业不超过百分之十）",
    "years": "住宅七十年，商业四十年",
    "plot_ratio": "大于 1.0 且不大于 2.2",
}
LOT: dict[str, Any] = {
    "title": "清政储〔2026〕8 号地块",
    "delivery": "合同签订后一个月内缴纳 50%，余款六个月内缴清",
    "budget": "380000000.00",
    "start_price": "400000000.00",
    "deposit": "80000000.00",
    "particulars": PARCEL,
}
WORK = WorkCalendar()
OF_BRANCH = ("nobody", "over", "nearest", "pays", "promised", "step", "most")


def closing(at: datetime, days: int = 20) -> datetime:
    """Give nine in the morning of the first working day after so many days."""
    day = WORK.roll_over(local_date(at) + timedelta(days=days))[0]
    return datetime.combine(day, time(9), SHANGHAI)


def terms(closes: datetime, **changes: Any) -> ListingTerms:
    """Give the terms of a listing that begins an hour after applications close."""
    ends = WORK.roll_over(local_date(closes) + timedelta(days=10))[0]
    own = {name: changes.pop(name) for name in OF_BRANCH if name in changes}
    after = {"kind": changes.pop("after")} if "after" in changes else {}
    given = {
        "branch": Branch(**own, **after),
        "increment": Decimal(5_000_000),
        "opens_at": closes + timedelta(hours=1),
        "closes_at": datetime.combine(ends, time(16), SHANGHAI),
        "quiet_minutes": 60,
        "inquiry_s": 240,
        "cycle_s": 300,
    }
    return ListingTerms(**(given | changes))


def begun(world: World, at: datetime, method: str = "land_listing") -> Story:
    """Begin a draft in which nothing is written yet."""
    made = services.draft_tender(
        actor=world.actor("sun", at),
        purchaser=world.organisation_of("lin").uscc,
        category="residence",
        title="清政储〔2026〕8 号地块国有建设用地使用权",
        market="land",
        method=method,
        at=at,
    )
    return Story(world, made.code, at)


def draft(world: World, at: datetime, *, lots: int = 1, days: int = 20, **changes: Any) -> Story:
    """Write a whole draft; other names change the terms of the listing."""
    story, sun, closes = begun(world, at), world.actor("sun", at), closing(at, days)
    fields = {**FIELDS, "bids_close_at": closes}
    services.change_tender(actor=sun, code=story.code, changes=fields, at=at)
    for number in range(1, lots + 1):
        services.add_lot(actor=sun, code=story.code, lot=LOT, at=at)
        own = terms(closes, **changes)
        services.change_listing(actor=sun, code=story.code, number=number, terms=own, at=at)
    services.attach_document(actor=sun, code=story.code, document=DOCUMENT, at=at)
    return story


def announced(world: World, at: datetime, **changes: Any) -> Story:
    """Announce a grant."""
    story = draft(world, at, **changes)
    sun, lin = world.actor("sun", at), world.actor("lin", at)
    services.submit_tender(actor=sun, code=story.code, at=at)
    services.approve_tender(actor=lin, code=story.code, at=at)
    services.publish_tender(actor=sun, code=story.code, at=at)
    return story


def closed(
    world: World, at: datetime, *takers: str, unpaid: Sequence[str] = (), **changes: Any
) -> Story:
    """End the applications; the takers have paid for every parcel, the unpaid ones only applied."""
    story = announced(world, at, **changes)
    till, lots = Till(story), list(story.tender.lots.values_list("number", flat=True))
    for name in (*takers, *unpaid):
        register(story, name, *lots)
        for number in lots if name in takers else ():
            till.pay(name, LOT["deposit"], lot=number)
    story.at = story.tender.next_due_at + timedelta(seconds=1)
    services.close_tender(code=story.code, at=story.at)
    return story


class Listed(Sale):
    """A parcel that is listed: its auction, its story, and the instants of its phases."""

    @property
    def code(self) -> str:
        return str(self.auction.lot.tender.code)

    def moment(self, name: str, seconds: float = 0) -> datetime:
        """Give an instant of the terms, opens_at or closes_at, moved by some seconds."""
        return datetime.fromisoformat(self.auction.terms[name]) + timedelta(seconds=seconds)

    def act(self, name: str, price: str | None, at: datetime, **more: Any) -> Any:
        """Decide one act; the platform was there all the while."""
        Auction.objects.filter(pk=self.auction.pk, seen_at__lt=at).update(seen_at=at)
        return super().act(name, price, at, **more)

    def offer(self, name: str, price: str, at: datetime) -> Any:
        """Offer a price."""
        return self.act(name, price, at)

    def say(self, name: str, answer: str, at: datetime) -> Any:
        """Answer the question who goes on."""
        return self.act(name, None, at, kind=answer)

    def at(self, at: datetime) -> Auction:
        """Let the clock run at an instant; on PostgreSQL a phase ends once others have shown who
        came in time.
        """
        found = super().at(at)
        return super().at(at + SETTLED) if connection.vendor == "postgresql" else found

    def begin(self) -> "Listed":
        """Let the listing begin."""
        self.at(self.moment("opens_at", 1))
        return self

    def ask(self) -> datetime:
        """Let the listing end, and give the instant at which everybody is asked."""
        self.at(self.moment("closes_at", -self.auction.terms["quiet_s"]))
        self.at(self.moment("closes_at"))
        return self.moment("closes_at")


def listed(world: World, at: datetime, *takers: str, **changes: Any) -> Listed:
    """Give a parcel whose applications are closed."""
    return listed_of(closed(world, at, *takers, **changes))


def listed_of(story: Story) -> Listed:
    """Give the first parcel of a grant whose applications are closed."""
    table._remembered.clear()  # the numbers of a test begin anew, what a process keeps does not
    table._codes.clear()
    auction = Auction.objects.get(lot__tender__code=story.code, lot__number=1)
    return Listed(story.world, auction)


def applied(world: World, now: datetime, *takers: str) -> Story:
    """Give a grant that has been applied and paid for, its deadline long ago and not yet done."""
    story = announced(world, now - timedelta(days=40))
    till = Till(story)
    for name in takers:
        register(story, name)
        till.pay(name, LOT["deposit"])
    Tender.objects.filter(code=story.code).update(next_due_at=None)  # no clock closes it
    return story


def list_now(code: str, now: datetime, cap: str, **seconds: float) -> str:
    """List the parcel of such a grant with phases of seconds, as no announcement could say: for a
    story in browsers. Give the code of its auction.
    """
    tender = Tender.objects.get(code=code)
    lot = tender.lots.get()
    lot.auction |= {
        "cap": cap,
        "after_cap": {"kind": "lottery", "window_s": round(seconds["ask"])},
        "opens_at": now.isoformat(),
        "closes_at": (now + timedelta(seconds=seconds["listing"])).isoformat(),
        "quiet_s": round(seconds["quiet"]),
        "inquiry_s": round(seconds["ask"]),
        "extension": {"add_s": round(seconds["cycle"]), "from": "bid"},
    }
    lot.save()
    assert tender.bids_close_at
    services.close_tender(code=code, at=tender.bids_close_at + timedelta(seconds=1))
    return f"{code}.1"
