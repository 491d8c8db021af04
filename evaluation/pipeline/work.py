"""What the steps share: the case, and everything found out so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evaluation.pipeline.case import Case
from evaluation.pipeline.case.bids import Bid
from evaluation.pipeline.case.limits import HUNDRED
from kernel.trace import WIDE, Trace

ZERO = Decimal(0)


@dataclass
class Work:
    """The state of one run; each step reads what earlier ones wrote."""

    case: Case
    trace: Trace
    contract: dict[str, Decimal] = field(default_factory=dict)
    evaluated: dict[str, Decimal] = field(default_factory=dict)
    invalid: dict[str, dict[str, object]] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)
    fixed_scores: dict[str, Decimal] = field(default_factory=dict)
    benchmark: Decimal | None = None
    components: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    totals: dict[str, Decimal] = field(default_factory=dict)
    ranking: list[dict[str, object]] = field(default_factory=list)
    ties: list[dict[str, object]] = field(default_factory=list)
    reviews: list[dict[str, object]] = field(default_factory=list)
    corrections: list[dict[str, object]] = field(default_factory=list)
    flags: list[dict[str, object]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)

    @property
    def valid(self) -> tuple[Bid, ...]:
        """List the bids nobody has declared invalid, in the order of their names."""
        return tuple(bid for bid in self.case.bids if bid.name not in self.invalid)

    @property
    def quoted(self) -> dict[str, Decimal]:
        """Give what each bid asks for: its price, or of a hundred what its discount rate leaves."""
        if self.case.price_form != "rate":
            return self.contract
        return {name: HUNDRED - rate for name, rate in self.contract.items()}

    def reject(self, bidder: str, code: str, clause: str, message: str, **facts: object) -> None:
        """Declare a bid invalid, with the reason code of rulebook 4.3."""
        facts = {name: str(value) for name, value in facts.items()}
        sentence = message % facts
        self.invalid[bidder] = {
            "bidder": bidder,
            "code": code,
            "clause": clause,
            "reason": sentence,
            "facts": facts,
        }
        self.trace.note("validity", bidder, sentence, "无效")

    def warn(self, code: str, message: str, **facts: object) -> None:
        """Point at something suspicious without changing any number."""
        facts = {name: str(value) for name, value in facts.items()}
        self.warnings.append({"code": code, "message": message % facts, "facts": facts})


def mean(values: Sequence[Decimal]) -> Decimal:
    """Give the arithmetic mean, exact to sixty digits."""
    return WIDE.divide(sum(values, ZERO), Decimal(len(values)))


def joined(values: Mapping[str, Decimal]) -> str:
    """List named numbers for a trace."""
    return "；".join(f"{name} {value:f}" for name, value in values.items())
