"""Whether who registered for a sale meets the conditions printed for it, found before the list of
those let in is fixed: the exchange gives its opinion, the owner confirms it, and whoever is found
not to meet a condition may answer once (SAL 54, LD39 17, rulebook 2.3 `register_intent`). Of land
an announcement may say that its taker is judged after the bidding instead (2.4
`qualification_after`).

Where nothing is asked of takers there is nothing to judge.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import local_date
from kernel.errors import Conflict, Invalid
from kernel.lifecycle import Lifecycle, Move
from kernel.text import gettext_noop as _
from trading.domain import rooms
from trading.domain.findings import Finding
from trading.domain.prequalification import Verdict
from trading.domain.standstill import Span, given_back

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

JUDGED, CONFIRMED = "taker.judged", "taker.confirmed"
RETURNED, ANSWERED = "taker.returned", "taker.answered"
KINDS: Final = (JUDGED, CONFIRMED, RETURNED, ANSWERED)
LONGEST: Final = {"answer": 2000, "reason": 500}
CHECK: Final = "taker_check"
ANSWER: Final = "taker_answer"

TAKER: Final = Lifecycle(
    name="taker",
    initial="waiting",
    titles={
        "waiting": _("待提出审查意见"),
        "judged": _("待确认审查意见"),
        "refused": _("不符合，可以申辩、补正"),
        "answered": _("已申辩、补正，待复核"),
        "reviewed": _("待确认复核意见"),
        "passed": _("符合"),
        "out": _("不符合，不参加竞价"),
    },
    moves={
        "judge": Move(("waiting", "judged"), "judged"),
        "return": Move(("judged",), "waiting"),
        "pass": Move(("judged", "reviewed"), "passed"),
        "refuse": Move(("judged",), "refused"),
        "answer": Move(("refused",), "answered"),
        "lapse": Move(("refused",), "out"),
        "review": Move(("answered", "reviewed"), "reviewed"),
        "send_back": Move(("reviewed",), "answered"),
        "exclude": Move(("reviewed",), "out"),
    },
)
"""How far one who registered has come: nobody is let in before the owner has confirmed it, and
whoever is refused may answer once.
"""
FIRST_ROUND: Final = ("waiting", "judged")
ENDED: Final = ("passed", "out")


@dataclass(frozen=True)
class Step:
    """One thing that was said of a taker, or by it, in the order of its turn."""

    kind: str
    turn: int
    at: datetime
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How far a taker has come, and what was said last; `turns` counts what was said, `told` is
    what was confirmed and it knows of.
    """

    state: str = TAKER.initial
    turns: int = 0
    verdict: Verdict | None = None
    told: Verdict | None = None
    returned: str = ""
    answer: str = ""
    answer_until: datetime | None = None

    @property
    def title(self) -> str:
        """Name the state."""
        return TAKER.titles[self.state]

    @property
    def takes_opinion(self) -> bool:
        """Tell whether an opinion may be given now."""
        return bool({"judge", "review"} & {*TAKER.events(self.state)})

    @property
    def has_opinion(self) -> bool:
        """Tell whether an opinion waits to be confirmed or sent back."""
        return self.state in {"judged", "reviewed"}

    @property
    def unmet(self) -> Mapping[str, str]:
        """Give the conditions that are not met, each with the reason."""
        return self.verdict.unmet if self.verdict else {}

    def seen_by_taker(self) -> "Standing":
        """Leave out what nobody has confirmed yet: an opinion is told with its confirmation."""
        state = {"judged": "waiting", "reviewed": "answered"}.get(self.state, self.state)
        return replace(self, state=state, verdict=self.told, returned="")


def standing_of(steps: Sequence[Step], at: datetime, stood: Sequence[Span] = ()) -> Standing:
    """Read how a taker stands at an instant; silence until the last day is no answer. What the sale
    stood still since it was told is given back.
    """
    found = Standing()
    for step in sorted(steps, key=lambda one: one.turn):
        found = _after(found, step, stood)
    until = found.answer_until
    if found.state == "refused" and until is not None and at >= until:
        return replace(found, state=TAKER.after(found.state, "lapse"))
    return found


def _after(found: Standing, step: Step, stood: Sequence[Span]) -> Standing:
    told = replace(found, turns=found.turns + 1, state=require(found, step.kind))
    if step.kind == JUDGED:
        return replace(told, verdict=Verdict(step.said["unmet"]), returned="")
    if step.kind == RETURNED:
        return replace(told, returned=step.said["reason"])
    if step.kind == ANSWERED:
        return replace(told, answer=step.said["answer"])
    until = step.said.get("until", "")
    closes = given_back(datetime.fromisoformat(until), step.at, stood) if until else None
    return replace(told, told=found.verdict, answer_until=closes)


def event_of(found: Standing, kind: str) -> str:
    """Say which move of the table something is that is said of a taker who stands so."""
    first = found.state in FIRST_ROUND
    if kind == CONFIRMED:
        if found.verdict is not None and found.verdict.passed:
            return "pass"
        return "refuse" if first else "exclude"
    if kind == ANSWERED:
        return "answer"
    if kind == RETURNED:
        return "return" if first else "send_back"
    return "judge" if first else "review"


def require(found: Standing, kind: str) -> str:
    """Refuse what is not due for a taker who stands so; give the state that follows."""
    return TAKER.after(found.state, event_of(found, kind))


def require_read(found: Standing, turns: int) -> None:
    """Refuse to decide on an opinion while another was given since it was read."""
    if turns != found.turns:
        raise Conflict(
            "taker.changed", _("审查意见在您查看之后有变化，请重新查看后再确认或者退回。")
        )


def read_said(text: str, name: str) -> str:
    """Take what a taker answers, or why an opinion is sent back."""
    said, longest = text.strip(), LONGEST[name]
    if not said or len(said) > longest:
        raise Invalid(
            "text.required", _("请填写内容，不超过 %(most)s 字。"), most=longest, field=name
        )
    return said


def require_settled(states: Sequence[str]) -> None:
    """Refuse to fix the list while it is open for one of them whether it is let in."""
    if left := sum(state not in ENDED for state in states):
        raise Conflict(
            "taker.unsettled",
            _("还有 %(left)s 家的资格没有最终结论，全部审查、确认且申辩期满后才能确定名单。"),
            left=left,
        )


def checks(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots whose bidding begins before it can be known who meets the conditions."""
    after = (facts.text or {}).get("qualification_after", False)
    if not facts.qualification or after or facts.bids_close_at is None:
        return
    closes = local_date(facts.bids_close_at)
    last = facts.rules.last_day_if_any(CHECK, closes)
    if last is None:
        return
    for lot in facts.lots:
        begins = rooms.opens_at(lot.auction)
        if begins is not None and local_date(begins) <= last:
            section = "listing" if lot.auction.get("kind") == "listing" else "auction"
            yield Finding(
                f"{section}.opens_at",
                section,
                _("标的 %(number)s 的竞价应在 %(last)s 之后开始：有资格条件的，先审查资格。"),
                {"number": lot.number, "last": last.isoformat()},
                facts.rules.article_of(CHECK, closes),
            )
