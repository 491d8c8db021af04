"""What the trading API shows."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ninja import Schema

from accounts.domain import Actor
from trading.periods import Rule, slug_of
from trading.queries import lots_told, reads_documents, source_text, told_at_gate
from trading.queries.entering import entry_items
from trading.queries.tenders import ENTERED

if TYPE_CHECKING:
    from trading.models import (
        Acceptance,
        Challenge,
        Contract,
        DeclaredDay,
        Lot,
        Notice,
        PriceQuestion,
        SoleSource,
        Tender,
    )


class Found(Schema):
    """One page by key."""

    items: list[dict[str, Any]]
    next: str


def tender_out(tender: "Tender") -> dict[str, Any]:
    """Give a tender as the API shows it."""
    names = (
        "code market method category trade_class title summary region plan_number funding place "
        "budget_level qualification conformity scheme stages threshold recovery_threshold "
        "validity_days documents_from documents_until bids_close_at state document_version "
        "text_digest policy_digest published_at version extension pre_disclosure pre_disclosed_at "
        "disclosure_from grounds award_way framework listed_case particulars qualification_after "
        "other_media state_funded intention"
    )
    shown = {name: getattr(tender, name) for name in names.split()}
    return shown | {
        "follows": tender.follows.code if tender.follows else "",
        "conversion": {
            "approval": tender.conversion_approval,
            "review": tender.conversion_review,
        },
        "bid_security": f"{tender.bid_security:.2f}",
        "performance": {
            "share": f"{tender.performance_share:.2f}",
            "forms": tender.performance_forms,
        },
        "purchaser": {"name": tender.purchaser.name, "uscc": tender.purchaser.uscc},
        "agency": {"name": tender.agency.name, "uscc": tender.agency.uscc},
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "lots": [lot_out(lot) for lot in tender.lots.all()],
    }


def tender_shown(actor: Actor, tender: "Tender") -> dict[str, Any]:
    """Give a tender to whoever asks: before bids are called for to others than its own side no more
    than the first notice told; of a draft, no more than what the centre registers.
    """
    if reads_documents(actor, tender):
        return tender_out(tender)
    names = "code market method category title region state text_digest published_at version"
    shown = {name: getattr(tender, name) for name in names.split()}
    if tender.published_at is None:
        return shown | ({"entry": entry_items(tender)} if tender.state in ENTERED else {})
    return shown | told_at_gate(tender) | {"lots": lots_told(tender)}


def lot_out(lot: "Lot") -> dict[str, Any]:
    """Give a lot as the API shows it."""
    names = (
        "number transaction_code title description quantity delivery items state failure reserved"
    )
    shown = {name: getattr(lot, name) for name in names.split()}
    amounts = {name: f"{getattr(lot, name):.2f}" for name in ("budget", "ceiling", "deposit")}
    described = {"auction": lot.auction, "particulars": lot.particulars, "post": lot.post}
    return shown | amounts | described


def source_out(source: "SoleSource") -> dict[str, Any]:
    """Give the one supplier of a tender as the API shows it."""
    return {
        **source_text(source),
        "publicised_at": source.publicised_at,
        "publicity_until": source.publicity_until,
    }


def price_question_out(asked: "PriceQuestion") -> dict[str, Any]:
    """Give what was asked about a low offer, and what became of it."""
    names = "lines asked_at due_at explanation explained_at is_proven reason decided_at"
    return {
        "lot": asked.lot.number,
        "supplier": asked.supplier.name,
        "price": f"{asked.price:.2f}",
        **{name: getattr(asked, name) for name in names.split()},
    }


def notice_out(notice: "Notice") -> dict[str, Any]:
    """Give a notice as the API shows it."""
    names = ("number", "kind", "title", "fields", "body", "digest", "published_at")
    return {"tender": notice.tender.code} | {name: getattr(notice, name) for name in names}


def files_out(of: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - whatever files stand beside
    """Name the files beside a text, each by the number it is fetched by."""
    rows = of.evidence.select_related("document")
    return [
        {"file": one.pk, "name": one.name, "sha256": one.document.digest, "size": one.document.size}
        for one in rows
    ]


def challenge_out(challenge: "Challenge") -> dict[str, Any]:
    """Give a challenge as its readers see it."""
    names = (
        "code about matters claim law affects_result state filed_at answer_due outcome answer "
        "answered_at redress"
    )
    shown = {name: getattr(challenge, name) for name in names.split()}
    return shown | {
        "tender": challenge.tender.code,
        "filer": challenge.filer_name,
        "contact": challenge.contact,
        "files": files_out(challenge),
        "lot": challenge.lot.number if challenge.lot else None,
    }


def contract_out(contract: "Contract") -> dict[str, Any]:
    """Give a contract as the API shows it."""
    names = (
        "due_on",
        "signed_at",
        "published_at",
        "filed_at",
        "accepted_at",
        "ended_at",
        "ended_on",
    )
    return {name: getattr(contract, name) for name in names} | {
        "lot": contract.lot.number,
        "supplier": contract.supplier.name,
        "amount": f"{contract.amount:.2f}",
        "security": f"{contract.security:.2f}",
        "secured_at": contract.secured_at,
        "end_ground": contract.end_ground,
        "end_reason": contract.end_reason,
        "sha256": contract.document.digest if contract.document else None,
    }


def acceptance_out(made: "Acceptance") -> dict[str, Any]:
    """Give a report on what was delivered as the API shows it."""
    names = "number held_on lines reviewers serves_public opinion passed recorded_at"
    return {name: getattr(made, name) for name in names.split()}


def rule_out(rule: Rule) -> dict[str, Any]:
    """Give a rule as the API shows it: the row, and where it stands on the page of rules."""
    shape = asdict(rule)
    basis, reach = shape.pop("basis"), shape.pop("reach")
    return {"slug": slug_of(rule), "kind": rule.key[0], **shape, **reach, **basis}


def declared_out(made: "DeclaredDay") -> dict[str, Any]:
    """Give a declared day as the API shows it."""
    return {
        "day": made.day,
        "is_working": made.is_working,
        "title": made.title,
        "number": made.number,
        "declared_at": made.declared_at,
    }
