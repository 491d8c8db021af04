"""The overview: where an evaluation stands, who sits, which bids, and what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q

from accounts.domain import AGENCY, AUDITOR, PURCHASER, REGULATOR, Actor
from accounts.models import Role, User
from bidding.models import Bid
from evaluation import domain, queries
from evaluation.models import Check, Evaluation, Expert, Score, Seat
from kernel.text import gettext_noop as _
from trading import queries as trading
from trading.domain import PRICES_APART
from trading.markets import method_of
from trading.models import Lot

SEES_BIDDERS: Final = ("signed_in", "pledged")


WIDE_OPEN: Final = ("award_notified", "contracted", "archived")


NEXT: Final = {
    "drawing": _("冻结专家候选名单并公布种子承诺，再由监督部门、公证员或采购人给出随机数"),
    "gathering": _("被抽取的专家确认、签到、阅知投标人名单，回避或签署承诺"),
    "electing": _("全体成员推选组长"),
    "qualification": _("采购人或采购代理机构逐项审查资格"),
    "conformity": _("每位成员逐项提出符合性意见，由组长结束审查"),
    "negotiating": _("小组与每家供应商分别磋商、谈判，之后要求提交最后报价"),
    "quoting": _("供应商密封提交最后报价；截止前任何人都看不到"),
    "technical": _("各成员独立评分并锁定；全部锁定前互不可见"),
    "price_opening": _("等待价格部分开启"),
    "price_review": _("核对报价，处理修正和异常低价"),
    "summary": _("复核汇总与排序，起草评审报告"),
    "signing": _("全体成员签署评审报告"),
    "submitted": _("评审报告已提交，等待公布结果"),
    "failed": _("评审已经终止，不再继续"),
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
    method = method_of(evaluation.tender)
    skipped = set() if evaluation.tender.stages in PRICES_APART else {"price_opening"}
    if method.committee_qualifies:
        skipped.add("qualification")
    if not method.talks:
        skipped |= {"negotiating", "quoting"}
    if not queries.leaves(evaluation):
        skipped.add("technical")
    order = [state for state in order if state not in skipped]
    state = evaluation.state
    here = order.index(state) if state in order else len(order)
    if state == "failed":
        return [
            *({"title": domain.EVALUATION.titles[s], "state": "skipped"} for s in order),
            {"title": domain.EVALUATION.titles["failed"], "state": "failed"},
        ]
    told = ("done", "current", "ahead")
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


@dataclass(frozen=True)
class BidLine:
    """A bid of the list: whether it is out and, to who may know, why; how much of one's own work on
    it is done; its price, once all prices were read out; who else is in the consortium it is of.
    """

    bid: Bid
    out: bool
    reason: str
    given: int
    needed: int
    price: Decimal | None
    partners: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Tell whether nothing of it is left to do."""
        return self.given >= self.needed


def bid_lines(actor: Actor, evaluation: Evaluation) -> list[tuple[Lot, list[BidLine]]]:
    """Give each lot's bids with the reader's own progress in the present stage."""
    lots = list(Lot.objects.filter(tender=evaluation.tender).order_by("number"))
    bids = Bid.objects.filter(tender=evaluation.tender, state="read")
    bids = bids.select_related("bidder", "exclusion", "tender").order_by("lot__number", "sequence")
    given, needed = _own_work(actor, evaluation)
    told, known = reads_reasons(actor, evaluation), queries.prices_known(evaluation)
    lines = [
        BidLine(
            bid,
            hasattr(bid, "exclusion"),
            _reason(bid) if told else "",
            given.get(bid.pk, 0),
            needed,
            bid.price if known else None,
            partner_names(bid),
        )
        for bid in bids
    ]
    return [(lot, [line for line in lines if line.bid.lot_id == lot.pk]) for lot in lots]


def partner_names(bid: Bid) -> tuple[str, ...]:
    """Name who else is in the consortium that was prequalified under the lead that bids."""
    return tuple(one.name for one in trading.partners_of(bid.tender, bid.bidder.uscc))


def reads_reasons(actor: Actor, evaluation: Evaluation) -> bool:
    """Tell whether the actor reads why bids are out: the committee, the purchasing side and
    oversight; the centre does not (rulebook 1.3).
    """
    tender = evaluation.tender
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    seated = queries.seat_of(actor, evaluation) is not None
    return seated or side or actor.has(REGULATOR, AUDITOR)


def _reason(bid: Bid) -> str:
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


def opinions_given(evaluation: Evaluation) -> list[tuple[int, int, int]]:
    """Give for each seat how many conformity opinions it has given, and how many it owes."""
    bids = Bid.objects.filter(
        tender=evaluation.tender, state="read", exclusion=None, lot__state="open"
    ).count()
    needed = bids * len(queries.clauses(evaluation, "conformity"))
    valid = Q(checks__stage="conformity", checks__bid__exclusion=None)
    seats = queries.seats_of(evaluation).annotate(given=Count("checks", filter=valid))
    return [(seat.number, seat.given, needed) for seat in seats]
