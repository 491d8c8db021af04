"""The report: drafted by the lead, signed by each member or dissented from, then handed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import Actor
from deposits.services.settling import laid_in_full
from evaluation import domain, policy, queries
from evaluation.minutes import read_minutes
from evaluation.models import (
    BidClarification,
    Evaluation,
    Expert,
    PriceReview,
    Ranking,
    Seat,
    TalkRound,
)
from evaluation.queries import candidates, leads, motions, paneling, reported, sealed_marks
from evaluation.queries import marks as comparing
from evaluation.queries import talks as found
from evaluation.services.answering import named_files
from evaluation.services.committee import lock_going, move, tell
from evaluation.services.stages import in_state
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from ledger import papers
from ledger.canonical import timestamp
from trading import queries as trading_queries
from trading.domain.priced import names_rates
from trading.domain.scheme import title_of
from trading.markets import method_of, words_of
from trading.services import procedure as trading
from trading.services.draw_papers import Line, order_draw

LONGEST_DISSENT = 2000
EXPERTS = _("评审专家")
CALLED = (
    "purchaser",
    "agency",
    "bidder",
    "number",
    "documents",
    "offer",
    "report",
    "panel",
    "rejected",
    "scheme",
)
"""What the report says in the words of its market and method."""
DECISIONS = {
    "confirmed": "供应商已确认",
    "refused": "供应商未确认，投标无效",
    "accepted": "经认定报价合理",
    "unproven": "不能证明合理性，投标无效",
    "void": "投标已被否决，不再核对",
}


@transaction.atomic
def draft_report(
    *, actor: Actor, code: str, minutes: Mapping[str, str] | None = None, at: datetime
) -> Evaluation:
    """Draft the report from the record; from here the ranking stands (M87 art. 64). Where minutes
    are kept, what was said in the talks is written down first (M74 42).
    """
    evaluation = lock_going(code)
    policy.require(actor, "report.draft", evaluation)
    in_state(evaluation, "summary")
    motions.refuse_open(evaluation)
    _refuse_unexplained(evaluation)
    sealed_marks.require_unaltered(evaluation)
    if method_of(evaluation.tender).keeps_minutes:
        evaluation.minutes = read_minutes(minutes or {})
        evaluation.save(update_fields=["minutes"])
    move(evaluation, "draft_report")
    told = {"minutes": evaluation.minutes} if evaluation.minutes else {}
    tell(evaluation, "report.drafted", actor, at, **told)
    return evaluation


def _refuse_unexplained(evaluation: Evaluation) -> None:
    """Refuse while a mark far from the others' stands without its member's reason (M87 art. 64)."""
    for item in comparing.unexplained(evaluation):
        raise Conflict(
            "score.unexplained",
            _("%(member)s 对“%(bidder)s”“%(criterion)s”的评分畸高畸低，须由本人说明理由或者修改。"),
            member=item.score.scorecard.seat.person.name,
            bidder=item.score.bid.bidder.name,
            criterion=item.leaf.title,
        )


@transaction.atomic
def sign_report(*, actor: Actor, code: str, dissent: str, at: datetime) -> Seat:
    """Sign, or state dissent in writing with reasons; the last signature hands the report in."""
    evaluation = lock_going(code)
    policy.require(actor, "report.sign", evaluation)
    in_state(evaluation, "signing")
    seat = queries.seat_of(actor, evaluation)
    if len(dissent.strip()) > LONGEST_DISSENT:
        raise Invalid("report.dissent", _("不同意见不超过两千字。"), field="dissent")
    if seat is None or seat.signed_report_at is not None:
        raise Conflict("report.signed", _("您已签署评审报告。"))
    seat.signed_report_at, seat.dissent = at, dissent.strip()
    seat.save(update_fields=["signed_report_at", "dissent"])
    if seat.dissent:
        tell(evaluation, "dissent.recorded", actor, at, seat=seat.number, text=seat.dissent)
    tell(evaluation, "report.signed", actor, at, seat=seat.number)
    if not queries.seats_of(evaluation).filter(signed_report_at=None).exists():
        _submit(evaluation, actor, at)
    return seat


@transaction.atomic
def submit_report(*, actor: Actor, code: str, at: datetime) -> Evaluation:
    """Hand the report in; who refuses to sign and to explain agrees (BLR art. 53, GPR art. 41)."""
    evaluation = lock_going(code)
    policy.require(actor, "report.draft", evaluation)
    in_state(evaluation, "signing")
    signed = queries.seats_of(evaluation).exclude(signed_report_at=None).count()
    if not domain.passes([True] * signed + [False] * (evaluation.size - signed)):
        raise Invalid("report.too_few", _("签署人数未过半，不能提交评审报告。"))
    _submit(evaluation, actor, at)
    return evaluation


def _submit(evaluation: Evaluation, actor: Actor, at: datetime) -> None:
    move(evaluation, "submit")
    evaluation.submitted_at = at
    evaluation.save(update_fields=["submitted_at"])
    tender = evaluation.tender
    code = tender.code
    papers.order(
        kind=queries.report_kind(evaluation),
        subject=queries.current_report(evaluation),
        stream=evaluation.stream,
        tender=code,
        content=report_content(evaluation, at),
        at=at,
    )
    _order_draw(evaluation, at)
    trading.receive_report(
        code=code,
        candidates=candidates.candidates_of(evaluation),
        excluded=reported.told_out(evaluation),
        experts=[seat.person.name for seat in queries.seats_of(evaluation)],
        laid=laid_in_full(tender) if method_of(tender).sells else None,
        at=at,
    )
    tell(evaluation, "evaluation.report_submitted", actor, at)


def _order_draw(evaluation: Evaluation, at: datetime) -> None:
    """Order the record of the experts' draw, which everybody may know from the report on."""
    draw = reported.expert_draw(evaluation)
    if draw["seed"]:
        order_draw(
            evaluation.tender,
            name="experts",
            what=EXPERTS,
            proof=draw,
            lines=[Line("", evaluation.pool, draw["drawn"], draw["purpose"])],
            drawn_at=draw["drawn_at"],
            at=at,
        )


def report_content(evaluation: Evaluation, at: datetime) -> dict[str, Any]:
    """Give the fields of the evaluation report (M87 art. 58)."""
    tender, words = evaluation.tender, words_of(evaluation.tender)
    return {
        **trading_queries.paper_head(tender),
        **reported.before_ranking(evaluation),
        "tender_code": tender.code,
        "words": {name: words[name] for name in CALLED},
        "title": tender.title,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "method": tender.scheme.get("method", ""),
        "method_title": title_of(tender.scheme),
        "started_at": timestamp(evaluation.started_at or at),
        "submitted_at": timestamp(at),
        "draw": reported.expert_draw(evaluation),
        "large_case": domain.LARGE_CASES.get(evaluation.large_case, ""),
        "committee": [_member(seat) for seat in queries.seats_of(evaluation)],
        "lots": [_lot(evaluation, ranking) for ranking in _rankings(evaluation)],
        "excluded": reported.rejected(evaluation),
        "clarifications": [_clarification(c) for c in queries.clarifications_of(evaluation)],
        "motions": motions.reported(evaluation),
        **paneling.reported(evaluation),
        "mark_reviews": _mark_reviews(evaluation),
        "mark_proofs": sealed_marks.proofs_told(evaluation),
        "price_reviews": [_price_review(review) for review in queries.price_reviews(evaluation)],
        "earlier": [
            {
                "number": before.number,
                "submitted_at": timestamp(before.submitted_at),
                "reason": before.reason,
            }
            for before in evaluation.rounds.all()
        ],
        "dissent": queries.seats_of(evaluation).exclude(dissent="").exists(),
        **({"unranked": True} if tender.award_way else {}),
        **_minutes(evaluation),
    }


def _minutes(evaluation: Evaluation) -> dict[str, Any]:
    """Give what minutes say besides a report: the publicity, what was asked and answered, what the
    supplier stated, and what was agreed (M74 42).
    """
    if not evaluation.minutes:
        return {}
    source = trading_queries.source_of(evaluation.tender)
    return {
        "minutes": evaluation.minutes,
        "source": {
            "supplier": source.supplier.name,
            "ground": source.ground_title,
            "reason": source.reason,
            "publicised_at": timestamp(source.publicised_at) if source.publicised_at else "",
            "until": str(source.publicity_until or ""),
            "objections": trading_queries.objections_to(evaluation.tender),
        },
        "rounds": [_round(made) for made in found.rounds_of(evaluation)[::-1]],
    }


def _round(made: TalkRound) -> dict[str, Any]:
    return {
        "number": made.number,
        "opened_at": timestamp(made.opened_at),
        "change": made.change,
        "turns": [{"question": turn.question, "answer": turn.answer} for turn in made.turns.all()],
    }


def _rankings(evaluation: Evaluation) -> QuerySet[Ranking]:
    return evaluation.rankings.select_related("lot").order_by("lot__number")


def _price_review(review: PriceReview) -> dict[str, Any]:
    found = review.finding
    if review.kind == "correction":
        what = f"报价由 {found['stated']} 元修正为 {found['corrected']} 元"
    else:
        why = f"（评标委员会要求说明：{found['reason']}）" if found.get("reason") else ""
        what = f"报价 {found['price']} 元，启动异常低价审查{why}"
    return {
        "supplier": review.bid.bidder.name,
        "kind": review.kind,
        "finding": found,
        "words": f"{what}；{DECISIONS.get(review.decision, '尚无结论')}",
        "answer": review.answer,
        "files": named_files(review),
        "decision": review.decision,
        "reason": review.reason,
    }


def _clarification(made: BidClarification) -> dict[str, Any]:
    return {
        "number": made.number,
        "supplier": made.bid.bidder.name,
        "ground": domain.CLARIFY_GROUNDS[made.ground],
        "place": made.place,
        "question": made.question,
        "asked_at": timestamp(made.asked_at),
        "due_at": timestamp(made.due_at),
        "answer": made.answer,
        "files": named_files(made),
        "answered_at": timestamp(made.answered_at) if made.answered_at else "",
        "outcome": domain.BID_CLARIFICATION.titles[made.state],
        "reason": made.reason,
    }


def _mark_reviews(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give each mark that was kept or changed on review: whose, old and new, and why."""
    titles = {leaf.code: leaf.title for leaf in queries.leaves(evaluation)}
    return [
        {
            "seat": made.score.scorecard.seat.number,
            "member": made.score.scorecard.seat.person.name,
            "supplier": made.score.bid.bidder.name,
            "title": titles[made.score.criterion],
            "before": f"{made.before:f}",
            "after": "" if made.after is None else f"{made.after:f}",
            "cause": made.cause,
            "reason": made.reason,
        }
        for made in comparing.reviewed(evaluation)
    ]


def _member(seat: Seat) -> dict[str, Any]:
    expert = Expert.objects.filter(person=seat.person).first()
    return {
        "number": seat.number,
        "name": seat.person.name,
        "kind": seat.get_kind_display(),
        "lead": seat.lead,
        "employer": expert.employer_name if expert else "",
        "title": expert.title if expert else "",
        "signed_at": timestamp(seat.signed_report_at) if seat.signed_report_at else "",
        "dissent": seat.dissent,
    }


def _lot(evaluation: Evaluation, ranking: Ranking) -> dict[str, Any]:
    result, lot = ranking.result, ranking.lot
    components = result.get("components", {})
    return {
        "number": lot.number,
        "called": words_of(lot.tender)["lot_number"] % {"number": lot.number},
        "transaction_code": lot.transaction_code,
        "title": lot.title,
        "ceiling": format(lot.limit, "f"),
        **trading_queries.limit_called(lot.tender),
        "ranking": result["ranking"],
        "rows": [_row(row, components) for row in result["ranking"]],
        "scored": bool(result.get("totals")),
        **reported.priced(result),
        **({"names_rates": True} if names_rates(lot.tender.scheme) else {}),
        "components": components,
        "price_scores": result.get("price_scores", {}),
        "benchmark": result.get("benchmark"),
        "rounding": result["rounding"]["words"],
        "ties": result["ties"],
        "warnings": [
            *(warning["message"] for warning in result["warnings"]),
            *candidates.cut_off(evaluation, result["ranking"]),
            *leads.said(evaluation, lot),
        ],
        "leaning": comparing.leaning(evaluation, ranking),
        "criteria": [
            {"code": leaf.code, "title": leaf.title, "full": f"{leaf.full:f}", "part": leaf.part}
            for leaf in queries.leaves(evaluation)
        ],
        "marks": _marks(evaluation, ranking.case),
    }


def _row(row: dict[str, Any], components: dict[str, dict[str, str]]) -> dict[str, Any]:
    name = row["bidder"]
    scores = {part: components.get(part, {}).get(name) for part in ("technical", "commercial")}
    return {**row, **scores, "price_score": components.get("price", {}).get(name)}


def _marks(evaluation: Evaluation, case: dict[str, Any]) -> list[dict[str, Any]]:
    """Give each member's mark for each criterion of each bid, in the order of the seats."""
    members = [f"seat-{seat.number}" for seat in queries.seats_of(evaluation)]
    return [
        {
            "bidder": bid["name"],
            "title": leaf.title,
            "full": f"{leaf.full:f}",
            "given": [bid.get("marks", {}).get(leaf.code, {}).get(m, "—") for m in members],
        }
        for bid in case["bids"]
        for leaf in queries.leaves(evaluation)
    ]
