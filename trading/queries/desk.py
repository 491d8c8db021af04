"""What a person has to do in trading: lines of the desk (我的工作), by due time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet

from accounts.domain import (
    AGENCY,
    BIDDER,
    CENTRE_OPS,
    NOTARY,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    Actor,
)
from kernel.calendar import local_date
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from trading.domain import STAGES, predisclosure
from trading.domain.invitations import NONCE_IN
from trading.domain.remedies import CHALLENGES
from trading.markets import lifecycle_of, method_of, remedy_of
from trading.models import (
    CallOff,
    Challenge,
    Clarification,
    Complaint,
    Contract,
    Custodian,
    FrameworkAgreement,
    Tender,
)
from trading.queries.complaints import copies_due, copies_to_explain, unmended_due
from trading.queries.contracts import halted_items, payment_due, unpaid
from trading.queries.desk_lines import item, path_of, said, subject_of
from trading.queries.desk_suppliers import JUDGING, supplier_items
from trading.queries.dossier import last_moment, next_step, takers_check_due
from trading.queries.enquiries import enquiries_to_answer
from trading.queries.entering import needs_entry
from trading.queries.inquiries import asked_items
from trading.queries.invitations import awaits_nonce
from trading.queries.publicity import awaiting_draw, undecided
from trading.queries.qualifying import has_opinions
from trading.queries.redress import corrections_of
from trading.queries.rules import rules_of
from trading.queries.standstill import moved_on
from trading.queries.takers import is_judging
from trading.queries.tenders import must_publicise

ARCHIVED_FROM = ("award_notified", "contracted", "settled")
"""The states from which some market closes its files."""
DECIDING = ("evaluated", "candidate_publicity", "priced")
"""The states in which the purchaser's decision comes next."""

SECRET: Final[dict[str, Any]] = {"is_secret": True, "runs_on": True}
"""What is due because somebody complains or asks: the centre is not told, and no standstill ends
it.
"""


def desk_items(actor: Actor, at: datetime) -> list[DeskItem]:
    """List everything the actor has to do here, each with its page and its clock."""
    if not actor.is_known:
        return []
    return [
        *_agency(actor, at),
        *_purchaser(actor, at),
        *_personnel(actor),
        *_centre(actor),
        *_custodian(actor),
        *_challenges(actor),
        *_corrections(actor),
        *_enquiries(actor),
        *_complaints(actor, at),
        *_award_draws(actor),
        *supplier_items(actor, at),
        *halted_items(actor),
        *asked_items(actor),
    ]


def _agency(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(agency_id__in=actor.organisations(AGENCY))
    for tender in mine.filter(state="draft").order_by("pk"):
        title = said(tender, "desk_redraft" if tender.return_reason else "desk_draft")
        yield item(title, tender, "draft/")
    for tender in mine.filter(state="review").order_by("pk"):
        yield item(said(tender, "desk_wait"), tender, "draft/", waiting=True)
    for tender in mine.filter(state="entry_review").order_by("pk"):
        yield item(_("等待交易中心进场登记"), tender, "entry/", waiting=True)
    waiting = ("approved", "registered", "pre_disclosed", "source_publicity")
    for tender in mine.filter(state__in=waiting).order_by("pk"):
        yield _publication(tender, at)
    yield from _prequalifying(mine, _("审查资格预审申请"))
    yield from _second_documents(mine, _("编制第二阶段招标文件"), "draft/")
    yield from _judging(mine, _("审查登记单位的资格，提出意见并确定名单"), lambda _tender: False)
    for asked in _questions(mine):
        due = _last_moment(asked.tender, "inquiry_answer", asked.asked_at)
        title = said(asked.tender, "desk_answer")
        yield item(title, asked.tender, "questions/", due, runs_on=True)
    for tender in mine.filter(state__in=("winner_confirmed", "certified")).order_by("pk"):
        if lifecycle_of(tender).allows(tender.state, "publish_result"):
            yield item(said(tender, "result"), tender, "award/", next_step(tender).due)
    yield from _settling(mine)


def _prequalifying(mine: QuerySet[Tender], title: str) -> Iterator[DeskItem]:
    """List the prequalifications whose applications are closed and not yet answered."""
    for tender in mine.filter(state="prequal_review").order_by("pk"):
        yield item(title, tender, "prequalification/")


def _judging(
    mine: QuerySet[Tender], title: str, waits: Callable[[Tender], bool]
) -> Iterator[DeskItem]:
    """List the sales whose takers are being judged, until the list of those let in is fixed; while
    the exchange gives no opinion, there is nothing its owner could be late with.
    """
    for tender in mine.filter(state__in=JUDGING).exclude(qualification=[]).order_by("pk"):
        if is_judging(tender):
            due = takers_check_due(tender)
            yield item(title, tender, "qualification/", due, waiting=waits(tender))


def _second_documents(mine: QuerySet[Tender], title: str, path: str) -> Iterator[DeskItem]:
    """List the tenders whose first stage is closed and whose second is not yet called."""
    for tender in mine.filter(state="proposals_review").order_by("pk"):
        yield item(title, tender, path)


def _publication(tender: Tender, at: datetime) -> DeskItem:
    """Tell what is published next: a sale that hands over control is told of first, and a sole
    supplier may have to be made public.
    """
    if tender.state == "source_publicity":
        due = next_step(tender).due
        waits = due is not None and at < due
        title, path = said(tender, "publish"), "draft/publish/"
        return item(title, tender, path, due, waiting=waits, is_duty=False)
    if tender.state == "approved" and needs_entry(tender, at):
        return item(_("提交进场登记"), tender, "entry/")
    if must_publicise(tender, at):
        return item(_("公示拟定的唯一供应商"), tender, "draft/")
    if tender.state == "pre_disclosed":
        due = next_step(tender).due
        return item(said(tender, "publish"), tender, "draft/publish/", due, is_duty=False)
    approved = predisclosure.approved_on(tender.pre_disclosure)
    if approved is None or tender.pre_disclosed_at:
        return item(said(tender, "publish"), tender, "draft/publish/")
    last = rules_of(tender, approved).last_day("pre_disclosure_request", approved)
    return item(_("发布信息预披露公告"), tender, "draft/pre-disclose/", last_moment(last))


def _settling(mine: QuerySet[Tender]) -> Iterator[DeskItem]:
    """List what who runs a sale does with the price of what is sold."""
    for contract in unpaid().filter(lot__tender__in=mine):
        if next_one := payment_due(contract):
            due = last_moment(next_one.on)
            lot, title = contract.lot, _("登记价款")
            yield item(title, lot.tender, "contracts/", due, lot=lot, is_duty=False)
    for tender in mine.filter(state="settled").order_by("pk"):
        if lifecycle_of(tender).allows(tender.state, "certify"):
            yield item(_("出具交易凭证"), tender, "contracts/")


def _questions(mine: QuerySet[Tender]) -> QuerySet[Clarification]:
    rows = Clarification.objects.filter(tender__in=mine.filter(state="announced"), answered_at=None)
    return rows.select_related("tender").order_by("asked_at")


def _purchaser(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    mine = Tender.objects.filter(purchaser_id__in=actor.organisations(PURCHASER))
    for tender in mine.filter(state="review").order_by("pk"):
        yield item(said(tender, "desk_review"), tender, "draft/")
    for tender in mine.filter(state__in=NONCE_IN).exclude(invited=b"").order_by("pk"):
        if awaits_nonce(tender):
            yield item(_("给出抽取受邀供应商的随机数"), tender, "draft/invited/")
    yield from _prequalifying(mine, _("结束资格预审并通知结果"))
    confirming = _("确认登记单位的资格审查意见")
    yield from _judging(mine, confirming, lambda tender: not has_opinions(tender, at))
    yield from _second_documents(mine, _("核对并发出第二阶段招标文件"), "first-stage/call/")
    for tender in mine.filter(state="no_taker").order_by("pk"):
        yield item(_("调整条件重新披露，或终止转让"), tender, "reprice/", tender.next_due_at)
    for tender in mine.filter(state__in=DECIDING).order_by("pk"):
        if tender.state == "evaluated" and undecided(tender):
            waits, due = undecided(tender) == awaiting_draw(tender), next_step(tender).due
            yield item(_("定标委员会定标"), tender, "award/decide/", due, waiting=waits)
            continue
        shows = tender.state == "evaluated" and method_of(tender).publicises_candidates
        title = _("公示中标候选人") if shows else said(tender, "confirm")
        waits, due = tender.state == "candidate_publicity", next_step(tender).due
        heard_first = tender.state == "priced"
        yield item(title, tender, "award/", due, waiting=waits, is_duty=not heard_first)
    rows = Contract.objects.filter(lot__tender__in=mine).select_related("lot__tender")
    for contract in rows.order_by("due_on"):
        yield from _contract(contract)
    yield from _agreements(mine)
    yield from _called_off(actor)
    yield from _to_archive(mine.filter(state__in=ARCHIVED_FROM).order_by("pk"))


def _agreements(mine: QuerySet[Tender]) -> Iterator[DeskItem]:
    """List the agreements to sign, and those a supplier asks to get out of."""
    rows = FrameworkAgreement.objects.filter(lot__tender__in=mine, state="shortlisted")
    for made in rows.exclude(due_on=None).select_related("lot__tender", "supplier"):
        path = f"frameworks/{made.lot.number}/{made.place}/"
        due = last_moment(made.due_on) if made.due_on else None
        yield item(_("签订框架协议"), made.lot.tender, path, due)
    leaving = FrameworkAgreement.objects.filter(lot__tender__in=mine, state="in_force")
    for made in leaving.exclude(withdrawal_asked_at=None).select_related("lot__tender"):
        path = f"frameworks/{made.lot.number}/{made.place}/"
        yield item(_("答复退出框架协议的申请"), made.lot.tender, path)


def _called_off(actor: Actor) -> Iterator[DeskItem]:
    """List what of one's own call-offs is to publish and to sign."""
    rows = CallOff.objects.filter(purchaser_id__in=actor.organisations(PURCHASER))
    calls = rows.select_related("lot__tender").order_by("pk")
    for call in calls.filter(published_at=None).exclude(accepted_at=None):
        due = _last_moment(call.lot.tender, "call_off_notice", call.accepted_at or call.placed_at)
        told, owner = _("公告框架协议成交结果"), call.purchaser_id
        yield item(told, call.lot.tender, path_of(call), due, owner_id=owner, is_secret=True)
    for call in calls.filter(state="accepted"):
        owner = call.purchaser_id
        yield item(_("签订采购合同"), call.lot.tender, path_of(call), owner_id=owner)


def _to_archive(tenders: Iterable[Tender]) -> Iterator[DeskItem]:
    """List what may be archived: nothing is left to be done with its contracts."""
    for tender in tenders:
        if not lifecycle_of(tender).allows(tender.state, "archive"):
            continue
        if tender.framework:  # the last agreement may be in force for years
            continue
        method = method_of(tender)
        signed = Contract.objects.filter(lot__tender=tender, ended_at=None).exclude(signed_at=None)
        if any(payment_due(one) for one in unpaid().filter(lot__tender=tender)):
            continue
        if not any(signed.filter(**{act: None}).exists() for act in method.contract_acts):
            yield item(_("归档"), tender, "recruitment/" if method.has_posts else "contracts/")


def _contract(contract: Contract) -> Iterator[DeskItem]:
    lot, tender = contract.lot, contract.lot.tender
    if contract.signed_at is None:
        yield item(_("签订合同"), tender, "contracts/", last_moment(contract.due_on), lot=lot)
        return
    if contract.ended_at is not None:
        return
    signed, acts = contract.signed_at, method_of(tender).contract_acts
    if contract.published_at is None and "published_at" in acts:
        due = _last_moment(tender, "contract_publication", signed)
        yield item(_("公告合同"), tender, "contracts/", due, lot=lot)
    if contract.filed_at is None and "filed_at" in acts:
        due = _last_moment(tender, "contract_filing", signed)
        yield item(_("合同备案"), tender, "contracts/", due, lot=lot)
    if contract.accepted_at is None and "accepted_at" in acts and tender.state == "contracted":
        yield item(_("履约验收"), tender, "contracts/", waiting=True, lot=lot)


def _last_moment(tender: Tender, period: str, at: datetime) -> datetime | None:
    """Give when a period that begins at a moment ends, without the days on which its tender stood
    still; None where the market has none.
    """
    last = rules_of(tender, at).last_day_if_any(period, local_date(at))
    return last_moment(moved_on(tender, last, at)) if last else None


def _personnel(actor: Actor) -> Iterator[DeskItem]:
    if actor.has(PERSONNEL):
        for tender in Tender.objects.filter(state="planned").order_by("pk"):
            yield item(_("核准招聘计划"), tender, "draft/")


def _centre(actor: Actor) -> Iterator[DeskItem]:
    if actor.has(CENTRE_OPS):
        for tender in Tender.objects.filter(state="entry_review").order_by("pk"):
            yield item(_("核对进场登记材料"), tender, "entry/")


def _custodian(actor: Actor) -> Iterator[DeskItem]:
    unfrozen = (
        *("draft", "review", "approved", "entry_review", "registered"),
        "proposals_review",
    )
    rows = Custodian.objects.filter(person_id=actor.person_id, tender__state__in=unfrozen)
    rows = rows.select_related("tender")
    for holder in rows.order_by("tender_id"):
        if not set(STAGES[holder.tender.stages]) <= set(holder.public_keys):
            yield item(_("生成并登记托管公钥"), holder.tender, "custody/")


def _challenges(actor: Actor) -> Iterator[DeskItem]:
    sides = Challenge.objects.filter(
        tender__agency_id__in=actor.organisations(AGENCY)
    ) | Challenge.objects.filter(tender__purchaser_id__in=actor.organisations(PURCHASER))
    rows = sides.filter(state__in=("filed", "accepted")).select_related("tender")
    for challenge in rows.order_by("answer_due"):
        is_new = challenge.state == "filed"
        words = remedy_of(challenge.tender) or CHALLENGES
        title = words.desk_accept if is_new else words.desk_answer
        path = f"challenges/{challenge.code}/"
        yield item(title, challenge.tender, path, last_moment(challenge.answer_due), runs_on=True)


def _corrections(actor: Actor) -> Iterator[DeskItem]:
    """Tell who runs a tender what it has to correct before that goes on, and its purchaser, who
    waits for it.
    """
    sides = (
        Tender.objects.filter(agency_id__in=actor.organisations(AGENCY)),
        Tender.objects.filter(purchaser_id__in=actor.organisations(PURCHASER)),
    )
    for waiting, mine in enumerate(sides):
        for row, path in corrections_of(mine.order_by("pk")):
            about = subject_of(row.tender)
            url = f"/tenders/{row.tender.code}/{path}"
            title = _("等待发布更正公告") if waiting else _("发布更正公告，完成后项目继续")
            yield DeskItem(title, f"{about}（{row.ref}）", url, waiting=bool(waiting))


def _enquiries(actor: Actor) -> Iterator[DeskItem]:
    for asked in enquiries_to_answer(actor):
        path, due = f"enquiries/{asked.code}/", last_moment(asked.answer_due)
        yield item(_("答复询问"), asked.tender, path, due, **SECRET)


def _complaints(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    """Tell the authority what it has to check, to copy and to decide, the nearest first; whom a
    complaint concerns, what to explain; its filer, what to mend.
    """
    for copy in copies_to_explain(actor, at):
        path, due = f"complaints/{copy.complaint.code}/", last_moment(copy.explain_due)
        title, owner = _("对投诉作出书面说明"), copy.organisation_id
        more = SECRET | {"owner_id": owner}
        yield item(title, copy.complaint.tender, path, due, **more)
    rows = Complaint.objects.select_related("tender").order_by("received_at")
    own = rows.filter(filer_id__in=actor.organisations(BIDDER), state="correcting")
    for found in own.filter(correct_until__gte=local_date(at)):
        yield _complaint(_("补正投诉书"), found, found.correct_until)
    if not actor.has(REGULATOR):
        return
    for found in rows.filter(state__in=("received", "correcting", "accepted")):
        if found.state == "accepted":
            copies = None if found.copied_at else copies_due(found)
            title = _("发出投诉书副本") if copies else _("处理投诉")
            yield _complaint(title, found, copies or found.decision_due)
        elif found.state == "received":
            yield _complaint(_("审查投诉"), found, found.check_due)
        elif unmended := unmended_due(found, at):
            yield _complaint(_("补正期满，决定不予受理"), found, unmended)
        else:
            yield _complaint(_("等待补正投诉书"), found, found.correct_until, waiting=True)


def _complaint(
    title: str, found: Complaint, due: date | None, *, waiting: bool = False
) -> DeskItem:
    moment = last_moment(due or found.check_due)
    path = f"complaints/{found.code}/"
    return item(title, found.tender, path, moment, waiting=waiting, **SECRET)


def _award_draws(actor: Actor) -> Iterator[DeskItem]:
    """Ask a notary and the authority for the nonce of a draw by which an award is decided."""
    if not actor.has(NOTARY, REGULATOR):
        return
    waiting = Tender.objects.filter(
        state__in=("evaluated", "candidate_publicity"),
        lots__state="open",
        lots__decision__has_key="among",
    )
    for tender in waiting.distinct().order_by("pk"):
        if awaiting_draw(tender):
            yield item(_("给出定标抽签的随机数"), tender, "award/decide/")
