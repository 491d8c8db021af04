"""The talks as each may read them: the panel and the purchasing side all, a supplier its own alone
(GPL 38).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.domain import BIDDER, Actor
from bidding.models import Bid
from bidding.queries import windows
from evaluation import queries
from evaluation.models import Evaluation, Exclusion, TalkRound, Turn
from evaluation.votes import SOLUTION_CLAUSE
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Tender


def talking(evaluation: Evaluation) -> list[Bid]:
    """Give the bids whose suppliers are still talked with."""
    return [bid for lot in queries.lots_of(evaluation) for bid in queries.valid_bids(lot)]


def not_talked_with(evaluation: Evaluation) -> list[Bid]:
    """Give the bids whose suppliers have not been heard in any round: all get the same chance."""
    heard = set(Turn.objects.filter(round__evaluation=evaluation).values_list("bid_id", flat=True))
    return [bid for bid in talking(evaluation) if bid.pk not in heard]


def last_round(evaluation: Evaluation) -> TalkRound | None:
    """Give the newest round, or None."""
    return evaluation.talk_rounds.order_by("-number").first()


def is_open(made: TalkRound, at: datetime) -> bool:
    """Tell whether a round still waits for a supplier that takes part."""
    waiting = made.turns.filter(answered_at=None, bid__state="read", bid__exclusion=None)
    return at < made.due_at and waiting.exists()


def rounds_of(evaluation: Evaluation) -> list[TalkRound]:
    """Give the rounds with what was asked and answered, the newest first."""
    rounds = evaluation.talk_rounds.prefetch_related("turns__bid__bidder", "turns__bid__lot")
    return list(rounds.order_by("-number"))


@dataclass(frozen=True)
class Talk:
    """What one supplier has to do with the talks of one tender."""

    tender: Tender
    bids: Sequence[Bid]
    turns: Sequence[Turn]
    closes_at: datetime | None
    quotes: frozenset[int]


def talk_of(actor: Actor, code: str) -> Talk:
    """Give a supplier its own part of the talks; who took no part in them knows of none."""
    own = Bid.objects.filter(tender__code=code, bidder_id__in=actor.organisations(BIDDER))
    own = own.filter(tender__evaluation__talk_rounds__isnull=False).distinct()
    bids = list(own.select_related("tender", "lot", "bidder").order_by("lot__number"))
    turns = Turn.objects.filter(bid__in=bids).select_related("round", "bid__lot", "bid__bidder")
    listed = list(turns.order_by("-round__number", "bid__lot__number"))
    if not listed:
        raise Missing("talks.missing", _("贵单位没有参加本项目的磋商、谈判。"))
    tender, owner = bids[0].tender, bids[0].bidder.uscc
    window = windows.quote_window(tender)
    return Talk(
        tender,
        bids,
        listed,
        None if window is None else window.closes_at,
        windows.admitted_lots(tender, owner),
    )


def passed_over(bid: Bid) -> str:
    """Give why a supplier's own solution was not recommended, which it is told at once."""
    out = Exclusion.objects.filter(bid=bid, clause=SOLUTION_CLAUSE).first()
    return out.reason if out else ""


def takes_part(actor: Actor, code: str) -> bool:
    """Tell whether the actor's organisation was talked with."""
    own = Turn.objects.filter(bid__tender__code=code)
    return own.filter(bid__bidder_id__in=actor.organisations(BIDDER)).exists()


def turns_waiting(actor: Actor, at: datetime) -> list[DeskItem]:
    """Give what the actor's organisation still has to answer or to quote, each with its time."""
    own = {"bid__bidder_id__in": actor.organisations(BIDDER), "bid__state": "read"}
    turns = Turn.objects.filter(answered_at=None, round__due_at__gt=at, bid__exclusion=None, **own)
    asked = [
        _item(_("书面答复磋商、谈判小组"), turn.bid.tender, turn.round.due_at)
        for turn in turns.select_related("round", "bid__tender")
    ]
    return [*asked, *_quotes_waiting(actor, at)]


def _quotes_waiting(actor: Actor, at: datetime) -> list[DeskItem]:
    own = Bid.objects.filter(bidder_id__in=actor.organisations(BIDDER), state="read")
    open_now = own.filter(tender__state="quoting", tender__quote_window__closes_at__gt=at)
    found = open_now.select_related("tender__quote_window").order_by("pk")
    tenders = {
        bid.tender.pk: bid.tender for bid in found if bid.pk in bid.tender.quote_window.admitted
    }
    return [
        _item(_("密封提交最后报价"), tender, tender.quote_window.closes_at)
        for tender in tenders.values()
    ]


def _item(title: str, tender: Tender, due_at: datetime) -> DeskItem:
    return DeskItem(
        title=title,
        subject=f"{tender.code} {tender.title}",
        url=f"/tenders/{tender.code}/talks/",
        due_at=due_at,
    )
