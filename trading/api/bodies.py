"""The bodies of the trading API by which an announced project is acted on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field, ValidationError

from accounts.api import Closed, Text, Word
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain import ending
from trading.domain.acceptance import Line, Report


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
    lots: dict[int, dict[str, Any]] = {}


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


class DayIn(Closed):
    """What an official notice says of a day."""

    day: date
    is_working: bool
    title: Word
    number: Word = Field("", max_length=80)


class LineIn(Closed):
    """What was found of one item or standard."""

    result: Text
    passed: bool


class AcceptanceIn(Closed):
    """The report on what was delivered: first the items of the lot, then its three standards."""

    held_on: date
    lines: list[LineIn]
    reviewers: list[Word]
    serves_public: bool = False
    opinion: Text = ""

    def given(self) -> Report:
        """Give the report as the rules take it."""
        lines = [Line(one.result, one.passed) for one in self.lines]
        return Report(self.held_on, lines, self.reviewers, self.serves_public, self.opinion)


class ContractEndIn(Closed):
    """On which ground a contract ended, why, and since which day."""

    ground: Word
    reason: Text
    ended_on: date

    def given(self) -> ending.Given:
        """Give it as the rules take it."""
        return ending.Given(self.ground, self.reason, self.ended_on)
