"""What happens to a tender starts the terms of its deposits, inside the transaction of the fact."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.domain import SYSTEM
from deposits import domain
from deposits.domain import holds as holding
from deposits.domain import outcomes
from deposits.models import Deposit, Refund, Security
from deposits.services import books, forfeits, holds, refunds, securities, settling
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import queries as ledger
from ledger.services import record
from trading import queries as trading
from trading.models import Contract, Lot

if TYPE_CHECKING:
    from ledger.services import Entry


def on_lot_priced(entry: "Entry") -> None:
    """Start the losers' term where it runs from the end of the bidding itself (LD39 art. 21)."""
    lot = Lot.objects.get(tender__code=entry.tender, number=int(entry.data["lot"]))
    _start("price_formed", entry, str(trading.candidates_left(lot)[0]["uscc"]))


def on_award_notified(entry: "Entry") -> None:
    """Start the losers' term of the lot that was awarded (GPR art. 33)."""
    _start("award_notified", entry, str(entry.data["supplier"]))


def on_framework_notified(entry: "Entry") -> None:
    """Start the term of those of a lot that were not shortlisted."""
    _start("award_notified", entry, *map(str, entry.data["shortlisted"]))


def on_passed_over(entry: "Entry") -> None:
    """Keep the deposit of whoever lodged no security where a statute says so (BLR 74), and hold
    that of whoever fell away by its own doing. A security that is there is decided about first.
    """
    lot, ground = int(entry.data["lot"]), str(entry.data["ground"])
    owner = _fallen(entry)
    securities.require_none_open(entry, lot, owner, ground)
    if not entry.data["retender"]:
        _keep_for_next(entry)
    if ground in holding.FREED:
        return
    holds.hold(code=entry.tender, number=lot, owners=[owner], cause="passed_over", at=entry.at)
    if ground == "no_security":
        _forfeit_held(entry, lot, owner)


def on_bidder_disqualified(entry: "Entry") -> None:
    """Hold the deposit of whoever was found out, won or not; where the next by rank takes the lot,
    what it laid down stays too.
    """
    lot, owner = int(entry.data["lot"]), _fallen(entry)
    securities.require_none_open(entry, lot, owner, "disqualified")
    holds.hold(code=entry.tender, number=lot, owners=[owner], cause="disqualified", at=entry.at)
    if entry.data["sold_on"]:
        _keep_for_next(entry)


def _fallen(entry: "Entry") -> str:
    """Give who fell away last: the fact names nobody whom the public does not know yet."""
    lot = Lot.objects.get(tender__code=entry.tender, number=int(entry.data["lot"]))
    return str(lot.passed_over[-1]["uscc"])


def _keep_for_next(entry: "Entry") -> None:
    """Stop what was to go back to whoever now stands first by rank: it secures its offer again.
    Where a committee decides anew nothing is due yet.
    """
    lot = Lot.objects.get(tender__code=entry.tender, number=int(entry.data["lot"]))
    left = trading.candidates_left(lot)
    rows = Deposit.objects.filter(lot=lot, bidder__uscc__in=[one["uscc"] for one in left[:1]])
    for deposit in books.lock(rows.values_list("pk", flat=True)):
        refunds.stop(deposit, actor=SYSTEM.ref, at=entry.at)


def on_lot_voided(entry: "Entry") -> None:
    """Hold the deposit of whoever a result was voided for; the others' go back."""
    if not entry.data["holds_taker"]:
        return
    number = int(entry.data["lot"])
    lot = Lot.objects.get(tender__code=entry.tender, number=number)
    owners = [str(trading.candidates_left(lot)[0]["uscc"])]
    holds.hold(code=entry.tender, number=number, owners=owners, cause="voided", at=entry.at)


def _require_none_void(entry: "Entry", **of: object) -> None:
    """Let no contract be void while its security lies there: it is given back first, as long as its
    contract stands and it can be.
    """
    void = Contract.every.filter(lot__tender__code=entry.tender, voided_at=entry.at, **of)
    for contract in void.select_related("supplier", "lot"):
        securities.require_none_open(entry, contract.lot.number, contract.supplier.uscc, "upheld")


def on_tender_reevaluated(entry: "Entry") -> None:
    """Hold again what was to go back to losers: whoever wins now has to have laid something down.
    Who has left, or bid nothing, or bid for a lot that failed, gets its deposit back all the same.
    """
    _require_none_void(entry)
    rows = Deposit.objects.filter(
        tender__code=entry.tender,
        lot__state="open",
        refunds__state="due",
        refunds__outcome="not_awarded",
    )
    for deposit in books.lock(rows.values_list("pk", flat=True)):
        refunds.stop(deposit, actor=SYSTEM.ref, at=entry.at)


def _forfeit_held(entry: "Entry", number: int, owner: str) -> None:
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=number)
    for deposit in books.lock(
        rows.filter(bidder__uscc=owner, hold="passed_over").values_list("pk", flat=True)
    ):
        law = outcomes.treatment(deposit.tender.market, "no_security")
        if law.confidence != "statute":
            return
        reason, by = str(entry.data["reason"]), entry.actor
        told = {"ground": "no_security", "article": law.article, "reason": reason, "actor": by}
        forfeits.keep(deposit, **told, at=entry.at)


def on_contract_signed(entry: "Entry") -> None:
    """Start the winner's term, and where the law waits so long that of all others."""
    _start("contract_signed", entry, str(entry.data["supplier"]))


def on_framework_signed(entry: "Entry") -> None:
    """Start the term of a shortlisted supplier that has signed; of no other."""
    rows = Deposit.objects.filter(
        tender__code=entry.tender,
        lot__number=int(entry.data["lot"]),
        bidder__uscc=str(entry.data["uscc"]),
    )
    refunds.release(rows, "contracted", at=entry.at)


def on_framework_terminated(entry: "Entry") -> None:
    """Hold the deposit of a shortlisted supplier that lost its place before it signed."""
    if entry.data["signed"]:
        return
    number, owner = int(entry.data["lot"]), str(entry.data["uscc"])
    holds.hold(code=entry.tender, number=number, owners=[owner], cause="passed_over", at=entry.at)


def _start(event: str, entry: "Entry", *winners: str) -> None:
    lot = int(entry.data["lot"])
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=lot)
    market = rows.values_list("tender__market", flat=True).first() or ""
    for outcome in outcomes.outcomes_started_by(market, event, ("not_awarded", "contracted")):
        won = outcome == "contracted"
        theirs = Q(bidder__uscc__in=winners)
        some = rows.filter(theirs if won else ~theirs)
        refunds.release(some, outcome, at=entry.at)


def on_talks_noted(entry: "Entry") -> None:
    """Start the term of a supplier that left the talks (C214 art. 21, M74 art. 33)."""
    if entry.data["what"] == "left":
        on_quote_missing(entry)


def on_quote_missing(entry: "Entry") -> None:
    """Start the term of a supplier that handed in no last quote: it has left."""
    lot, owner = int(entry.data["lot"]), str(entry.data["supplier"])
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=lot, bidder__uscc=owner)
    refunds.release(rows, "left", at=entry.at)


def on_lot_failed(entry: "Entry") -> None:
    """Start the term of everybody in a lot that failed, whoever ended it and why."""
    lot = int(entry.data["lot"])
    _require_none_void(entry, lot__number=lot)
    rows = Deposit.objects.filter(tender__code=entry.tender, lot__number=lot)
    refunds.release(rows, "failed", at=entry.at)


def on_tender_terminated(entry: "Entry") -> None:
    """Start the term of everybody; what was still withheld becomes rows first (M87 art. 29)."""
    settling.settle(code=entry.tender, bidders=None, at=entry.at)
    refunds.release(Deposit.objects.filter(tender__code=entry.tender), "terminated", at=entry.at)


def on_tender_archived(entry: "Entry") -> None:
    """Refuse to close the file while money of a bidder is still here (rulebook 2.1, archive)."""
    ours = Deposit.objects.filter(tender__code=entry.tender)
    held = ours.exclude(hold="").count()
    due = Refund.objects.filter(deposit__tender__code=entry.tender, state="due").count()
    if held or due:
        raise Conflict(
            "tender.deposits_open",
            _(
                "还有 %(due)s 笔保证金尚未退还、%(held)s 笔暂不退还尚待决定，不能归档。"
                "请先在保证金页办理。"
            ),
            due=due,
            held=held,
        )
    of_tender = Security.objects.filter(contract__lot__tender__code=entry.tender)
    going = of_tender.filter(state="released").count()
    if going:
        raise Conflict(
            "tender.securities_open",
            _("还有 %(going)s 笔履约保证金待退还，不能归档。请先在履约保证金页办理退还。"),
            going=going,
        )


def on_tender_resumed(entry: "Entry") -> None:
    """Shift the terms that ran while the tender stood still, by whole days begun."""
    stood = ledger.facts_of(entry.tender, only=["tender.suspended"]).order_by("id").last()
    rows = Refund.objects.select_for_update(of=("self",)).filter(
        deposit__tender__code=entry.tender, state="due"
    )
    shifted = []
    for refund in rows.order_by("pk"):
        since = max(local_date(stood.at) if stood else local_date(entry.at), refund.starts_on)
        days = (local_date(entry.at) - since).days
        if days > 0:
            refund.due_on += timedelta(days=days)
            refund.overdue_told_at = None
            refund.save(update_fields=["due_on", "overdue_told_at"])
            shifted.append({"refund": refund.pk, "due": refund.due_on, "days": days})
    if shifted:
        record(
            stream=domain.STREAM,
            kind="refunds.shifted",
            actor=SYSTEM.ref,
            at=entry.at,
            refunds=shifted,
        )
