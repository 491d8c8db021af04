"""What a bidder hands in, how it is decided, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bidding import auction as engine
from bidding.auction.sentences import facts
from bidding.auction.state import Act, Decision
from bidding.services.auction.phases import is_over
from bidding.services.auction.table import Table
from kernel.errors import Conflict, Denied, DomainError
from kernel.text import gettext_noop as _

KINDS: Final = frozenset(
    {"bid", "maximum", "join", "decline", "quote", "condition", "exercise", "waive", "accept"}
)
"""What a bidder may do; pause, resume and credit are not its acts."""


@dataclass(frozen=True)
class Handed:
    """An act as it came: for which auction, for whom, what, and when it had arrived.

    `sent_at` is what the sender's clock said: it decides nothing and is only noted (rulebook 5.0).
    `items` are what a weighted quote offers beside its price.
    """

    auction: str
    owner: str
    kind: str
    price: Decimal | None
    key: str
    at: datetime
    sent_at: str = ""
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What was decided, and how things stand now that it and whatever came with it is written;
    `code` is the bidder's own.
    """

    accepted: bool
    reason: str
    code: str
    shown: dict[str, Any]
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of an act of a code, not written and not answered yet."""

    code: str
    act: Act
    decision: Decision

    @property
    def changes(self) -> bool:
        """Tell whether the act has to be written."""
        return self.decision.accepted and not self.decision.repeated


class Early(DomainError):
    """Somebody who came before the end may still be undecided: the act waits its turn."""

    status = 503


def decide_on(table: Table, one: Handed) -> Verdict | DomainError:
    """Decide an act as its auction stands, and let it stand as decided."""
    code = table.code_of(one.owner)
    if code is None:
        return Denied("auction.not_entrant", _("贵单位没有取得本场竞价的竞买资格。"))
    if is_over(table, one.at):
        return early()
    noted: dict[str, object] = {"sent_at": one.sent_at} if one.sent_at else {}
    price = one.price
    if one.kind == "condition":  # its amount is what is promised, no price
        noted, price = noted | ({"amount": f"{price:f}"} if price is not None else {}), None
    if table.terms.weights and one.kind == "quote":  # elsewhere the record is no place for texts
        noted["items"] = dict(one.items)
    # Clocks and threads differ by moments: who came in time is never before what was decided last.
    at = max(one.at, table.state.at or one.at)
    act = Act(at=at, by=code, kind=one.kind, price=price, key=one.key, data=noted)
    verdict = Verdict(code, act, engine.decide(table.terms, table.state, act))
    if verdict.changes:
        table.state = verdict.decision.state
    return verdict


class Standing:
    """How an auction stands for all who are answered together."""

    def __init__(self, table: Table) -> None:
        self.shown = engine.visible(table.terms, table.state)
        self.facts = facts(table.terms, table.state)

    def answer(self, verdict: Verdict | DomainError) -> Answer | DomainError:
        """Say what was decided of one act, and how things stand."""
        if isinstance(verdict, DomainError):
            return verdict
        decision = verdict.decision
        return Answer(decision.accepted, decision.reason, verdict.code, self.shown, self.facts)


def early() -> Early:
    """Say that those who came before the end are decided first."""
    return Early("auction.early", _("截止前到达的报价正在处理，请稍候。"))


def require_kind(kind: str) -> str:
    """Take an act a bidder may do; anything else is refused."""
    if kind not in KINDS:
        raise Conflict("auction.unknown_act", _("竞买人不能做“%(kind)s”。"), kind=kind[:20])
    return kind
