"""The bodies of the trading API."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ninja import Schema
from pydantic import Field, ValidationError

from accounts.api import Closed, Text, Word
from accounts.domain import Actor
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.ceilings import Branch
from trading.domain.rooms import ListingTerms
from trading.periods import Rule, slug_of
from trading.queries import lots_told, reads_documents, source_text, told_at_gate

if TYPE_CHECKING:
    from trading.models import (
        Challenge,
        Contract,
        DeclaredDay,
        Lot,
        Notice,
        PriceQuestion,
        SoleSource,
        Tender,
    )


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
    budget_level: Word | None = None
    funding: Word | None = None
    place: Word | None = None
    trade_class: Word | None = None
    qualification: list[dict[str, Any]] | None = None
    conformity: list[dict[str, Any]] | None = None
    scheme: dict[str, Any] | None = None
    stages: Word | None = None
    listed_case: Word | None = None
    particulars: dict[Word, Text] | None = None
    conversion_approval: Word | None = None
    conversion_review: Text | None = None
    threshold: int | None = None
    recovery_threshold: int | None = None
    bid_security: Decimal | None = None
    performance_share: Decimal | None = None
    performance_forms: list[Word] | None = None
    validity_days: int | None = None
    prequalification_from: date | None = None
    prequalification_until: date | None = None
    prequalification_close_at: datetime | None = None
    proposals_from: date | None = None
    proposals_until: date | None = None
    proposals_close_at: datetime | None = None
    most_partners: int | None = None
    documents_from: date | None = None
    documents_until: date | None = None
    bids_close_at: datetime | None = None
    extension: dict[Word, int] | None = None
    invitation: dict[Word, Text] | None = None
    award_way: Word | None = None
    framework: dict[str, Any] | None = None
    pre_disclosure: dict[str, Any] | None = None


class ArgumentIn(Closed):
    """One expert's argument that a supplier is the only one."""

    name: Word
    employer: Word
    title: Word
    opinion: Text


class SourceIn(Closed):
    """Whom alone a draft invites, on which ground, and who argues it."""

    ground: Word
    supplier: Word
    reason: Text = ""
    arguments: list[ArgumentIn] = []
    authority: Word = ""
    base_contract: Word = ""
    base_amount: Decimal | None = None
    base_added: Decimal | None = None


class LotIn(Closed):
    """A lot of a draft: of a purchase with ceiling and items, of a sale with start price and
    deposit, a post with how many people it is for, whom it asks for and how they are examined.
    """

    title: Word
    description: Text = ""
    quantity: Word | None = None
    delivery: Word = ""
    budget: Decimal | None = None
    ceiling: Decimal | None = None
    items: list[dict[str, Any]] | None = None
    start_price: Decimal | None = None
    deposit: Decimal | None = None
    particulars: dict[Word, Word] | None = None
    openings: int | None = None
    education: Word | None = None
    majors: Word | None = None
    age_most: int | None = None
    others: Word | None = None
    opening_ratio: Decimal | None = None
    interview_ratio: Decimal | None = None
    written_weight: Decimal | None = None
    written_pass: Decimal | None = None
    interview_pass: Decimal | None = None
    scarce: bool | None = None
    ground: Word | None = None
    reason: Text | None = None
    approval: Word | None = None
    service_years: int | None = None
    grade: int | None = None

    def given(self) -> dict[str, Any]:
        """Give what was stated; what a market does not know is then not asked for either."""
        return {name: value for name, value in self.dict().items() if value is not None}


class WeighedIn(Closed):
    """One thing that is scored beside the price: its weight in percent, the ends of its scale."""

    title: Word
    weight: Decimal
    worst: Decimal
    best: Decimal


class AuctionIn(Closed):
    """How a lot is bid for: kind, when offers come and for how long; in the open the step and the
    cycle after the free phase, or the time between two calls; sealed the rounds, their length, and
    what settles a tie; bid down, how a late offer moves the end; and when and where it can be seen
    before.
    """

    kind: Word
    opens_at: datetime
    free_minutes: int | None = None
    increment: Decimal | None = None
    cycle_s: int | None = 180
    rounds: int | None = None
    round_minutes: int | None = None
    tie: Word = "time"
    call_s: int | None = 30
    items: list[WeighedIn] = []
    from_price: Decimal | None = None
    every_s: int | None = 60
    window_s: int | None = 180
    extend_s: int | None = 180
    extensions: int | None = 10
    viewing_from: date | None = None
    viewing_until: date | None = None
    viewing_place: Word = ""


class CompetitionIn(Closed):
    """What is called from a framework by competition, and how much of it."""

    title: Word
    content: Text
    quantity: Decimal
    delivery: Word = ""
    purchaser: Word = ""


class ExplanationIn(Closed):
    """The written reasons for a low offer."""

    explanation: Text


class PriceDecisionIn(Closed):
    """Whether a low offer was shown to be sound, and why."""

    is_proven: bool
    reason: Word


class HolderIn(Closed):
    """Who holds a priority right."""

    name: Word
    uscc: Word


class PriorityIn(Closed):
    """How the priority rights over a lot are handled; holders in the order of their rank."""

    mode: Word
    holders: list[HolderIn] = []
    same_rank: bool = False
    window_minutes: int | None = None
    notified_on: date | None = None


class BallotIn(Closed):
    """What one member of an award committee said: name, post, whom it chose in each round, why."""

    name: Word
    post: Word
    choices: list[Word] = Field(max_length=2)
    reason: Text


class DecisionIn(Closed):
    """How an award committee decided on a lot; nothing of it where the lowest price does."""

    ballots: list[BallotIn] = []
    chosen: Word = ""
    reason: Text = ""


class InvitedIn(Closed):
    """Whom a draft invites, by credit code or full name; `count` where so many are drawn."""

    suppliers: list[Word] = Field(max_length=100)
    count: int = 0


class InvitedNonceIn(Closed):
    """The purchaser's nonce, and who of its staff watched it being given."""

    nonce: Word
    supervisors: list[Word] = Field(max_length=20)


class NonceIn(Closed):
    """What somebody adds to a committed seed."""

    nonce: Word


BRANCH: Final = ("nobody", "over", "nearest", "pays", "promised", "step", "most")


class ListingIn(Closed):
    """How a parcel is listed and bid for: the step, the listing's ends, and what follows it; with
    a highest price what decides there, each kind with numbers of its own.
    """

    increment: Decimal
    opens_at: datetime
    closes_at: datetime
    quiet_minutes: int = 60
    inquiry_s: int = 240
    cycle_s: int = 300
    ceiling: Decimal | None = None
    after: Word = "lottery"
    nobody: Word = "offeror"
    over: Decimal | None = None
    nearest: Word = "absolute"
    pays: Word = "quote"
    promised: Word = ""
    step: Decimal | None = None
    most: Decimal | None = None

    def terms(self) -> ListingTerms:
        """Give the terms as the rules take them."""
        given = self.dict()
        own = {name: given.pop(name) for name in BRANCH}
        branch = Branch(kind=given.pop("after"), **own)
        return ListingTerms(**given, branch=branch)


class ReserveIn(Closed):
    """The secret floor of a lot, and the collective decision it rests on."""

    price: Word
    decision: Word


class CustodianIn(Closed):
    """Who holds a stage key, for which office, and in which set: opening or recovery."""

    person: Word
    office: Word
    circle: Word = "opening"


class KeysIn(Closed):
    """A custodian's own public keys: stage → X25519 key in base64url."""

    public_keys: dict[Word, Word]


class NewTermsIn(Closed):
    """What one lot is offered for from now on."""

    start_price: Decimal
    deposit: Decimal
    delivery: Word = ""


class RepricingIn(Closed):
    """New terms for every open lot, and the end of the new disclosure."""

    lots: dict[int, NewTermsIn]
    reason: Text
    bids_close_at: datetime


def read_repricing(text: str) -> RepricingIn:
    """Read the JSON that comes beside a file."""
    try:
        return RepricingIn.model_validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid(
            "input.malformed", _("“terms”不是有效的内容：%(where)s。"), where=where, field="terms"
        ) from wrong


class PriorityAnswerIn(Closed):
    """Whether a holder of a right of first refusal takes the lot at the price that was formed."""

    exercises: bool


class PaymentIn(Closed):
    """A payment of the price; `rest_due` where the rest follows by instalments."""

    amount: Decimal
    paid_on: date
    source: Word = "transfer"
    rest_due: date | None = None


class PassOverIn(Closed):
    """Why whoever was to have a lot falls away, and whether the lot is tendered anew; `supplier` is
    who, by its code: needed of one who stands next and is not confirmed.
    """

    ground: Word
    reason: Word
    retender: bool = False
    supplier: Word = ""


class DisqualifyIn(Closed):
    """Which bidder was found out, what it did, by which article; `touches` says that the result is
    void with it.
    """

    supplier: Word
    article: Word
    reason: Word
    touches: bool = False


class VoidIn(Closed):
    """Why the result of a lot is void, and by which article; `defaulted` where its taker refuses to
    sign or to pay.
    """

    article: Word
    reason: Word
    defaulted: bool = False


class ReasonIn(Closed):
    """A reason that must be given."""

    reason: Word


class TerminationIn(Closed):
    """Why a supplier loses its place."""

    ground: Word
    reason: Word


class CallOffIn(Closed):
    """What is called off; of a direct choice from whom, and at which price if below the agreed; by
    whom, where one purchases for several.
    """

    content: Word
    quantity: Decimal
    delivery: Word = ""
    place: int | None = None
    price: Decimal | None = None
    purchaser: Word = ""


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
    """Who is chosen in a lot by its code, with the reason when it is not the first alone."""

    lot: int
    supplier: Word
    reason: Word = ""
    ground: Word = ""


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
    unit: Word = ""
    contact: Word = ""


class RetenderIn(Closed):
    """In which way something is tried once more; the same where none is named."""

    method: Word = ""


class StopIn(Closed):
    """Why a project is not tendered any more, and who consented where it needs that."""

    reason: Word
    needs_approval: bool = True
    approval: Word = ""


class FailureIn(Closed):
    """Which lots are declared failed, on which ground."""

    ground: Word
    reason: Word
    lots: list[int] = []


class OrderIn(Closed):
    """Why a tender stands still: by which article, or until when."""

    reason: Word
    article: Word = ""
    until: date | None = None


class ChallengeAnswerIn(Closed):
    """The written answer to a challenge."""

    outcome: Word
    answer: Text
    redress: Word | None = None
    lot: int | None = None


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
        "disclosure_from invitation award_way framework listed_case particulars"
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
    than the first notice told.
    """
    if reads_documents(actor, tender):
        return tender_out(tender)
    names = "code market method category title region state text_digest published_at version"
    shown = {name: getattr(tender, name) for name in names.split()}
    return shown | told_at_gate(tender) | {"lots": lots_told(tender)}


def lot_out(lot: "Lot") -> dict[str, Any]:
    """Give a lot as the API shows it."""
    names = "number transaction_code title description quantity delivery items state failure"
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
        "lot": challenge.lot.number if challenge.lot else None,
    }


def contract_out(contract: "Contract") -> dict[str, Any]:
    """Give a contract as the API shows it."""
    names = ("due_on", "signed_at", "published_at", "filed_at")
    return {name: getattr(contract, name) for name in names} | {
        "lot": contract.lot.number,
        "supplier": contract.supplier.name,
        "amount": f"{contract.amount:.2f}",
        "security": f"{contract.security:.2f}",
        "secured_at": contract.secured_at,
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
    number: Word = Field("", max_length=80)


def declared_out(made: "DeclaredDay") -> dict[str, Any]:
    """Give a declared day as the API shows it."""
    return {
        "day": made.day,
        "is_working": made.is_working,
        "title": made.title,
        "number": made.number,
        "declared_at": made.declared_at,
    }
