"""Read contracts: what is signed, what is still owed, and what their notice names (GPR 50)."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from accounts import queries as accounts
from accounts.domain import BIDDER, PURCHASER, Actor
from kernel.calendar import local_date
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.money import in_capitals
from kernel.text import gettext_noop as _
from ledger import queries as record
from trading.domain import settlement
from trading.domain.settlement import Due, Owed, Promised
from trading.markets import method_of
from trading.models import Acceptance, Contract, Tender
from trading.queries.awards import is_result_told
from trading.queries.parties import party
from trading.queries.rules import rules_of
from trading.queries.standstill import held_still
from trading.queries.tenders import may_read_of

DRAFTING: Final = ("tender.drafted", "tender.changed", "tender.submitted")
PERSON: Final = "person:"


def contract_fields(contract: Contract) -> dict[str, Any]:
    """Give what a contract announcement names (GPR 50)."""
    lot, tender = contract.lot, contract.lot.tender
    return {
        "lot": lot.number,
        "lot_title": lot.title,
        "purchaser": party(tender.purchaser),
        "supplier": party(contract.supplier),
        "amount": f"{contract.amount:.2f}",
        "capitals": in_capitals(contract.amount),
        "signed_at": contract.signed_at,
        "sha256": contract.document.digest if contract.document else "",
        "delivery": lot.delivery,
    }


def acceptance_fields(contract: Contract, made: Acceptance) -> dict[str, Any]:
    """Give what the report on what was delivered tells the public (GPR 45)."""
    lot, tender = contract.lot, contract.lot.tender
    return {
        "lot": lot.number,
        "lot_title": lot.title,
        "purchaser": party(tender.purchaser),
        "supplier": party(contract.supplier),
        "held_on": made.held_on,
        "lines": made.lines,
        "reviewers": made.reviewers,
        "opinion": made.opinion,
        "passed": made.passed,
    }


def acceptances_for(actor: Actor, contract: Contract) -> list[Acceptance]:
    """List the reports on a contract: what was found wanting is between its parties."""
    rows = list(contract.acceptances.all())
    if may_read_of(actor, contract.lot.tender, contract.supplier.uscc):
        return rows
    return [row for row in rows if row.passed]


def drafters_of(tender: Tender) -> set[str]:
    """Name the people who wrote on a document: who began it, changed it or handed it on."""
    told = record.facts_of(tender.code, only=DRAFTING).values_list("actor", flat=True)
    people = {ref.removeprefix(PERSON) for ref in told if ref.startswith(PERSON)}
    return {tender.drafted_by.name, *(accounts.person(one).name for one in people)}


def contract_of(tender: Tender, number: int) -> Contract:
    """Give the contract of a lot once it is due."""
    found = (
        Contract.objects.filter(lot__tender=tender, lot__number=number)
        .select_related("lot__tender", "supplier", "document")
        .first()
    )
    if found is None:
        raise Missing("contract.missing", _("该采购包没有待签订的合同。"))
    return found


def contract_by_key(tender: Tender, key: int) -> Contract:
    """Give a contract of a tender, one that was voided too."""
    rows = Contract.every.select_related("lot__tender", "supplier")
    return rows.get(lot__tender=tender, pk=key)


def performed_contracts(tender: Tender) -> list[Contract]:
    """List the signed contracts of a tender, while they may still be being performed."""
    if tender.state != "contracted":
        return []
    rows = contracts_of(tender).filter(accepted_at=None, ended_at=None).exclude(signed_at=None)
    return list(rows.select_related("supplier", "lot").order_by("lot__number"))


def halted_items(actor: Actor) -> list[DeskItem]:
    """Tell both parties of signed contracts that their performance is stopped now (GPR 54)."""
    open_ones = Contract.objects.filter(accepted_at=None, ended_at=None).exclude(signed_at=None)
    rows = open_ones.filter(
        Q(supplier_id__in=actor.organisations(BIDDER))
        | Q(lot__tender__purchaser_id__in=actor.organisations(PURCHASER)),
        lot__tender__state="contracted",
        lot__tender__in=held_still(),
    )
    tenders = {row.lot.tender_id: row.lot.tender for row in rows.select_related("lot__tender")}
    return [
        DeskItem(
            _("合同中止履行，等待处理结果"),
            f"{tender.code} {tender.title}",
            f"/tenders/{tender.code}/contracts/",
            None,
            waiting=True,
        )
        for tender in tenders.values()
    ]


def contracts_of(tender: Tender) -> QuerySet[Contract]:
    """List the contracts of a tender by lot."""
    rows = Contract.objects.filter(lot__tender=tender)
    return rows.select_related("lot__tender", "supplier", "document").order_by("lot__number")


def contracts_for(actor: Actor, tender: Tender) -> list[Contract]:
    """List the contracts an actor may know of: all once the result is told, before that its own."""
    rows = contracts_of(tender).prefetch_related("payments", "acceptances")
    told = is_result_told(tender)
    return [row for row in rows if told or may_read_of(actor, tender, row.supplier.uscc)]


def owed(contract: Contract) -> Owed:
    """Give what a signed contract still asks for."""
    paid = contract.payments.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    signed = local_date(contract.signed_at) if contract.signed_at else contract.due_on
    return Owed(contract.amount, paid, signed, contract.rest_due_on)


def payment_due(contract: Contract) -> Due | None:
    """Give what is to be paid next of a signed contract whose payments are recorded here."""
    tender = contract.lot.tender
    is_ended = contract.ended_at is not None
    if is_ended or contract.signed_at is None or not method_of(tender).keeps_receipts:
        return None
    return settlement.next_due(owed(contract), rules_of(tender, contract.signed_at))


def unpaid() -> QuerySet[Contract]:
    """List the signed contracts that may still ask for a payment, whatever their tender has come to
    until its file is closed: a price settled by instalments goes on to its last.
    """
    left = Contract.objects.filter(Q(settled_at=None) | Q(rest_due_on__isnull=False))
    open_ones = left.filter(ended_at=None).exclude(lot__tender__state="archived")
    return open_ones.exclude(signed_at=None).select_related("lot__tender").order_by("signed_at")


def promised(contract: Contract) -> Promised | None:
    """Give what a signed contract binds its taker to pay by when, where no exchange takes it."""
    tender = contract.lot.tender
    if contract.signed_at is None or method_of(tender).settles:
        return None
    signed, rules = local_date(contract.signed_at), rules_of(tender, contract.signed_at)
    return settlement.promised(contract.amount, signed, rules)
