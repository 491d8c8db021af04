"""What there is to do in evaluations, for everybody's desk."""

from datetime import datetime

from accounts.domain import (
    AGENCY,
    CENTRE_OPS,
    NOTARY,
    PURCHASER,
    REGULATOR,
    Actor,
)
from evaluation.models import (
    Evaluation,
    Seat,
)
from evaluation.queries import GONE, paneling
from evaluation.queries.questions import questions_waiting
from evaluation.queries.talks import turns_waiting
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """Give what the actor has to do in evaluations: as a member, as organiser, as a bidder."""
    if not actor.is_known:
        return []
    return [
        *_member_items(actor),
        *_side_items(actor),
        *questions_waiting(actor, at),
        *turns_waiting(actor, at),
    ]


def _member_items(actor: Actor) -> list[DeskItem]:
    seats = Seat.objects.filter(person_id=actor.person_id).exclude(state__in=GONE)
    mine = seats.select_related("evaluation__tender").order_by("pk")
    mine = mine.exclude(evaluation__state__in=("submitted", "failed"))
    return [
        _item(seat.evaluation, _("确认参加评审") if seat.state == "invited" else _("参加评审"))
        for seat in mine
    ]


def _side_items(actor: Actor) -> list[DeskItem]:
    """Give what the centre, the agency, the purchaser and who gives the nonce have to do."""
    states = ("drawing", "gathering", "qualification", "conformity", "negotiating")
    found = Evaluation.objects.filter(state__in=states).select_related("tender").order_by("pk")
    titled = [(evaluation, _side_title(actor, evaluation)) for evaluation in found]
    return [_item(evaluation, title) for evaluation, title in titled if title]


def _side_title(actor: Actor, evaluation: Evaluation) -> str:
    tender = evaluation.tender
    agency = actor.has_for(tender.agency_id, AGENCY)
    purchaser = actor.has_for(tender.purchaser_id, PURCHASER)
    if paneling.must_mend(evaluation) and evaluation.state != "qualification":
        return _("评审小组要求修改采购文件") if agency or purchaser else ""
    if evaluation.state in {"conformity", "negotiating"}:
        return ""
    if evaluation.state == "qualification":
        return _("审查投标人资格") if agency or purchaser else ""
    organises = agency or actor.has(CENTRE_OPS)
    if evaluation.state == "gathering":
        return _("组织评审专家签到") if organises else ""
    if not evaluation.pool_digest:
        return _("冻结评审专家候选名单") if organises else ""
    gives = purchaser or actor.has(REGULATOR, NOTARY)
    return _("给出专家抽取的随机数") if gives else ""


def _item(evaluation: Evaluation, title: str) -> DeskItem:
    tender = evaluation.tender
    return DeskItem(
        title=title,
        subject=f"{tender.code} {tender.title}",
        url=f"/tenders/{tender.code}/evaluation/",
        due_at=evaluation.next_due_at,
    )
