"""The bodies of the trading API."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

from accounts.api import PRINTABLE, Closed, Word
from trading.periods import Rule, slug_of

if TYPE_CHECKING:
    from trading.models import Challenge, Contract, DeclaredDay, Lot, Notice, Tender

Text = Annotated[str, StringConstraints(max_length=5000, pattern=PRINTABLE)]


class NewTender(Closed):
    """What a draft begins with."""

    title: Word
    purchaser: Word
    category: Word
    market: Word = "procurement"
    method: Word = "open_tender"


class TenderChanges(Closed):
    """Fields of a draft to change; what is left out stays."""

    version: int | None = None
    title: Word | None = None
    category: Word | None = None
    summary: Text | None = None
    contact_name: Word | None = None
    contact_phone: Word | None = None
    plan_number: Word | None = None
    funding: Word | None = None
    place: Word | None = None
    qualification: list[dict[str, Any]] | None = None
    conformity: list[dict[str, Any]] | None = None
    scheme: dict[str, Any] | None = None
    stages: Word | None = None
    threshold: int | None = None
    recovery_threshold: int | None = None
    bid_security: Decimal | None = None
    validity_days: int | None = None
    documents_from: date | None = None
    documents_until: date | None = None
    bids_close_at: datetime | None = None
    extension: dict[str, int] | None = None


class LotIn(Closed):
    """A lot of a draft: of a purchase with ceiling and items, of a sale with start price and
    deposit.
    """

    title: Word
    description: Text = ""
    quantity: Word = ""
    delivery: Word = ""
    budget: Decimal
    ceiling: Decimal | None = None
    items: list[dict[str, Any]] | None = None
    start_price: Decimal | None = None
    deposit: Decimal | None = None

    def given(self) -> dict[str, Any]:
        """Give what was stated; what a market does not know is then not asked for either."""
        return {name: value for name, value in self.dict().items() if value is not None}


class AuctionIn(Closed):
    """How a lot is bid for: kind, step, when offers are free, and the cycle after that."""

    kind: Word
    increment: Decimal
    opens_at: datetime
    free_minutes: int
    cycle_s: int = 180


class CustodianIn(Closed):
    """Who holds a stage key, for which office, and in which set: opening or recovery."""

    person: Word
    office: Word
    circle: Word = "opening"


class KeysIn(Closed):
    """A custodian's own public keys: stage → X25519 key in base64url."""

    public_keys: dict[str, Word]


class ReasonIn(Closed):
    """A reason that must be given."""

    reason: Word


class AmendmentIn(Closed):
    """A public change of a published text."""

    reason: Text
    affects_bids: bool
    changes: dict[str, Any] = {}
    bids_close_at: datetime | None = None
    removed: list[int] = []


class RegistrationIn(Closed):
    """Whom to call about a lot, once names are known."""

    contact: Word
    phone: Word


class RegistrationsIn(RegistrationIn):
    """The same for several lots at once."""

    lots: list[int] = Field(min_length=1, max_length=99)


class QuestionIn(Closed):
    """A question about the documents."""

    question: Text


class AnswerIn(Closed):
    """A public answer."""

    answer: Text
    affects_bids: bool = False


class WinnerIn(Closed):
    """The rank chosen in a lot, with the reason when it is not the first."""

    lot: int
    rank: int
    reason: Word = ""


class WinnersIn(Closed):
    """The winner of every open lot."""

    winners: list[WinnerIn]


class ChallengeIn(Closed):
    """A challenge with the parts its form must hold."""

    about: Word
    matters: Text
    claim: Text
    law: Word
    lot: int | None = None
    affects_result: bool = True


class ChallengeAnswerIn(Closed):
    """The written answer to a challenge."""

    outcome: Word
    answer: Text


class Found(Schema):
    """One page by key."""

    items: list[dict[str, Any]]
    next: str


def tender_out(tender: "Tender") -> dict[str, Any]:
    """Give a tender as the API shows it."""
    names = (
        "code market method category title summary region plan_number funding place qualification "
        "conformity scheme stages threshold recovery_threshold validity_days documents_from "
        "documents_until bids_close_at state document_version text_digest policy_digest "
        "published_at version extension"
    )
    shown = {name: getattr(tender, name) for name in names.split()}
    return shown | {
        "bid_security": f"{tender.bid_security:.2f}",
        "purchaser": {"name": tender.purchaser.name, "uscc": tender.purchaser.uscc},
        "agency": {"name": tender.agency.name, "uscc": tender.agency.uscc},
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "lots": [lot_out(lot) for lot in tender.lots.all()],
    }


def lot_out(lot: "Lot") -> dict[str, Any]:
    """Give a lot as the API shows it."""
    names = ("number", "title", "description", "quantity", "delivery", "items", "state", "failure")
    shown = {name: getattr(lot, name) for name in names}
    amounts = {name: f"{getattr(lot, name):.2f}" for name in ("budget", "ceiling", "deposit")}
    return shown | amounts | {"auction": lot.auction}


def notice_out(notice: "Notice") -> dict[str, Any]:
    """Give a notice as the API shows it."""
    names = ("number", "kind", "title", "fields", "body", "digest", "published_at")
    return {"tender": notice.tender.code} | {name: getattr(notice, name) for name in names}


def challenge_out(challenge: "Challenge") -> dict[str, Any]:
    """Give a challenge as its readers see it."""
    names = (
        "code about matters claim law affects_result state filed_at answer_due outcome answer "
        "answered_at"
    )
    shown = {name: getattr(challenge, name) for name in names.split()}
    return shown | {
        "tender": challenge.tender.code,
        "filer": challenge.filer.name,
        "lot": challenge.lot.number if challenge.lot else None,
    }


def contract_out(contract: "Contract") -> dict[str, Any]:
    """Give a contract as the API shows it."""
    names = ("due_on", "signed_at", "published_at", "filed_at")
    return {name: getattr(contract, name) for name in names} | {
        "lot": contract.lot.number,
        "supplier": contract.supplier.name,
        "amount": f"{contract.amount:.2f}",
        "sha256": contract.document.digest if contract.document else None,
    }


def rule_out(rule: Rule) -> dict[str, Any]:
    """Give a rule as the API shows it: the row, and where it stands on the page of rules."""
    shape = asdict(rule)
    basis, reach = shape.pop("basis"), shape.pop("reach")
    return {"slug": slug_of(rule), "kind": rule.key[0], **shape, **reach, **basis}


class DayIn(Closed):
    """What an official notice says of a day."""

    day: date
    is_working: bool
    title: Word
    number: str = Field("", max_length=80, pattern=PRINTABLE)


def declared_out(made: "DeclaredDay") -> dict[str, Any]:
    """Give a declared day as the API shows it."""
    return {
        "day": made.day,
        "is_working": made.is_working,
        "title": made.title,
        "number": made.number,
        "declared_at": made.declared_at,
    }
