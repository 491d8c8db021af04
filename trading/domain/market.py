"""What a market is: data that names its methods and its words; one file a market in
trading/markets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kernel.lifecycle import Lifecycle
from trading.domain import priority
from trading.domain.completeness import Demands
from trading.domain.first_stage import FirstStage
from trading.domain.gates import FIRST_STAGE, PREQUALIFICATION, Gate
from trading.domain.grounds import Departure
from trading.domain.invitations import ByInvitation
from trading.domain.particulars import Particular
from trading.domain.passing import TENDERING, Passing
from trading.domain.prequalification import Prequalifies
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

    `drafted_as` names the forms a draft is written with, `text_template` how its frozen text is
    shown.

    `is_sealed` says that offers are sealed envelopes: there is a scoring scheme, custody of keys,
    an opening and a committee. `stages` are the ways its envelopes may be opened, the usual one
    first. `reads_out` says that what was offered is read out to everybody at the opening; else only
    who offered. `talks` says that a panel talks with each supplier by itself and then asks for one
    last quote. `listed_cases` are the kinds of subject for which the law is content with fewer
    suppliers. `invites_sole` says that one supplier alone is invited, whom the draft names and the
    public may be asked about first; `keeps_minutes`, that what was said in the talks is written
    down in minutes all sign, in place of an evaluation report.

    `auctions` names the kinds of auction it allows; they are live.
    `needs_takers` says that a lot fails at the deadline when fewer have registered for it than the
    rules ask for; `judges_takers`, that whoever registered is judged by the conditions printed,
    where some are, before anybody is let in; `judges_after`, that a draft may say that whoever is
    to have a lot is judged after the bidding instead; `extends`, that it may first go on as
    announced while nobody has; `asks_lone_taker`, that a single one is asked for one quote instead
    of an auction with nobody to outbid; `reprices`, that a disclosure nobody has registered for may
    begin anew on other terms.
    `has_viewing` says that a draft states when and where what is sold can be seen before.
    `discloses_priority` says that a draft states who holds a right of first refusal, which is
    exercised in one of `priority_modes`.
    `pre_discloses` says that what hands over control of an enterprise is told of before its terms.
    `is_agreed` says that nobody competes: who takes each lot, and at what price, is agreed and
    approved before it is published.
    `particulars` are what each lot is described by beside its title. `keeps_reserve` says that the
    owner may seal a floor that nobody else knows before the bidding has ended.

    `award_ways` are those in which an award committee of the tenderer's may decide among the
    candidates, where a draft keeps evaluation and award apart.

    `departs` says that it is no open tender, which needs a ground of its law and from a figure on
    an approval. `by_invitation` says that only those may take part whom the tenderer invites: a
    notice tells of the tender, never of them.
    `prequalification` says that only those may take part who applied before and met the terms,
    `first_stage` that only those may who proposed how to do it, before there was a document.

    `second_stage` are the ways in which a purchaser may call off what it needs, where a lot has no
    winner but several suppliers who are shortlisted and sign a framework agreement each.
    `asks_shortlisted` says that it is begun from a framework agreement: nobody registers, for those
    shortlisted are asked, and whoever offers far less than the others is asked why.

    `has_posts` says that its lots are posts that persons apply for: there is no price, no deposit,
    no organisation that registers, and no documents but the posting itself. `first_score` is what
    is added to the interview: a `written` exam, an `appraisal` by one's colleagues, or `none`.
    `fixed_terms` are the terms of a post that this method leaves no choice of, `checks` what is
    looked into before anybody is hired. `open_to` says who may apply: `everybody`, the `insiders`
    of the unit itself, or those `serving` elsewhere, who name their time, their grade and their own
    unit's consent.

    `price_direction` says which price is the better one: the `low`er where something is bought, the
    `high`er where it is sold. Of what is sold each lot names a start price no offer may be below
    and a deposit of its own. `silence_confirms` says that whoever decides has accepted the first
    candidate once its days have passed; `best_only`, that nobody but the first may be chosen.
    `media_article` is the law by which notices stand in other media too, where one asks for it.
    `delivers` says that a bid names the days in which it delivers.

    `schemes` are the ways of judging its document may choose, `formulas` what stands behind one of
    them in place of the usual formula, `offer_fields` what a bid names besides its price,
    `committee_qualifies` says that the committee reviews qualification itself, with all else;
    `thin_article` is the law by which too few bids fail a lot, `failing` the articles of the other
    grounds; `judges_competition` says that the committee judges whether too few valid bids still
    compete, where the law does not fail them by their number.

    `binds_state_funds` says that where state money leads, only the first candidate may win, but
    for the grounds of the law; the draft says whether it does.

    `publicises_candidates` says that the ranked candidates stand before the public first and only
    then a winner is confirmed, which silence never does; `reports_award` that the regulator gets a
    written report of the award.

    `settles` says that the winner is told at once, the price paid and the deal certified before the
    result is published; `records_price`, that the price is paid to the owner, who runs the sale
    records each receipt, and the file is closed only once the whole has come.
    `winner_paper` and `loser_paper` name what winner and others get in writing, `contract_acts`
    what must be done with a signed contract before the file is closed, `remedies` what somebody
    aggrieved may raise, `passing` what its law says of a winner who falls away where that is not
    what its market says. `words`, `notices`, `facts` and `lot_states` are what this method calls
    otherwise than its market.
    """

    slug: str
    title: str
    lifecycle: Lifecycle
    steps: tuple[tuple[str, str], ...]
    next: Mapping[str, str]
    sections: tuple[Section, ...]
    demands: Demands
    is_sealed: bool = True
    drafted_as: str = "purchase"
    text_template: str = "trading/_text.html"
    stages: tuple[str, ...] = ("whole", "two")
    reads_out: bool = True
    price_direction: str = "low"
    silence_confirms: bool = True
    best_only: bool = False
    delivers: bool = True
    talks: bool = False
    listed_cases: tuple[str, ...] = ()
    invites_sole: bool = False
    keeps_minutes: bool = False
    auctions: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ("comprehensive", "lowest_price", "formula")
    formulas: Mapping[str, str] = field(default_factory=dict)
    offer_fields: tuple[str, ...] = ()
    committee_qualifies: bool = False
    publicises_candidates: bool = False
    award_ways: tuple[str, ...] = ()
    binds_state_funds: bool = False
    reports_award: bool = False
    media_article: str = ""
    thin_article: str = "政府采购法第三十六条第一款第（一）项"
    failing: Mapping[str, str] = field(default_factory=dict)
    judges_competition: bool = False
    termination_article: str = ""
    needs_takers: bool = False
    judges_takers: bool = False
    judges_after: bool = False
    asks_lone_taker: bool = False
    has_viewing: bool = False
    discloses_priority: bool = False
    priority_modes: tuple[str, ...] = tuple(priority.MODES)
    pre_discloses: bool = False
    is_agreed: bool = False
    reprices: bool = False
    settles: bool = False
    records_price: bool = False
    extends: bool = False
    particulars: tuple[Particular, ...] = ()
    keeps_reserve: bool = False
    departs: Departure | None = None
    by_invitation: ByInvitation | None = None
    second_stage: tuple[str, ...] = ()
    asks_shortlisted: bool = False
    prequalification: Prequalifies | None = None
    first_stage: FirstStage | None = None
    has_posts: bool = False
    first_score: str = "written"
    fixed_terms: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[str, ...] = ("medical", "inspection")
    open_to: str = "everybody"
    winner_paper: str = "award_notice"
    loser_paper: str = "result_letter"
    contract_acts: tuple[str, ...] = ("published_at", "filed_at", "accepted_at")
    remedies: tuple[str, ...] = ("challenge",)
    passing: Passing | None = None
    subject: Callable[[str, Decimal, RuleSet], str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    lot_states: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_rates(self) -> bool:
        """Tell whether bids may name the rate that is taken off a limit: one sealed bid, which no
        talks go before and no call-off follows.
        """
        several = self.talks or self.second_stage or self.asks_shortlisted or self.invites_sole
        return self.is_sealed and self.price_direction == "low" and not several

    @property
    def is_limited(self) -> bool:
        """Tell whether a secret list says who may: those invited, or let in by a gate."""
        return self.by_invitation is not None or self.gate is not None

    @property
    def gate(self) -> Gate | None:
        """Give what stands before the call, if anything does."""
        if self.first_stage is not None:
            return FIRST_STAGE
        return PREQUALIFICATION if self.prequalification is not None else None

    @property
    def keeps_receipts(self) -> bool:
        """Tell whether payments of the price are recorded here."""
        return self.settles or self.records_price

    @property
    def invites(self) -> bool:
        """Tell whether those who may take part get a written invitation with the call."""
        return self.by_invitation is not None or self.first_stage is not None

    @property
    def ranks(self) -> bool:
        """Tell whether there are several to put in an order."""
        return not (self.is_agreed or self.invites_sole)

    @property
    def sells(self) -> bool:
        """Tell whether the higher price is the better one."""
        return self.price_direction == "high"

    @property
    def amends_lots(self) -> bool:
        """Tell whether a public amendment may change lots: what sealed bids buy, in the open."""
        return self.is_sealed and not self.sells and not self.asks_shortlisted


@dataclass(frozen=True)
class Market:
    """A market with its title, its methods, its kinds of subject, and its words.

    `words` are what pages call parties, parts and money here; every market has the same keys.
    `classes` are the classes of the unified transaction code (统一交易标识码) for each kind of
    subject, by their titles: where there are several a draft may choose, and the last stands for
    all others; `adds_classes` says that the nation lists them, so that a place may add to them but
    not replace them. `passing` is what its law says of a winner who falls away;
    `has_budget_levels` that its thresholds depend on whose budget pays. `notices`, `facts` and
    `lot_states` are titles that are other than the usual ones, `labels` the names of the parts of
    a text.
    """

    slug: str
    title: str
    prefix: str
    methods: Mapping[str, Method]
    categories: Mapping[str, str]
    classes: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]
    notices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    lot_states: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    adds_classes: bool = False
    has_budget_levels: bool = False
    passing: Passing = TENDERING

    def classes_in(self, category: str, local: Mapping[str, str]) -> Mapping[str, str]:
        """Give the classes of a kind of subject where a place has some of its own."""
        nation = self.classes[category]
        if not local or not self.adds_classes:
            return local or nation
        *listed, rest = nation.items()
        return dict([*listed, *local.items(), rest])
