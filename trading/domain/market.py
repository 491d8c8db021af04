"""What a market is: data that names its methods and its words; one file a market in
trading/markets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kernel.lifecycle import Lifecycle
from trading.domain.completeness import Demands
from trading.periods import RuleSet


@dataclass(frozen=True)
class Section:
    """A section of a draft: its page, its title, and the findings that are mended there."""

    name: str
    title: str
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Method:
    """One way to find the winner: the life of its tenders, and what such a tender has.

    `steps` are its phases as a reader is shown them, each with the fact that begins it; `next` says
    of each state what happens next. `sections` are the parts a draft is written in, `demands`
    what it is held to, `subject` the kind of subject that the rules tell apart, where it is more
    than the category.

    `is_sealed` says that offers are sealed envelopes: there is a scoring scheme, custody of keys,
    an opening and a committee. `auctions` names the kinds of auction it allows; they are live.
    `needs_takers` says that a lot fails at the deadline when fewer have registered for it than the
    rules ask for.

    `winner_paper` and `loser_paper` name what winner and others get in writing, `contract_acts`
    what must be done with a signed contract before the file is closed, `remedies` what somebody
    aggrieved may raise.
    """

    slug: str
    title: str
    lifecycle: Lifecycle
    steps: tuple[tuple[str, str], ...]
    next: Mapping[str, str]
    sections: tuple[Section, ...]
    demands: Demands
    is_sealed: bool = True
    auctions: tuple[str, ...] = ()
    termination_article: str = ""
    needs_takers: bool = False
    winner_paper: str = "award_notice"
    loser_paper: str = "result_letter"
    contract_acts: tuple[str, ...] = ("published_at", "filed_at")
    remedies: tuple[str, ...] = ("challenge",)
    subject: Callable[[str, Decimal, RuleSet], str] | None = None


@dataclass(frozen=True)
class Market:
    """A market with its title, its methods, its kinds of subject, and its words.

    `words` are what pages call parties, parts and money here; every market has the same keys.
    `notices`, `facts` and `lot_states` are titles that are other than the usual ones, `labels` the
    names of the parts of a text.
    """

    slug: str
    title: str
    prefix: str
    methods: Mapping[str, Method]
    categories: Mapping[str, str]
    words: Mapping[str, str]
    notices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    lot_states: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
