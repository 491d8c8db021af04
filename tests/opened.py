"""Tenders whose bids were opened and read out, and evaluations in every stage, without sealing.

case = opened(world)                 # three bids read out; the evaluation waits for its draw
case = marked(world, prices=…)       # every member has locked; prices are under review
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.domain import Actor
from bidding.models import Bid, Envelope, OpeningSession
from evaluation import queries
from evaluation.models import Evaluation, Expert, Seat
from evaluation.queries import paneling as panels
from evaluation.services import committee, marking, paneling, review
from ledger.services import record
from tests import tenders
from tests.world import EXPERTS, World
from trading.models import Lot, Tender

NONCE = "市财政局现场给出的随机数"
PRICES = {"chen": "980000.00", "zhao": "1020000.00", "hu": "1050000.00"}


@dataclass
class Case:
    """An evaluation under way."""

    world: World
    code: str
    at: datetime

    @property
    def evaluation(self) -> Evaluation:
        """Read the evaluation as it is now."""
        return Evaluation.objects.select_related("tender").get(tender__code=self.code)

    @property
    def seats(self) -> list[Seat]:
        """Read the places that count."""
        return list(queries.seats_of(self.evaluation))

    def actor(self, name: str) -> Actor:
        """Give a member of the cast at the instant of the case."""
        return self.world.actor(name, self.at)

    def member(self, seat: Seat) -> Actor:
        """Give who sits on a place."""
        return self.actor(seat.person.username)

    @property
    def members(self) -> list[Actor]:
        """Give who sits, in order."""
        return [self.member(seat) for seat in self.seats]

    @property
    def lead(self) -> Actor:
        """Give the lead."""
        return self.member(next(seat for seat in self.seats if seat.lead))

    def bid(self, name: str, lot: int = 1) -> Bid:
        """Give a bidder's bid."""
        bidder = self.world.organisation_of(name)
        return Bid.objects.get(tender__code=self.code, bidder=bidder, lot__number=lot)

    @property
    def bids(self) -> list[Bid]:
        """Give the bids that are not out."""
        lots = queries.lots_of(self.evaluation)
        return [bid for lot in lots for bid in queries.valid_bids(lot)]


def experts(world: World) -> None:
    """Put the cast's experts into the pool."""
    for number, name in enumerate(EXPERTS, start=1):
        Expert.objects.get_or_create(
            person=world.person(name),
            defaults={
                "code": f"ZJ{number:04d}",
                "specialities": ["货物采购", "工程施工", "土地评估与规划", "产权评估"],
                "employer_name": "新安市检验检测中心",
                "title": "高级工程师",
                "region": "410900",
                "registered_at": world.at,
            },
        )


def opened(
    world: World,
    *,
    prices: dict[str, str] | None = None,
    words: dict[str, str] | None = None,
    story: tenders.Story | None = None,
    **changes: Any,
) -> Case:
    """Read out the bids and end the opening; the evaluation begins by the reaction to it."""
    story = story or tenders.announced(world, **changes)
    tender = story.tender
    at = (tender.bids_close_at or story.at) + timedelta(hours=1)
    Tender.objects.filter(pk=tender.pk).update(state="opened", next_due_at=None)
    experts(world)
    two = tender.stages == "two"
    stage = "technical" if two else "whole"
    _end(tender, stage, at - timedelta(hours=1))
    for lot in tender.lots.all():
        for number, (name, price) in enumerate((prices or PRICES).items(), start=1):
            given = (words or {}).get(name, "")
            _read(world, lot, name, number, None if two else price, stage, given, at)
    case = Case(world, story.code, at)
    _tell_ended(tender, stage, at)
    return case


def _end(tender: Tender, stage: str, at: datetime) -> None:
    OpeningSession.objects.update_or_create(
        tender=tender, stage=stage, defaults={"state": "ended", "opens_at": at}
    )


def _tell_ended(tender: Tender, stage: str, at: datetime) -> None:
    stream = f"opening.{tender.code}.{stage}"
    record(stream=stream, kind="opening.ended", actor="system", at=at, tender=tender.code)


def _read(  # noqa: PLR0917 - a bid has this many parts
    world: World,
    lot: Lot,
    name: str,
    number: int,
    price: str | None,
    stage: str,
    words: str,
    at: datetime,
) -> Bid:
    fields = {"days": "60"} | ({"price": price} if price else {})
    bid = Bid.objects.create(
        tender=lot.tender,
        lot=lot,
        bidder=world.organisation_of(name),
        sequence=number,
        commit=b"{}",
        commit_hash=f"{lot.tender.code}{lot.number}{number}".encode().hex().ljust(64, "0")[-64:],
        signature=b"",
        accepted_at=at,
        state="read",
        price=price,
        fields=fields | ({"price_in_words": words} if words else {}),
    )
    Envelope.objects.create(
        bid=bid, stage=stage, core=b"", wraps=b"", readout="r", body="b", body_length=1, read_at=at
    )
    return bid


def open_prices(case: Case, prices: dict[str, str]) -> None:
    """Open the price stage of a two-stage tender."""
    tender = case.evaluation.tender
    for name, price in prices.items():
        Bid.objects.filter(pk=case.bid(name).pk).update(price=price)
    _end(tender, "price", case.at)
    _tell_ended(tender, "price", case.at)


def draw(case: Case, owner: str = "", speciality: str = "货物采购") -> None:
    """Freeze the pool and draw."""
    given = {"speciality": speciality, "owner_rep": owner}
    committee.freeze_pool(actor=case.actor("qian"), code=case.code, **given, at=case.at)
    committee.draw_experts(actor=case.actor("wang"), code=case.code, nonce=NONCE, at=case.at)


def drawn(world: World, *, owner: str = "", **changes: Any) -> Case:
    """Open, and draw who evaluates."""
    case = opened(world, **changes)
    draw(case, owner)
    return case


def gather(case: Case, seat: Seat) -> None:
    """Let one member accept, sign in and pledge."""
    for step in (committee.accept_seat, committee.sign_in, committee.pledge):
        step(actor=case.member(seat), code=case.code, at=case.at)


def start(case: Case) -> None:
    """Gather everybody and begin."""
    for seat in case.seats:
        gather(case, seat)
    committee.start(actor=case.actor("qian"), code=case.code, at=case.at)


def started(world: World, **changes: Any) -> Case:
    """Draw, gather everybody and begin."""
    case = drawn(world, **changes)
    start(case)
    return case


def elect(case: Case) -> None:
    """Elect the first member lead, and confirm the document where that is the panel's to do: the
    purchaser checks qualification next.
    """
    for member in case.members:
        committee.vote_lead(actor=member, code=case.code, seat=1, at=case.at)
    if panels.duty(case.evaluation):
        judge_document(case, [True] * len(case.members))


def judge_document(case: Case, opinions: Sequence[bool]) -> None:
    """Let the first members say what they think of the document."""
    for member, agrees in zip(case.members, opinions, strict=False):
        paneling.judge_document(
            actor=member,
            code=case.code,
            agrees=agrees,
            reason="" if agrees else "第三章没有写明质保期。",
            at=case.at,
        )


def led(world: World, **changes: Any) -> Case:
    """Begin, and elect the lead."""
    case = started(world, **changes)
    elect(case)
    return case


def qualify(case: Case, failing: dict[tuple[str, str], str] | None = None) -> None:
    """Decide every qualification term; `failing` gives reasons by bidder and clause."""
    clauses = queries.clauses(case.evaluation, "qualification")
    for bid in case.bids:
        whys = [(failing or {}).get((bid.bidder.name, c["code"]), "") for c in clauses]
        given = [review.Opinion(c["code"], not w, w) for c, w in zip(clauses, whys, strict=True)]
        _judge(case, case.actor("lin"), bid, given)


def _judge(case: Case, actor: Actor, bid: Bid, given: list[review.Opinion]) -> None:
    review.judge_bid(actor=actor, code=case.code, bid=bid.pk, opinions=given, at=case.at)


def qualified(world: World, **changes: Any) -> Case:
    """Close the qualification check with everybody in."""
    case = led(world, **changes)
    qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    return case


def conform(
    case: Case,
    against: dict[tuple[str, str], int] | None = None,
    members: Sequence[Actor] | None = None,
) -> None:
    """Let members give an opinion on every clause; `against` counts those who say no."""
    clauses, bids = queries.clauses(case.evaluation, "conformity"), case.bids
    for number, member in enumerate(case.members if members is None else members):
        for bid in bids:
            given = []
            for clause in clauses:
                no = number < (against or {}).get((bid.bidder.name, clause["code"]), 0)
                why = ("未响应", "第 12 页") if no else ("", "")
                given.append(review.Opinion(clause["code"], not no, *why))
            _judge(case, member, bid, given)


def conforming(world: World, **changes: Any) -> Case:
    """Close the conformity review with everybody in: members mark next."""
    case = qualified(world, **changes)
    conform(case)
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return case


def mark(
    case: Case,
    member: Actor,
    shares: dict[str, str] | None = None,
    *,
    lot: int = 1,
    changed: dict[tuple[str, str], str] | None = None,
) -> None:
    """Give a share of full marks for everything of a bidder; `changed` gives single marks."""
    marks = []
    for bid in [bid for bid in case.bids if bid.lot.number == lot]:
        name = bid.bidder.name
        for leaf in queries.leaves(case.evaluation):
            share = Decimal((shares or {}).get(name, "0.8"))
            given = (changed or {}).get((name, leaf.code))
            full = Decimal(given) if given else leaf.full * share
            marks.append(marking.Mark(bid.pk, leaf.code, full))
    marking.score_all(actor=member, code=case.code, lot=lot, marks=marks, at=case.at)


def lock(case: Case, member: Actor, lot: int = 1) -> None:
    """Lock a member's marks."""
    marking.lock_scorecard(actor=member, code=case.code, lot=lot, at=case.at)


def marked(world: World, *, shares: dict[str, str] | None = None, **changes: Any) -> Case:
    """Let everybody mark and lock; prices are under review next, or wait for their opening."""
    case = conforming(world, **changes)
    lots = [lot.number for lot in queries.lots_of(case.evaluation)]
    for member in case.members:
        for number in lots:
            mark(case, member, shares, lot=number)
            lock(case, member, number)
    return case
