"""What the evaluation pages show, each reader no more than rulebook 1.3 grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q

from accounts.domain import AGENCY, AUDITOR, BIDDER, PURCHASER, REGULATOR, Actor
from accounts.models import Role, User
from bidding.models import Bid
from evaluation import domain, queries
from evaluation.models import Check, Evaluation, Expert, PriceReview, Score, Scorecard, Seat
from kernel.draw import Draw, commitment, draw, list_digest
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading.domain.scheme import DEDUCTIONS, Leaf
from trading.models import Lot

SEES_BIDDERS: Final = ("signed_in", "pledged")
WIDE_OPEN: Final = ("award_notified", "contracted", "archived")
NEXT: Final = {
    "drawing": _("冻结专家候选名单并公布种子承诺，再由监督部门、公证员或采购人给出随机数"),
    "gathering": _("被抽取的专家确认、签到、阅知投标人名单，回避或签署承诺"),
    "electing": _("全体成员推选组长"),
    "qualification": _("采购人或采购代理机构逐项审查资格"),
    "conformity": _("每位成员逐项提出符合性意见，由组长结束审查"),
    "technical": _("各成员独立评分并锁定；全部锁定前互不可见"),
    "price_opening": _("等待价格部分开启"),
    "price_review": _("核对报价，处理修正和异常低价"),
    "summary": _("复核汇总与排序，起草评审报告"),
    "signing": _("全体成员签署评审报告"),
    "submitted": _("评审报告已提交，等待采购人确定中标人"),
    "failed": _("有效投标人不足三家，评审终止"),
}


@dataclass(frozen=True)
class SeatLine:
    """A place on the committee as the reader may know it: by name, or by code alone."""

    number: int
    title: str
    kind: str
    state: str
    lead: bool
    own: bool
    signed_at: datetime | None = None
    dissent: str = ""
    locked: int = 0


def sees_names(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor knows the members by name (GPR art. 39, M87 art. 47).

    The regulator from the draw, members from their own sign-in, the centre and the purchasing side
    when all are gathered, everybody else with the result.
    """
    seat = queries.seat_of(actor, evaluation)
    if seat is not None:
        return seat.state in SEES_BIDDERS
    if actor.has(REGULATOR, AUDITOR) or evaluation.tender.state in WIDE_OPEN:
        return True
    return queries.may_see(actor, evaluation) and evaluation.started_at is not None


def seat_lines(actor: Actor, evaluation: Evaluation) -> list[SeatLine]:
    """Give the committee with names where the reader may know them."""
    named = sees_names(actor, evaluation)
    locked = Count("scorecards", filter=Q(scorecards__state="locked"))
    seats = list(queries.seats_of(evaluation).annotate(locked=locked))
    codes = dict(
        Expert.objects.filter(person__in=[seat.person_id for seat in seats]).values_list(
            "person_id", "code"
        )
    )
    return [_line(seat, actor, codes, named=named) for seat in seats]


def _line(seat: Seat, actor: Actor, codes: Mapping[int, str], *, named: bool) -> SeatLine:
    own = seat.person_id == actor.person_id
    code = codes.get(seat.person_id, seat.get_kind_display())
    return SeatLine(
        number=seat.number,
        title=f"{seat.person.name}" if named or own else code,
        kind=seat.get_kind_display(),
        state=seat.state,
        lead=seat.lead,
        own=own,
        signed_at=seat.signed_report_at,
        dissent=seat.dissent if named else "",
        locked=getattr(seat, "locked", 0),
    )


def steps_of(evaluation: Evaluation) -> list[dict[str, str]]:
    """Give the stages in order, and where the evaluation stands."""
    order = [state for state in NEXT if state not in {"failed", "submitted"}]
    if evaluation.tender.stages != "two":
        order.remove("price_opening")
    state = evaluation.state
    here = order.index(state) if state in order else len(order)
    if state == "failed":
        return [
            *({"title": domain.EVALUATION.titles[s], "state": "skipped"} for s in order),
            {"title": domain.EVALUATION.titles["failed"], "state": "failed"},
        ]
    told = ("done", "current", "todo")
    return [
        {"title": domain.EVALUATION.titles[s], "state": told[(i >= here) + (i > here)]}
        for i, s in enumerate(order)
    ]


def sees_bidders(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor knows who bids: a member only from the recusal step (rulebook 1.3)."""
    seat = queries.seat_of(actor, evaluation)
    return seat is None or seat.state in SEES_BIDDERS


def specialities() -> list[str]:
    """Give the specialities of the pool."""
    found = Expert.objects.filter(available=True).values_list("specialities", flat=True)
    return sorted({name for names in found for name in names})


def representatives(evaluation: Evaluation, at: datetime) -> list[User]:
    """Give whom the purchaser may send."""
    held = Role.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at),
        role=PURCHASER,
        organisation_id=evaluation.tender.purchaser_id,
        starts_at__lte=at,
    )
    return list(User.objects.filter(pk__in=held.values("person_id")).order_by("username"))


# --- item by item ---


@dataclass(frozen=True)
class BidLine:
    """A bid of the list: whether it is out, and how much of one's own work on it is done."""

    bid: Bid
    out: str
    given: int
    needed: int

    @property
    def done(self) -> bool:
        """Tell whether nothing of it is left to do."""
        return self.given >= self.needed


def bid_lines(actor: Actor, evaluation: Evaluation) -> list[tuple[Lot, list[BidLine]]]:
    """Give each lot's bids with the reader's own progress in the present stage."""
    lots = list(Lot.objects.filter(tender=evaluation.tender).order_by("number"))
    bids = Bid.objects.filter(tender=evaluation.tender, state="read")
    bids = bids.select_related("bidder", "exclusion").order_by("lot__number", "sequence")
    given, needed = _own_work(actor, evaluation)
    lines = [BidLine(bid, _out(bid), given.get(bid.pk, 0), needed) for bid in bids]
    return [(lot, [line for line in lines if line.bid.lot_id == lot.pk]) for lot in lots]


def _out(bid: Bid) -> str:
    exclusion = getattr(bid, "exclusion", None)
    return f"{exclusion.code}　{exclusion.reason}" if exclusion else ""


def _own_work(actor: Actor, evaluation: Evaluation) -> tuple[dict[int, int], int]:
    stage, seat = evaluation.state, queries.seat_of(actor, evaluation)
    if stage == "technical":
        marks = Score.objects.filter(scorecard__seat=seat) if seat else Score.objects.none()
        counted = marks.values_list("bid_id").annotate(Count("pk"))
        return dict(counted), len(queries.leaves(evaluation))
    if stage not in {"qualification", "conformity"}:
        return {}, 0
    own = Check.objects.filter(evaluation=evaluation, stage=stage)
    own = own.filter(seat=None if stage == "qualification" else seat)
    if stage == "conformity" and seat is None:
        own = own.none()
    opinions = own.values_list("bid_id").annotate(Count("pk"))
    return dict(opinions), len(queries.clauses(evaluation, stage))


def own_checks(actor: Actor, evaluation: Evaluation, bid: Bid) -> dict[str, Check]:
    """Give the opinions the reader has given on a bid in the present stage, by clause."""
    stage = evaluation.state
    found = Check.objects.filter(evaluation=evaluation, stage=stage, bid=bid)
    seat = None if stage == "qualification" else queries.seat_of(actor, evaluation)
    return {check.clause: check for check in found.filter(seat=seat)}


def bid_of(evaluation: Evaluation, bid: int) -> Bid:
    """Give an opened bid of the tender."""
    found = Bid.objects.filter(pk=bid, tender=evaluation.tender, state="read")
    read = found.select_related("bidder", "lot").first()
    if read is None:
        raise Missing("bid.missing", _("没有这份投标。"))
    return read


def opinions_given(evaluation: Evaluation) -> list[tuple[int, int, int]]:
    """Give for each seat how many conformity opinions it has given, and how many it owes."""
    bids = Bid.objects.filter(
        tender=evaluation.tender, state="read", exclusion=None, lot__state="open"
    ).count()
    needed = bids * len(queries.clauses(evaluation, "conformity"))
    valid = Q(checks__stage="conformity", checks__bid__exclusion=None)
    seats = queries.seats_of(evaluation).annotate(given=Count("checks", filter=valid))
    return [(seat.number, seat.given, needed) for seat in seats]


# --- marks ---


@dataclass(frozen=True)
class MarkCell:
    """One member's mark, flagged when it stands far from the others' mean."""

    mark: Decimal | None
    flagged: bool = False


@dataclass(frozen=True)
class MarkRow:
    """One criterion of one bid with every member's mark."""

    leaf: Leaf
    bidder: str
    cells: Sequence[MarkCell]
    uneven: bool


@dataclass(frozen=True)
class Comparison:
    """The members' marks side by side, once all have locked."""

    lot: Lot
    seats: Sequence[Seat]
    rows: Sequence[MarkRow] = field(default_factory=list)


def comparisons(actor: Actor, evaluation: Evaluation) -> list[Comparison]:
    """Give the marks the reader may see side by side; nothing before all have locked."""
    seats = queries.readable_seats(actor, evaluation)
    if len(seats) < evaluation.size:
        return []
    lots = Lot.objects.filter(tender=evaluation.tender).exclude(state="failed")
    return [_comparison(evaluation, lot, seats) for lot in lots.order_by("number")]


def _comparison(evaluation: Evaluation, lot: Lot, seats: Sequence[Seat]) -> Comparison:
    marks = queries.marks_for_rule(evaluation, lot)
    rows = [
        _mark_row(leaf, bid, marks.get(bid.pk, {}).get(leaf.code, {}), seats)
        for bid in queries.valid_bids(lot)
        for leaf in queries.leaves(evaluation)
    ]
    return Comparison(lot, seats, rows)


FLAG_ABOVE: Final = Decimal("0.30")


def _mark_row(leaf: Leaf, bid: Bid, given: Mapping[str, Decimal], seats: Sequence[Seat]) -> MarkRow:
    cells = [
        MarkCell(mark, leaf.subjective and _stands_off(f"seat-{seat.number}", given, leaf.full))
        for seat in seats
        for mark in [given.get(f"seat-{seat.number}")]
    ]
    uneven = not leaf.subjective and len(set(given.values())) > 1
    return MarkRow(leaf, bid.bidder.name, cells, uneven)


def _stands_off(member: str, given: Mapping[str, Decimal], full: Decimal) -> bool:
    """Flag a mark more than three tenths of the full mark off the others' mean (rulebook 4.9)."""
    others = [mark for name, mark in given.items() if name != member]
    if member not in given or len(others) + 1 < len(("one", "two", "three")):
        return False
    return abs(given[member] - sum(others, Decimal(0)) / len(others)) / full > FLAG_ABOVE


def scoring_rows(card: Scorecard) -> list[dict[str, Any]]:
    """Give what one member marks of a lot: each criterion, and each bid's mark so far."""
    bids, marks = queries.valid_bids(card.lot), queries.marks_of(card)
    return [
        {
            "leaf": leaf,
            "marks": [
                {
                    "bid": bid,
                    "name": f"{bid.pk}.{leaf.code}",
                    "score": marks.get((bid.pk, leaf.code)),
                }
                for bid in bids
            ],
        }
        for leaf in queries.leaves(card.evaluation)
    ]


# --- the result ---

PARTS: Final = (("technical", _("技术")), ("commercial", _("商务")), ("policy", _("政策")))
INPUTS: Final = {
    "price": _("报价或评审价"),
    "prices": _("各家评审价"),
    "full": _("满分"),
    "base": _("基准价"),
    "factor": _("系数"),
    "reference": _("标底"),
    "marks": _("各成员打分"),
    "before": _("修正前"),
    "technical": _("技术得分"),
    "commercial": _("商务得分"),
    "policy": _("政策得分"),
}
PRICE_STEPS: Final = ("arithmetic", "deductions", "benchmark", "curve")


def ranking_tables(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give each lot's ranking; behind every number the lines of the trace it came from."""
    found = evaluation.rankings.select_related("lot").order_by("lot__number")
    return [_table(evaluation, ranking) for ranking in found]


def _table(evaluation: Evaluation, ranking: Any) -> dict[str, Any]:  # noqa: ANN401 - a Ranking
    result, leaves = ranking.result, queries.leaves(evaluation)
    parts = [
        {"code": code, "title": title}
        for code, title in PARTS
        if code in result.get("components", {})
    ]
    return {
        "lot": ranking.lot,
        "result": result,
        "parts": parts,
        "scored": bool(result.get("totals")),
        "rows": [
            _rank_row(f"t{ranking.lot.number}-{place}", row, result, parts, leaves)
            for place, row in enumerate(result["ranking"], start=1)
        ],
    }


def _rank_row(
    place: str,
    row: Mapping[str, Any],
    result: Mapping[str, Any],
    parts: Sequence[Mapping[str, str]],
    leaves: Sequence[Leaf],
) -> dict[str, Any]:
    name, scores = row["bidder"], result.get("components", {})
    mine = [_shown(step) for step in result["trace"] if step["bidder"] in {name, ""}]
    scored = [
        {
            **part,
            "number": scores[part["code"]].get(name),
            "steps": _steps_of_part(mine, [x.title for x in leaves if x.part == part["code"]]),
        }
        for part in parts
    ]
    price_score = scores.get("price", {}).get(name)
    rest = [
        {"code": code, "title": title, "number": number, "steps": _named(mine, steps)}
        for code, title, number, steps in (
            ("price", _("价格分"), price_score, PRICE_STEPS),
            ("total", _("总分"), row["total"], ("totals", "bonus")),
            ("evaluated", _("评审价"), row["evaluated_price"], ("arithmetic", "deductions")),
        )
        if number is not None
    ]
    traces = [{**shown, "place": f"{place}-{shown['code']}"} for shown in (*scored, *rest)]
    return {**row, "price_score": price_score, "parts": scored, "traces": traces}


def _named(steps: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Mapping[str, Any]]:
    return [step for step in steps if step["step"] in names]


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    """Give a line of the trace with what went in named in words."""
    titles = {**INPUTS, **DEDUCTIONS}
    named = [(titles.get(name, name), value) for name, value in step["inputs"].items()]
    return {**step, "named": named}


def _steps_of_part(
    steps: Sequence[Mapping[str, Any]], titles: Sequence[str]
) -> list[Mapping[str, Any]]:
    return [s for s in steps if s["step"] == "experts" and s["formula"].split("：")[0] in titles]


def case_of_lot(evaluation: Evaluation, lot: int) -> dict[str, Any]:
    """Give the case that was evaluated, as `manage.py evaluate` takes it."""
    found = evaluation.rankings.filter(lot__number=lot).first()
    if found is None:
        raise Missing("ranking.missing", _("本包还没有汇总排序。"))
    case: dict[str, Any] = found.case
    return case


def reads_report(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor reads the whole report: members while they sign, others once it is
    handed in (rulebook 1.3).
    """
    if queries.seat_of(actor, evaluation) is not None:
        return evaluation.state in {"summary", "signing", "submitted"}
    tender = evaluation.tender
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return evaluation.state == "submitted" and (side or actor.has(REGULATOR, AUDITOR))


# --- bidders ---


def questions_to(actor: Actor, code: str) -> list[PriceReview]:
    """Give what a bidder is or was asked about its price; nobody else knows of it."""
    own = PriceReview.objects.filter(
        bid__tender__code=code, bid__bidder_id__in=actor.organisations(BIDDER)
    )
    found = list(own.select_related("bid__lot", "bid__tender", "bid__bidder").order_by("pk"))
    if not found:
        raise Missing("price_review.missing", _("没有需要贵单位说明的报价。"))
    return found


# --- the draw, for everybody ---


def door_of(actor: Actor, code: str) -> str:
    """Name the page by which the actor enters: the evaluation, the proof of its draw, or none."""
    found = Evaluation.objects.select_related("tender").filter(tender__code=code).first()
    if found is None:
        return ""
    if queries.may_see(actor, found):
        return "evaluation"
    return "verify_draw" if found.state == "submitted" else ""


@dataclass(frozen=True)
class DrawProof:
    """What anybody needs to repeat a draw, and whether it comes out the same."""

    pool: Sequence[str]
    digest: str
    commit: str
    seed: str
    nonce: str
    purpose: str
    drawn: Sequence[str]
    repeated: Draw
    checks: Mapping[str, bool]


def draw_proof(code: str) -> DrawProof:
    """Repeat the draw from the published facts; public once the report is handed in."""
    evaluation = Evaluation.objects.filter(tender__code=code, state="submitted").first()
    fact = record.first_fact(code, "evaluation.drawn")
    frozen = record.first_fact(code, "evaluation.pool_frozen")
    committed = record.first_fact(code, "evaluation.draw_committed")
    if evaluation is None or fact is None or frozen is None or committed is None:
        raise Missing("draw.not_public", _("专家抽取记录在评审报告提交后公开。"))
    told = fact.data
    again = draw(
        evaluation.pool,
        seed=bytes.fromhex(told["seed"]),
        nonce=bytes.fromhex(told["nonce"]),
        purpose=told["purpose"],
        count=told["count"],
    )
    drawn = evaluation.draw["drawn"]
    return DrawProof(
        pool=evaluation.pool,
        digest=frozen.data["digest"],
        commit=committed.data["commit"],
        seed=told["seed"],
        nonce=told["nonce"],
        purpose=told["purpose"],
        drawn=drawn,
        repeated=again,
        checks={
            _("候选名单与冻结时公布的摘要一致"): list_digest(evaluation.pool)
            == frozen.data["digest"],
            _("揭示的种子与抽取前公布的承诺一致"): commitment(bytes.fromhex(told["seed"]))
            == committed.data["commit"],
            _("承诺先于抽取公布"): committed.number < fact.number,
            _("按公布的算法重算，抽取结果相同"): list(again.drawn) == list(drawn),
        },
    )
