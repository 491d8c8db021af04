"""What a supplier has to do in trading, and by when."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from accounts.domain import (
    BIDDER,
    Actor,
)
from kernel.desk import DeskItem
from kernel.text import gettext_noop as _
from ledger import private
from trading.domain.remedies import CHALLENGES
from trading.markets import method_of, remedy_of
from trading.models import (
    CallOff,
    Contract,
    PriceQuestion,
    SoleSource,
    Tender,
)
from trading.queries.awards import is_told
from trading.queries.challenges import waiting_for_answer
from trading.queries.contracts import payment_due, unpaid
from trading.queries.desk_lines import item, path_of, said
from trading.queries.dossier import last_moment
from trading.queries.enquiries import enquiries_waiting
from trading.queries.invitations import competitions_for, invitations_of
from trading.queries.prequalification import told_out
from trading.queries.qualifying import own_standing
from trading.queries.rules import work_calendar
from trading.queries.tenders import own_codes, registered_lots
from trading.queries.texts import TEXT_KINDS

COMMITS: Final = ("bid.submitted", "bid.replaced", "bid.withdrawn")
WITHDRAWN: Final = "bid.withdrawn"
NEXT_DAY = timedelta(days=1)
JUDGING = ("closed", "priced")
"""The states in which takers may be judged by the conditions printed."""


def supplier_items(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    """List what the organisations a person bids for are asked, owe, and wait for."""
    mine = actor.organisations(BIDDER)
    for tender in invitations_of(actor):
        applied = method_of(tender).prequalification is not None
        path = "prequalification/" if applied else "invitation/"
        title = _("通过资格预审，可以投标") if applied else _("收到投标邀请")
        yield item(title, tender, path, tender.bids_close_at)
    for tender, filed, last in told_out(actor, at):
        due = last_moment(last) if filed.goes_on else None
        title = _("未通过资格预审，查看理由") if filed.goes_on else _("资格预审失败，查看结果")
        yield item(title, tender, "prequalification/", due)
    yield from _amended(actor)
    yield from _refused(actor, at)
    yield from _contracts(mine)
    invited = SoleSource.objects.filter(supplier_id__in=mine, tender__state="announced")
    for source in invited.select_related("tender").order_by("tender__bids_close_at"):
        if not registered_lots(actor, source.tender):
            closes, title = source.tender.bids_close_at, said(source.tender, "register")
            yield item(title, source.tender, "register/", closes)
    yield from _competed(actor)
    yield from _asked(actor)
    for challenge in waiting_for_answer(actor):
        path, due = f"challenges/{challenge.code}/", last_moment(challenge.answer_due)
        words = remedy_of(challenge.tender) or CHALLENGES
        yield item(words.desk_wait, challenge.tender, path, due, waiting=True)
    for asked in enquiries_waiting(actor):
        path, due = f"enquiries/{asked.code}/", last_moment(asked.answer_due)
        yield item(_("等待询问答复"), asked.tender, path, due, waiting=True)


def _amended(actor: Actor) -> Iterator[DeskItem]:
    """List where the text was changed since an organisation that registered for it last read it."""
    own = own_codes(actor) if actor.organisations(BIDDER) else set()
    is_one = Q(notices__kind__in=set(TEXT_KINDS) - {"tender"})
    told = Max("notices__published_at", filter=is_one)
    rows = Tender.objects.filter(is_one, state="announced").annotate(told_at=told).order_by("pk")
    pairs = [(tender, code) for tender in rows for code in sorted(own)] if own else []
    done = private.events_of_owners([(tender.code, code) for tender, code in pairs])
    for tender, code in pairs:
        seen_at = text_seen_at(done[tender.code, code])
        if seen_at is not None and seen_at < tender.told_at:
            yield item(_("文件已更正，请查看并核对投标"), tender, "history/", tender.bids_close_at)


def text_seen_at(events: Sequence[private.Event]) -> datetime | None:
    """Tell up to when an organisation answered or read the text; None where it never registered: a
    live bid answers the text of its last commit, lot by lot, and documents are taken as they stand.
    Nothing else that happens to it reads anything.
    """
    registered = [event.at for event in events if event.kind == "bidder.registered"]
    if not registered:
        return None
    last = {event.content["lot"]: event for event in events if event.kind in COMMITS}
    live = [event.at for event in last.values() if event.kind != WITHDRAWN]
    withdrawn = [event.at for event in last.values() if event.kind == WITHDRAWN]
    answered = min(live) if live else max([min(registered), *withdrawn])
    read = [event.at for event in events if event.kind == "document.downloaded"]
    return max([answered, *read])


def _refused(actor: Actor, at: datetime) -> Iterator[DeskItem]:
    """List where an organisation was found not to meet a condition and may still answer."""
    if not actor.organisations(BIDDER):
        return
    rows = Tender.objects.filter(state__in=JUDGING).exclude(qualification=[])
    for tender in rows.order_by("pk"):
        own = own_standing(actor, tender, at)
        if own is not None and own.state == "refused":
            yield item(_("不符合资格，可以申辩、补正"), tender, "qualification/", own.answer_until)


def _contracts(mine: frozenset[int]) -> Iterator[DeskItem]:
    """Tell a supplier what it has to sign and to pay."""
    rows = Contract.objects.filter(supplier_id__in=mine, signed_at=None)
    for contract in rows.select_related("lot__tender").order_by("due_on"):
        due = last_moment(contract.due_on)
        title = said(contract.lot.tender, "desk_partner")
        yield item(title, contract.lot.tender, "contracts/", due, waiting=True, lot=contract.lot)
    yield from owed_by_winners(mine)


def owed_by_winners(mine: frozenset[int]) -> Iterator[DeskItem]:
    """List what suppliers promised to pay in a contract that is signed. Whoever paid on the last
    day is entered on the next working day: only then is it known who did not.
    """
    for contract in unpaid().filter(supplier_id__in=mine):
        if owes := payment_due(contract):
            lot, recorded = contract.lot, work_calendar().roll_over(owes.on + NEXT_DAY)[0]
            yield item(
                _("支付成交价款"),
                lot.tender,
                "contracts/",
                last_moment(owes.on),
                lot=lot,
                owner_id=contract.supplier_id,
                is_secret=not is_told(contract),
                late_at=last_moment(recorded),
            )


def _competed(actor: Actor) -> Iterator[DeskItem]:
    """List the competitions a supplier is asked to, and the low offers it has to explain."""
    for tender in competitions_for(actor):
        yield item(_("收到二次竞价邀请"), tender, "", tender.bids_close_at)
    mine = actor.organisations(BIDDER)
    asked = PriceQuestion.objects.filter(
        supplier_id__in=mine, explained_at=None, decided_at=None, lot__state="open"
    )
    for one in asked.select_related("lot__tender").order_by("due_at"):
        yield item(_("对报价作出书面说明"), one.lot.tender, "low-prices/", one.due_at)


def _asked(actor: Actor) -> Iterator[DeskItem]:
    """List the call-offs a supplier has to answer."""
    mine = actor.organisations(BIDDER)
    asked = CallOff.objects.filter(agreement__supplier_id__in=mine, state="asked")
    for call in asked.select_related("lot__tender").order_by("answer_due_at"):
        title = _("答复框架协议采购")
        yield item(title, call.lot.tender, path_of(call), call.answer_due_at)
