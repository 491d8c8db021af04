"""A consultation or negotiation with truly sealed responses and last quotes, through the services.

town = talks.talking(world)          # responses opened and in order: the panel may talk
town.round({"chen": "…"}); town.answer("chen", "…")
town.ask_quotes(); town.quote("chen", "980000.00"); town.close_quotes(); town.open_quotes()
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.domain import Actor
from bidding.models import QuoteWindow
from bidding.services import opening, quoting
from bidding.services.bids import Accepted
from evaluation.models import TalkRound, Turn
from evaluation.services import review
from evaluation.services import talks as services
from tests import opened, openings, sealed, tenders
from tests.opened import Case
from tests.openings import Hall
from tests.world import World
from trading.domain.scheme import read

NAMES = ("chen", "zhao", "hu")
LOWEST: dict[str, Any] = {"method": "lowest_price", "deductions": {"small_firm": "0.10"}}


@dataclass
class Town:
    """The talks of one tender: its hall, its panel, and what each supplier keeps to itself."""

    hall: Hall
    case: Case
    quotes: dict[str, sealed.Offer] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The tender's code."""
        return self.case.code

    @property
    def at(self) -> datetime:
        """The instant the story is at."""
        return self.case.at

    def actor(self, name: str) -> Actor:
        """Give a member of the cast now."""
        return self.case.actor(name)

    def later(self, **more: float) -> None:
        """Let time pass."""
        self.case.at += timedelta(**more)
        self.hall.at = self.case.at

    def round(self, questions: dict[str, str], change: str = "", **more: Any) -> TalkRound:
        """Let the lead open a round."""
        asked = {self.case.bid(name).pk: text for name, text in questions.items()}
        return services.open_round(
            actor=self.case.lead,
            code=self.code,
            questions=asked,
            change=change,
            at=self.at,
            **more,
        )

    def turn(self, name: str) -> Turn:
        """Give a supplier's newest turn."""
        found = Turn.objects.filter(bid=self.case.bid(name)).order_by("-round__number")
        return found[0]

    def answer(self, name: str, text: str = "详见所附说明。", who: str = "") -> Turn:
        """Let a supplier answer its newest turn."""
        actor, turn = self.actor(who or name), self.turn(name)
        return services.answer_turn(
            actor=actor, code=self.code, turn=turn.pk, text=text, at=self.at
        )

    def ask_quotes(self, minutes: int = 30) -> QuoteWindow:
        """Let the lead ask for last quotes."""
        services.request_quotes(actor=self.case.lead, code=self.code, minutes=minutes, at=self.at)
        return self.window

    @property
    def window(self) -> QuoteWindow:
        """Read the window for last quotes as it is now."""
        return QuoteWindow.objects.get(tender__code=self.code)

    def quote(
        self, name: str, price: str, prev: bytes | None = None, *, escrow: bool = False
    ) -> Accepted:
        """Seal and hand in a last quote, its share to the recovery set too if asked."""
        uscc = self.case.world.organisation_of(name).uscc
        tender = self.case.evaluation.tender
        offer = self.quotes.setdefault(
            name, sealed.Offer(tender, uscc, stage="price", escrow=escrow)
        )
        request = offer.seal(prev, price=price)
        return sealed.accept(self.actor(name), offer, request, self.at)

    def close_quotes(self) -> None:
        """Let the deadline of the last quotes pass."""
        over = self.window.closes_at + timedelta(seconds=1)
        self.later(seconds=(over - self.at).total_seconds())
        quoting.due(self.at)

    def unlocking(self) -> Hall:
        """Lead the hall of the last quotes as far as its unlock window."""
        hall = Hall(self.case.world, self.hall.tender, "price", at=self.at + timedelta(hours=1))
        hall.offers = {(name, 1): offer for name, offer in self.quotes.items()}
        opening.due(hall.at)
        hall.to("unlocking")
        return hall

    def open_quotes(self) -> Hall:
        """Open the last quotes in their hall."""
        hall = self.unlocking()
        for name, lot in hall.offers:
            if hall.session.admitted and hall.bid(name, lot).pk in hall.session.admitted:
                hall.hand_in(name, lot)
        hall.act("close_unlock")
        for name in ("lin", "zhou"):
            hall.release(name)
        hall.act("start_reading")
        hall.read_all()
        hall.act("invite_confirmation")
        hall.act("end")
        self.case.at = hall.at
        return hall


def announced(
    world: World, method: str = "consultation", names: tuple[str, ...] = NAMES, **given: Any
) -> Hall:
    """Publish, and let suppliers hand in their first responses: no price among them."""
    scheme = tenders.SCHEME if method == "consultation" else LOWEST
    terms = {"qualification": tenders.QUALIFICATION, "conformity": tenders.CONFORMITY}
    return openings.sealed_bids(
        world,
        names,
        stages=("technical", "price"),
        method=method,
        **{"scheme": read(scheme), **terms, **given},
    )


def responded(world: World, method: str = "consultation", **given: Any) -> Hall:
    """Open the first responses."""
    return read_out(world, announced(world, method, **given))


def read_out(world: World, hall: Hall) -> Hall:
    """Do so in the hall of a tender that takes them."""
    opened.experts(world)
    hall.opened()
    hall.read_all()
    hall.act("invite_confirmation")
    hall.act("end")
    return hall


def reviewing(world: World, method: str = "consultation", **given: Any) -> Town:
    """Seat a panel of three and let it find every response in order."""
    return seated(world, responded(world, method, **given))


def seated(world: World, hall: Hall) -> Town:
    """Do so where the responses were opened."""
    case = Case(world, hall.tender.code, hall.at + timedelta(hours=1))
    opened.draw(case)
    opened.start(case)
    opened.elect(case)
    opened.qualify(case)
    review.close_qualification(actor=case.actor("lin"), code=case.code, at=case.at)
    return Town(hall, case)


def talking(world: World, method: str = "consultation", **given: Any) -> Town:
    """Go on until the panel may talk with each supplier."""
    return conforming(reviewing(world, method, **given))


def begun(world: World, hall: Hall) -> Town:
    """Do so where the responses were opened."""
    return conforming(seated(world, hall))


def conforming(town: Town) -> Town:
    """Find every response to be in order."""
    opened.conform(town.case)
    case = town.case
    review.close_conformity(actor=case.lead, code=case.code, at=case.at)
    return town


def quoting_open(world: World, method: str = "consultation", **given: Any) -> Town:
    """Go on until last quotes are asked for."""
    town = talking(world, method, **given)
    town.round({name: f"请{name}说明培训安排。" for name in NAMES})
    for name in NAMES:
        town.answer(name)
    town.ask_quotes()
    return town
