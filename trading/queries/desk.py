"""What a person has to do in trading: lines of the desk (我的工作), by due time."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from accounts.domain import AGENCY, BIDDER, PURCHASER, Actor
from kernel.calendar import local_date
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from trading.domain import STAGES
from trading.markets import market_of, method_of
from trading.models import Challenge, Clarification, Contract, Custodian, Tender
from trading.queries.dossier import last_moment, next_step
from trading.queries.rules import rules_of


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:  # noqa: ARG001 - due times are rows'
    """List everything the actor has to do here, each with its page and its clock."""
    if not actor.is_known:
        return []
    return [
        *_agency(actor),
        *_purchaser(actor),
        *_custodian(actor),
        *_challenges(actor),
        *_supplier(actor),
    ]


def _item(
    title: str, tender: Tender, path: str, due: datetime | None = None, *, waiting: bool = False
) -> DeskItem:
    url = f"/tenders/{tender.code}/{path}"
    return DeskItem(title, f"{tender.code} {tender.title}", url, due, waiting)


def _said(tender: Tender, word: str) -> str:
    return market_of(tender).words[word]


def _agency(actor: Actor) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(agency_id__in=actor.organisations(AGENCY))
    for tender in mine.filter(state="draft").order_by("pk"):
        title = _said(tender, "desk_redraft" if tender.return_reason else "desk_draft")
        yield _item(title, tender, "draft/")
    for tender in mine.filter(state="review").order_by("pk"):
        yield _item(_said(tender, "desk_wait"), tender, "draft/", waiting=True)
    for tender in mine.filter(state="approved").order_by("pk"):
        yield _item(_said(tender, "publish"), tender, "draft/publish/")
    for asked in _questions(mine):
        due = _last_moment(asked.tender, "inquiry_answer", asked.asked_at)
        yield _item(_said(asked.tender, "desk_answer"), asked.tender, "questions/", due)
    for tender in mine.filter(state="winner_confirmed").order_by("pk"):
        yield _item(_said(tender, "result"), tender, "award/", next_step(tender).due)


def _questions(mine: QuerySet[Tender]) -> QuerySet[Clarification]:
    rows = Clarification.objects.filter(tender__in=mine.filter(state="announced"), answered_at=None)
    return rows.select_related("tender").order_by("asked_at")


def _purchaser(actor: Actor) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(purchaser_id__in=actor.organisations(PURCHASER))
    for tender in mine.filter(state="review").order_by("pk"):
        yield _item(_said(tender, "desk_review"), tender, "draft/")
    for tender in mine.filter(state__in=("evaluated", "priced")).order_by("pk"):
        yield _item(_said(tender, "confirm"), tender, "award/", next_step(tender).due)
    rows = Contract.objects.filter(lot__tender__in=mine).select_related("lot__tender")
    for contract in rows.order_by("due_on"):
        yield from _contract(contract)
    for tender in mine.filter(state="contracted").order_by("pk"):
        contracts = Contract.objects.filter(lot__tender=tender)
        acts = method_of(tender).contract_acts
        unfiled = "filed_at" in acts and contracts.filter(filed_at=None)
        if not (unfiled and unfiled.exclude(signed_at=None).exists()):
            yield _item(_("归档"), tender, "contracts/")


def _contract(contract: Contract) -> Iterator[DeskItem]:
    tender = contract.lot.tender
    if contract.signed_at is None:
        yield _item(_("签订合同"), tender, "contracts/", last_moment(contract.due_on))
        return
    signed, acts = contract.signed_at, method_of(tender).contract_acts
    if contract.published_at is None and "published_at" in acts:
        due = _last_moment(tender, "contract_publication", signed)
        yield _item(_("公告合同"), tender, "contracts/", due)
    if contract.filed_at is None and "filed_at" in acts:
        due = _last_moment(tender, "contract_filing", signed)
        yield _item(_("合同备案"), tender, "contracts/", due)


def _last_moment(tender: Tender, period: str, at: datetime) -> datetime | None:
    """Give when a period that begins at a moment ends; None where the market has none."""
    last = rules_of(tender, at).last_day_if_any(period, local_date(at))
    return last_moment(last) if last else None


def _custodian(actor: Actor) -> Iterator[DeskItem]:
    rows = Custodian.objects.filter(
        person_id=actor.person_id, tender__state__in=("draft", "review", "approved")
    ).select_related("tender")
    for holder in rows.order_by("tender_id"):
        if not set(STAGES[holder.tender.stages]) <= set(holder.public_keys):
            yield _item(_("生成并登记托管公钥"), holder.tender, "custody/")


def _challenges(actor: Actor) -> Iterator[DeskItem]:
    sides = Challenge.objects.filter(
        tender__agency_id__in=actor.organisations(AGENCY)
    ) | Challenge.objects.filter(tender__purchaser_id__in=actor.organisations(PURCHASER))
    rows = sides.filter(state__in=("filed", "accepted")).select_related("tender")
    for challenge in rows.order_by("answer_due"):
        title = _("受理质疑") if challenge.state == "filed" else _("答复质疑")
        path = f"challenges/{challenge.code}/"
        yield _item(title, challenge.tender, path, last_moment(challenge.answer_due))


def _supplier(actor: Actor) -> Iterator[DeskItem]:
    mine = actor.organisations(BIDDER)
    rows = Contract.objects.filter(supplier_id__in=mine, signed_at=None)
    for contract in rows.select_related("lot__tender").order_by("due_on"):
        due = last_moment(contract.due_on)
        title = _said(contract.lot.tender, "desk_partner")
        yield _item(title, contract.lot.tender, "contracts/", due, waiting=True)
    answers = Challenge.objects.filter(filer_id__in=mine, state__in=("filed", "accepted"))
    for challenge in answers.select_related("tender").order_by("answer_due"):
        path, due = f"challenges/{challenge.code}/", last_moment(challenge.answer_due)
        yield _item(_("等待质疑答复"), challenge.tender, path, due, waiting=True)
