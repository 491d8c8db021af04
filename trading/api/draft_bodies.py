"""The bodies of the trading API by which a draft is written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import Field

from accounts.api import Closed, Text, Word
from trading.domain.ceilings import Branch
from trading.domain.rooms import ListingTerms


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
    qualification_after: bool | None = None
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
    grounds: dict[Word, Text] | None = None
    award_way: Word | None = None
    other_media: list[Word] | None = None
    intention: Word | None = None
    framework: dict[str, Any] | None = None
    pre_disclosure: dict[str, Any] | None = None


class EntryIn(Closed):
    """By which contract the agency runs the tender."""

    agency_contract: Word


class EntryRefusalIn(Closed):
    """Which items of an entry are missing."""

    missing: list[Word]
    note: Text = ""


class MediumIn(Closed):
    """Where another medium published a notice, and the digest of the copy kept of it."""

    medium: Word
    address: Text
    digest: Word
    identical: bool


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
    reserved: Word | None = None
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
