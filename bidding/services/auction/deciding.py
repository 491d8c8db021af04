"""Decide acts of an auction, those that came together together: one order, written before it is
answered, told once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import sleep
from typing import Any, Final

from django.db import transaction

from bidding import auction as engine
from bidding.auction.sentences import facts
from bidding.auction.state import Act, Decision
from bidding.services.auction.phases import catch_up, is_over
from bidding.services.auction.table import Table, locked
from kernel.errors import Conflict, Denied, DomainError, Missing
from kernel.text import gettext_noop as _

LOOKS: Final = 60
LOOK_SECONDS: Final = 0.05
KINDS: Final = frozenset(
    {"bid", "maximum", "join", "decline", "quote", "condition", "exercise", "waive", "accept"}
)
"""What a bidder may do; pause, resume and credit are not its acts."""


@dataclass(frozen=True)
class Handed:
    """An act as it came: for which auction, for whom, what, and when it had arrived.

    `sent_at` is what the sender's clock said: it decides nothing and is only noted (rulebook 5.0).
    """

    auction: str
    owner: str
    kind: str
    price: Decimal | None
    key: str
    at: datetime
    sent_at: str = ""


@dataclass(frozen=True)
class Answer:
    """What was decided, and how things stood right after it; `code` is the bidder's own."""

    accepted: bool
    reason: str
    code: str
    shown: dict[str, Any]
    facts: dict[str, object]


class Early(DomainError):
    """Somebody who came before the end may still be undecided: the act waits its turn."""

    status = 503


def decide(handed: Handed, clock: Callable[[], datetime]) -> Answer:
    """Decide one act, or say why not; one that came after the end waits for those before it."""
    for _look in range(LOOKS):
        [answer] = decide_all([handed], clock())
        if not isinstance(answer, Early):
            break
        sleep(LOOK_SECONDS)
    if isinstance(answer, DomainError):
        raise answer
    return answer


@transaction.atomic
def decide_all(handed: Sequence[Handed], now: datetime) -> list[Answer | DomainError]:
    """Decide acts in the order of their arrival; each has its own answer.

    Of each auction the row is held, all acts for it are decided in memory, and one write and one
    fact tell of all that changed. An act that came after the end is answered only when nobody who
    came before it is still on the way in (`bidding.gate`); until then its answer is Early.
    """
    tables = {table.row.code: table for table in locked({one.auction for one in handed})}
    before = {code: table.state for code, table in tables.items()}
    found: dict[int, Answer | DomainError] = {}
    decided: dict[str, list[tuple[Act, Decision]]] = {code: [] for code in tables}
    for place in sorted(range(len(handed)), key=lambda place: handed[place].at):
        one = handed[place]
        if one.auction not in tables:
            found[place] = no_auction()
            continue
        table = tables[one.auction]
        if table.silence(one.at) or is_over(table, one.at):
            _tell(table, decided[one.auction])
            catch_up(table, one.at, now)
        found[place] = _decided(table, one, decided[one.auction])
    for code, table in tables.items():
        _tell(table, decided[code])
        if table.state is not before[code]:
            table.keep()
    return [found[place] for place in range(len(handed))]


def _tell(table: Table, acts: list[tuple[Act, Decision]]) -> None:
    """Tell of the acts decided so far, before anything else is told."""
    if acts:
        table.tell_acts(acts)
        acts.clear()


def _decided(table: Table, one: Handed, acts: list[tuple[Act, Decision]]) -> Answer | DomainError:
    code = table.code_of(one.owner)
    if code is None:
        return Denied("auction.not_entrant", _("贵单位没有取得本场竞价的竞买资格。"))
    if is_over(table, one.at):
        return Early("auction.early", _("截止前到达的报价正在处理，请稍候。"))
    noted = {"sent_at": one.sent_at} if one.sent_at else {}
    # Clocks and threads differ by moments: who came in time is never before what was decided last.
    at = max(one.at, table.state.at or one.at)
    act = Act(at=at, by=code, kind=one.kind, price=one.price, key=one.key, data=noted)
    decision = engine.decide(table.terms, table.state, act)
    if decision.accepted and not decision.repeated:
        table.state = decision.state
        acts.append((act, decision))
    return Answer(
        accepted=decision.accepted,
        reason=decision.reason,
        code=code,
        shown=engine.visible(table.terms, table.state),
        facts=facts(table.terms, table.state),
    )


def no_auction() -> Missing:
    """Say that there is no such auction."""
    return Missing("auction.missing", _("没有这场竞价。"))


def require_kind(kind: str) -> str:
    """Take an act a bidder may do; anything else is refused."""
    if kind not in KINDS:
        raise Conflict("auction.unknown_act", _("竞买人不能做“%(kind)s”。"), kind=kind[:20])
    return kind
