"""Find evaluations, seats and marks, through the actor's eyes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext

from accounts.domain import (
    AGENCY,
    AUDITOR,
    CENTRE_OPS,
    NOTARY,
    PURCHASER,
    REGULATOR,
    Actor,
)
from accounts.models import Organisation
from bidding.models import Bid
from evaluation import domain
from evaluation.models import (
    AnswerFile,
    BidClarification,
    Check,
    Evaluation,
    Exclusion,
    Expert,
    MarkReview,
    PriceReview,
    Score,
    Scorecard,
    Seat,
    report_subject,
)
from evaluation.queries.experts import experts_free_of
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading import queries as trading
from trading.domain import PRICES_APART
from trading.domain import scheme as schemes
from trading.markets import method_of
from trading.models import Lot, Tender
from trading.periods import RuleSet

BEFORE_LOCK = (
    "drawing",
    "gathering",
    "electing",
    "qualification",
    "conformity",
    "negotiating",
    "quoting",
    "technical",
)
GONE = ("declined", "recused", "replaced")


def _missing() -> Missing:
    return Missing("evaluation.missing", _("没有这项评审，或您无权查看。"))


def lock_evaluation(code: str) -> Evaluation:
    """Give an evaluation with its row locked, after its tender's row."""
    tender = Tender.objects.select_for_update().filter(code=code).first()
    found = Evaluation.objects.select_for_update().filter(tender=tender).first()
    if tender is None or found is None:
        raise _missing()
    found.tender = tender
    return found


def evaluation_for(actor: Actor, code: str) -> Evaluation:
    """Give an evaluation to those who take part or oversee it; others do not know of it."""
    found = Evaluation.objects.select_related("tender").filter(tender__code=code).first()
    if found is None or not may_see(actor, found):
        raise _missing()
    return found


def evaluation_of(tender: Tender) -> Evaluation | None:
    """Give a tender's evaluation, whoever asks; for apps that show a part they may tell."""
    return Evaluation.objects.select_related("tender").filter(tender=tender).first()


def may_see(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor takes part in the evaluation or oversees it."""
    tender = evaluation.tender
    return (
        seat_of(actor, evaluation) is not None
        or actor.has_for(tender.purchaser_id, PURCHASER)
        or actor.has_for(tender.agency_id, AGENCY)
        or actor.has(CENTRE_OPS, REGULATOR, AUDITOR)
        or (evaluation.state == "drawing" and actor.has(NOTARY))
    )


def seat_of(actor: Actor, evaluation: Evaluation) -> Seat | None:
    """Give the actor's place on the committee, or None."""
    if not actor.is_known:
        return None
    seats = evaluation.seats.filter(person_id=actor.person_id).exclude(state__in=GONE)
    return seats.first()


def seats_of(evaluation: Evaluation) -> QuerySet[Seat]:
    """Give the places that count, in order."""
    return evaluation.seats.exclude(state__in=GONE).select_related("person").order_by("number")


def lots_of(evaluation: Evaluation) -> list[Lot]:
    """Give the lots still to be evaluated."""
    return list(Lot.objects.filter(tender=evaluation.tender, state="open").order_by("number"))


def opened_bids(lot: Lot) -> QuerySet[Bid]:
    """Give the bids of a lot that were opened and read out."""
    return Bid.objects.filter(lot=lot, state="read").select_related("bidder").order_by("sequence")


def valid_bids(lot: Lot) -> list[Bid]:
    """Give the bids of a lot that are not out."""
    return list(opened_bids(lot).filter(exclusion=None))


def exclusions_of(evaluation: Evaluation) -> QuerySet[Exclusion]:
    """Give the bids that are out, with why, by lot and order of submission."""
    out = Exclusion.objects.filter(bid__tender=evaluation.tender)
    out = out.select_related("bid__bidder", "bid__lot")
    return out.order_by("bid__lot__number", "bid__sequence")


def clauses(evaluation: Evaluation, stage: str) -> list[dict[str, str]]:
    """Give the clauses of the document that a stage checks, with stable codes."""
    tender = evaluation.tender
    qualification = _terms(tender.qualification, domain.QUALIFICATION_LETTER)
    if stage == "qualification":
        return qualification
    whole = qualification if method_of(tender).committee_qualifies else []
    written = [*whole, *_terms(tender.conformity, "C"), *_same_members(evaluation)]
    return [*written, *_declarations(evaluation)]


def _same_members(evaluation: Evaluation) -> list[dict[str, str]]:
    """Ask of each bid, where consortia could be prequalified, whether its members are the same: no
    document could leave that out (BLR 37).
    """
    if not evaluation.tender.most_partners:
        return []
    return [
        {
            "code": domain.SAME_MEMBERS,
            "label": gettext(_("联合体")),
            "text": gettext(_("投标的联合体成员与资格预审时一致，没有增减、更换")),
            "evidence": gettext(_("共同投标协议；资格预审时的成员列在投标人名称之下")),
        }
    ]


def _terms(terms: Sequence[dict[str, str]], letter: str) -> list[dict[str, str]]:
    return [
        {
            "code": f"{letter}{i}",
            "label": f"{letter}{i}",
            "text": term["text"],
            "evidence": term.get("evidence", ""),
        }
        for i, term in enumerate(terms, start=1)
    ]


def rules_of(evaluation: Evaluation) -> RuleSet:
    """Give the rules the tender is published under."""
    return trading.rules_of(evaluation.tender, evaluation.tender.drafted_at)


def least_members(tender: Tender, at: datetime, case: str = "") -> int:
    """Give the least lawful size of a tender's committee, by its budget and its case."""
    budget = sum((lot.budget for lot in tender.lots.filter(state="open")), Decimal(0))
    return domain.committee_size(budget, trading.rules_of(tender, at), case)


def _declarations(evaluation: Evaluation) -> list[dict[str, str]]:
    """Give what the committee judges for the price deductions of the document."""
    offered = evaluation.tender.scheme.get("deductions", {})
    return [
        {
            "code": kind,
            "label": gettext(_("价格扣除")),
            "text": gettext(text) % shares if shares else gettext(text),
            "evidence": gettext(_("声明与证明材料；不通过的只是不享受扣除")),
        }
        for kind, (text, shares) in domain.declarations(rules_of(evaluation)).items()
        if kind in offered
    ]


def checks_of(evaluation: Evaluation, stage: str) -> QuerySet[Check]:
    """Give the opinions given in a stage, in the order of the seats."""
    given = Check.objects.filter(evaluation=evaluation, stage=stage)
    return given.select_related("seat__person").order_by("seat__number", "pk")


def leaves(evaluation: Evaluation) -> Sequence[schemes.Leaf]:
    """Give the criteria that members mark; the price is scored by machine."""
    if not schemes.is_marked(evaluation.tender.scheme):
        return []
    return list(schemes.leaves(evaluation.tender.scheme))


def report_kind(evaluation: Evaluation) -> str:
    """Name the paper a report is: of talks with one supplier it is their minutes (M74 42)."""
    keeps = method_of(evaluation.tender).keeps_minutes
    return "negotiation_minutes" if keeps else "evaluation_report"


def current_report(evaluation: Evaluation) -> str:
    """Name the paper of the report of the round that counts."""
    return report_subject(evaluation.tender.code, evaluation.rounds.count() + 1)


def frozen_benchmark(evaluation: Evaluation, lot: Lot) -> str:
    """Give the benchmark a lot's prices were first scored by; it stays when the evaluation is done
    again (rulebook F9). Nothing where there is none.
    """
    first = evaluation.rounds.first()
    for ranked in first.rankings if first else ():
        if ranked["lot"] == lot.number:
            return str(ranked["result"].get("benchmark") or "")
    return ""


def scorecard_of(seat: Seat, lot: Lot) -> Scorecard:
    """Give a member's scorecard for a lot, opening it the first time."""
    card, _made = Scorecard.objects.get_or_create(evaluation=seat.evaluation, seat=seat, lot=lot)
    return card


def marks_of(card: Scorecard) -> dict[tuple[int, str], Score]:
    """Give the marks on a scorecard by bid and criterion."""
    return {(score.bid_id, score.criterion): score for score in card.scores.all()}


def readable_seats(actor: Actor, evaluation: Evaluation) -> list[Seat]:
    """Give the members whose marks the actor may read: one's own, and all once all have locked.

    The purchasing side and the regulator read them with the report (rulebook 1.3).
    """
    seats, own = list(seats_of(evaluation)), seat_of(actor, evaluation)
    if own is not None:
        opened = evaluation.state not in BEFORE_LOCK or marks_seen(evaluation)
        return seats if opened else [seat for seat in seats if seat == own]
    tender = evaluation.tender
    reads = (
        actor.has_for(tender.purchaser_id, PURCHASER)
        or actor.has_for(tender.agency_id, AGENCY)
        or actor.has(REGULATOR, AUDITOR)
    )
    return seats if reads and evaluation.state == "submitted" else []


def all_locked(evaluation: Evaluation) -> bool:
    """Tell whether every member has locked the scorecard of every lot still open."""
    needed = seats_of(evaluation).count() * len(lots_of(evaluation))
    locked = Scorecard.objects.filter(
        evaluation=evaluation, state="locked", lot__state="open"
    ).exclude(seat__state__in=GONE)
    return locked.count() == needed


def marks_seen(evaluation: Evaluation) -> bool:
    """Tell whether all have locked, and nobody who came later still marks alone; a card that was
    reopened for single items hides nothing again.
    """
    if evaluation.marks_seen_at is None:
        return all_locked(evaluation)
    needed = seats_of(evaluation).count() * len(lots_of(evaluation))
    cards = Scorecard.objects.filter(evaluation=evaluation, lot__state="open")
    reopened = MarkReview.objects.filter(closed_at=None).values("score__scorecard")
    done = cards.filter(Q(state="locked") | Q(pk__in=reopened))
    return done.exclude(seat__state__in=GONE).count() == needed


def marks_for_rule(evaluation: Evaluation, lot: Lot) -> dict[int, dict[str, dict[str, Decimal]]]:
    """Give the marks of a lot by bid, criterion and member, as the rule takes them."""
    found: dict[int, dict[str, dict[str, Decimal]]] = {}
    scores = Score.objects.filter(bid__lot=lot, scorecard__evaluation=evaluation).exclude(
        scorecard__seat__state__in=GONE
    )
    for score in scores.select_related("scorecard__seat"):
        member = f"seat-{score.scorecard.seat.number}"
        found.setdefault(score.bid_id, {}).setdefault(score.criterion, {})[member] = score.mark
    return found


def prices_opened(evaluation: Evaluation) -> bool:
    """Tell whether the price stage has been opened."""
    tender = evaluation.tender
    return tender.openings.filter(stage="price", state="ended").exists()


def prices_known(evaluation: Evaluation) -> bool:
    """Tell whether prices may be shown here: all were read out to everybody (rulebook 3.3)."""
    return evaluation.tender.stages not in PRICES_APART or prices_opened(evaluation)


def was_priced(evaluation: Evaluation) -> bool:
    """Tell whether the technical stage was closed once before (then this is a recheck)."""
    kinds = ("technical.closed",)
    return record.facts_of(evaluation.tender.code, only=kinds).exists()


def corrected_bids(evaluation: Evaluation) -> set[int]:
    """Give the bids whose correction was confirmed."""
    confirmed = price_reviews(evaluation).filter(kind="correction", decision="confirmed")
    return set(confirmed.values_list("bid_id", flat=True))


def declared(evaluation: Evaluation) -> dict[int, tuple[str, ...]]:
    """Give the deductions the committee accepted by majority, by bid."""
    votes: dict[tuple[int, str], list[bool]] = {}
    checks = Check.objects.filter(
        evaluation=evaluation, stage="conformity", clause__in=domain.DECLARATIONS
    ).exclude(seat__state__in=GONE)
    for bid, clause, passed in checks.values_list("bid_id", "clause", "passed"):
        votes.setdefault((bid, clause), []).append(passed)
    found: dict[int, tuple[str, ...]] = {}
    for (bid, clause), given in sorted(votes.items()):
        if domain.passes(given):
            found[bid] = (*found.get(bid, ()), clause)
    return found


def objective_marks(evaluation: Evaluation) -> Iterable[tuple[str, int, Decimal]]:
    """Give all marks of objective items: criterion, bid, mark."""
    codes = [leaf.code for leaf in leaves(evaluation) if not leaf.subjective]
    scores = Score.objects.filter(
        scorecard__evaluation=evaluation, criterion__in=codes, bid__exclusion=None
    ).exclude(scorecard__seat__state__in=GONE)
    return list(scores.values_list("criterion", "bid_id", "mark"))


def clarifications_of(evaluation: Evaluation) -> QuerySet[BidClarification]:
    """Give what bidders were asked about their bids, in order."""
    asked = evaluation.bid_clarifications.select_related("bid__bidder", "bid__lot")
    return asked.prefetch_related(answer_files()).order_by("number")


def price_reviews(evaluation: Evaluation) -> QuerySet[PriceReview]:
    """Give what was asked about prices, in the order of asking."""
    asked = PriceReview.objects.filter(bid__tender=evaluation.tender)
    related = asked.select_related("bid__bidder", "bid__lot")
    return related.prefetch_related(answer_files()).order_by("pk")


def waiting_reviews(evaluation: Evaluation) -> QuerySet[PriceReview]:
    """Give those that have no conclusion, of bids and lots that are still judged."""
    return price_reviews(evaluation).filter(
        decided_at=None, bid__exclusion=None, bid__lot__state="open"
    )


def answer_files() -> "Prefetch[str]":
    """Fetch with questions the files that stand beside their answers, all at once."""
    return Prefetch("files", AnswerFile.objects.select_related("document"))


def pool(evaluation: Evaluation, speciality: str) -> list[Expert]:
    """Give the experts who may be drawn: of the speciality, available, and free of interests."""
    free = experts_free_of(party_ids(evaluation))
    return [expert for expert in free if speciality in expert.specialities]


def party_ids(evaluation: Evaluation) -> set[int]:
    """Give the organisations that take part in the tender, the partners of a consortium too."""
    tender = evaluation.tender
    leads = Organisation.objects.filter(bids__tender=tender).distinct()
    partners = {one.uscc for lead in leads for one in trading.partners_of(tender, lead.uscc)}
    joined = Organisation.objects.filter(uscc__in=partners).values_list("pk", flat=True)
    return {tender.purchaser_id, tender.agency_id, *(lead.pk for lead in leads), *joined}
