"""What bidders are asked by the committee, each by itself; and who else reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from evaluation import queries
from evaluation.models import AnswerFile, BidClarification, Check, Evaluation, PriceReview
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Tender


@dataclass(frozen=True)
class Asked:
    """What one bidder was asked in one tender."""

    tender: Tender
    clarifications: Sequence[BidClarification]
    reviews: Sequence[PriceReview]


def asked_of(actor: Actor, code: str) -> Asked:
    """Give what a bidder is or was asked about its bid; no other bidder knows of it."""
    own = {"bid__tender__code": code, "bid__bidder_id__in": actor.organisations(BIDDER)}
    related = ("bid__lot", "bid__tender", "bid__bidder")
    asked = BidClarification.objects.filter(**own).select_related(*related)
    priced = PriceReview.objects.filter(**own).select_related(*related)
    clarifications = list(asked.prefetch_related(queries.answer_files()).order_by("-number"))
    reviews = list(priced.prefetch_related(queries.answer_files()).order_by("-pk"))
    if not clarifications and not reviews:
        raise Missing("question.missing", _("评标委员会没有向贵单位提出要求。"))
    bid = clarifications[0].bid if clarifications else reviews[0].bid
    return Asked(bid.tender, clarifications, reviews)


def was_asked(actor: Actor, code: str) -> bool:
    """Tell whether the actor's organisation was asked anything."""
    own = {"bid__tender__code": code, "bid__bidder_id__in": actor.organisations(BIDDER)}
    asked = (BidClarification.objects.filter(**own), PriceReview.objects.filter(**own))
    return any(found.exists() for found in asked)


def reads_clarifications(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor reads questions and answers: members who know the bidders, the
    purchasing side, the regulator and the auditor (rulebook 1.3).
    """
    seat = queries.seat_of(actor, evaluation)
    if seat is not None:
        return seat.state in {"signed_in", "pledged"}
    tender = evaluation.tender
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return side or actor.has(REGULATOR, AUDITOR)


def clarifications_for(actor: Actor, evaluation: Evaluation) -> list[BidClarification]:
    """Give the questions and answers that the actor may read."""
    if not reads_clarifications(actor, evaluation):
        return []
    return list(queries.clarifications_of(evaluation))


def price_reviews_for(actor: Actor, evaluation: Evaluation) -> list[PriceReview]:
    """Give what was asked about prices, with the explanations, to whoever reads the answers."""
    if not reads_clarifications(actor, evaluation):
        return []
    return list(queries.price_reviews(evaluation))


def answer_file_for(actor: Actor, code: str, number: int) -> AnswerFile:
    """Give a file to exactly those who read the answer it stands beside; others know of none."""
    of_tender = Q(clarification__bid__tender__code=code) | Q(review__bid__tender__code=code)
    related = ("document", "clarification__bid__tender", "review__bid__tender")
    found = AnswerFile.objects.filter(of_tender, pk=number).select_related(*related).first()
    if found is None or not _reads_answer(actor, found):
        raise Missing("answer_file.missing", _("没有这份文件，或您无权查看。"))
    return found


def is_own_answer(actor: Actor, found: AnswerFile) -> bool:
    """Tell whether the actor acts for the bidder that handed the file in."""
    return found.bid.bidder_id in actor.organisations(BIDDER)


def _reads_answer(actor: Actor, found: AnswerFile) -> bool:
    evaluation = queries.evaluation_of(found.bid.tender)
    reads = evaluation is not None and reads_clarifications(actor, evaluation)
    return reads or is_own_answer(actor, found)


def own_opinion(actor: Actor, found: BidClarification) -> Check | None:
    """Give the opinion that the actor has given on an answer."""
    checks = queries.checks_of(found.evaluation, "clarification")
    place = {"bid": found.bid_id, "clause": f"K{found.number}"}
    return checks.filter(seat__person_id=actor.person_id, **place).first()


def questions_waiting(actor: Actor, at: datetime) -> list[DeskItem]:
    """Give what the actor's organisation still has to answer, each with its time."""
    own = {"bid__bidder_id__in": actor.organisations(BIDDER), "due_at__gt": at}
    asked = BidClarification.objects.filter(state="asked", **own)
    priced = PriceReview.objects.filter(answered_at=None, decided_at=None, **own)
    return [
        *(_item(_("书面澄清投标文件"), made) for made in asked.select_related("bid__tender")),
        *(
            _item(
                _("确认报价修正") if made.kind == "correction" else _("说明报价合理性"),
                made,
            )
            for made in priced.select_related("bid__tender")
        ),
    ]


def _item(title: str, made: BidClarification | PriceReview) -> DeskItem:
    tender = made.bid.tender
    return DeskItem(
        title=title,
        subject=f"{tender.code} {tender.title}",
        url=f"/tenders/{tender.code}/committee-questions/",
        due_at=made.due_at,
    )
