"""Record what is paid for what was sold, and certify the deal (SA32 28, 29; LD34)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from accounts.domain import Actor
from kernel import money
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import papers
from trading import policy, queries
from trading.domain import award, ending, settlement
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Payment, Tender
from trading.services.ends import settle_tender
from trading.services.suspensions import open_reasons
from trading.services.telling import tell

CERTIFICATE = "transaction_certificate"


@transaction.atomic
def record_payment(
    *, actor: Actor, code: str, number: int, payment: settlement.Given, at: datetime
) -> Payment:
    """Record a payment of the price that reached the account of the exchange, or of the owner of
    land; with the last contract paid as agreed the sale is settled. What has reached the account
    is recorded while the sale stands still too; only its certificate waits.
    """
    queries.tender_for(actor, code, at)
    tender = queries.lock_tender(code)
    contract = queries.contract_of(tender, number)
    policy.require(actor, "payment.record", contract)
    if not method_of(tender).keeps_receipts:
        raise Conflict("payment.not_here", _("该市场的价款不经交易机构结算。"))
    if contract.signed_at is None or tender.state == "archived":
        raise Conflict("payment.not_now", _("合同签订后、归档前才能登记价款。"))
    ending.require_in_force(is_ended=contract.ended_at is not None)
    owed = queries.owed(contract)
    rules = queries.rules_of(tender, at)
    standing = settlement.plan_payment(owed, payment, local_date(at), rules)
    made = Payment.objects.create(
        contract=contract,
        amount=payment.amount,
        paid_on=payment.paid_on,
        source=payment.source,
        recorded_at=at,
    )
    contract.rest_due_on = standing.rest_due
    if standing.is_settled and contract.settled_at is None:
        contract.settled_at = at
    contract.save(update_fields=["rest_due_on", "settled_at"])
    tell(
        tender,
        "payment.recorded",
        actor,
        at,
        lot=number,
        amount=f"{payment.amount:.2f}",
        paid=f"{standing.paid:.2f}",
        paid_on=payment.paid_on,
        due=standing.first_due,
        is_late=standing.is_late,
    )
    settle_tender(tender, actor, at)
    return made


@transaction.atomic
def certify_tender(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Certify the deals of a sale whose contracts are in force and paid as agreed."""
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.certify", tender)
    award.require_no_suspension(open_reasons(tender))
    after = lifecycle_of(tender).after(tender.state, "certify")
    contracts = list(queries.contracts_of(tender))
    settlement.require_settled(sum(contract.settled_at is None for contract in contracts))
    for contract in contracts:
        papers.order(
            kind=CERTIFICATE,
            subject=_subject(contract),
            stream=tender.stream,
            tender=tender.code,
            content=_certificate(tender, contract, at),
            at=at,
        )
    tender.state = after
    tender.save(update_fields=["state"])
    tell(tender, "tender.certified", actor, at, lots=[c.lot.number for c in contracts])
    return tender


def _subject(contract: Contract) -> str:
    """Name what a certificate is about as the papers of its award do; a contract has one."""
    made = contract.lot.award
    if made is None:
        raise ValueError(f"the contract of {contract.lot} has no award")
    return queries.paper_subject(made)


def _certificate(tender: Tender, contract: Contract, at: datetime) -> dict[str, Any]:
    """Say what was sold, by whom to whom, at what price, and how it was paid."""
    lot = contract.lot
    paid = contract.payments.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return {
        **queries.paper_head(tender, lot),
        "number": f"{tender.code}-PZ-{lot.number:02d}",
        "tender": tender.code,
        "title": tender.title,
        "lot": lot.number,
        "lot_title": lot.title,
        "transaction_code": lot.transaction_code,
        "quantity": lot.quantity,
        "purchaser": tender.purchaser.name,
        "owner_uscc": tender.purchaser.uscc,
        "agency": tender.agency.name,
        "winner": contract.supplier.name,
        "winner_uscc": contract.supplier.uscc,
        "method": method_of(tender).title,
        **queries.agreed_by(tender, lot),
        "approval": tender.plan_number,
        "disclosed_on": local_date(tender.published_at) if tender.published_at else "",
        "valuation": f"{lot.budget:.2f}",
        "start_price": f"{lot.start_price:.2f}",
        "amount": f"{contract.amount:.2f}",
        "amount_in_capitals": money.in_capitals(contract.amount),
        "promises": queries.promises_of(lot, contract.supplier.uscc),
        "currency": "CNY",
        "contract_signed_on": local_date(contract.signed_at) if contract.signed_at else "",
        "contract_digest": contract.document.digest if contract.document else "",
        "paid": f"{paid:.2f}",
        "rest": f"{contract.amount - paid:.2f}",
        "rest_due": contract.rest_due_on or "",
        "issued_at": at,
    }
