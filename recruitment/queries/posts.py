"""The posts of a recruitment as they stand: what is public of them since applications closed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.domain import Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from recruitment.domain.ratio import PostFacts, choices
from recruitment.models import Applicant, Post
from trading import queries as trading
from trading.markets import method_of
from trading.models import Lot, Tender

NOT_REVIEWED = "submitted"


def recruitment_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a recruitment the actor may know of; a tender without posts is none."""
    tender = trading.tender_for(actor, code, at)
    if not method_of(tender).has_posts:
        raise Missing("recruitment.missing", _("没有这个页面，或您无权查看。"))
    return tender


@dataclass(frozen=True)
class PostLine:
    """A post with its numbers; `choices` is what may be decided of it, empty once it is."""

    lot: Lot
    applied: int
    waiting: int
    facts: PostFacts
    settled: Post | None
    choices: tuple[str, ...]

    @property
    def openings(self) -> int:
        """Give how many people it is for now."""
        return self.settled.openings if self.settled else self.facts.openings


def post_facts(lot: Lot) -> PostFacts:
    """Give a post as the rule of the opening ratio sees it: those whose papers were found good."""
    reviewed = lot.applicants.exclude(state__in=("refused", NOT_REVIEWED))
    return PostFacts(
        openings=lot.post["openings"],
        ratio=Decimal(lot.post["opening_ratio"]),
        scarce=lot.post["scarce"],
        applicants=reviewed.exclude(state="disqualified", ticket="").count(),
    )


def post_lines(tender: Tender) -> list[PostLine]:
    """List the posts; before closing there are no applicants to count."""
    counted = Counter(Applicant.objects.filter(tender=tender).values_list("lot_id", "state"))
    return [_line(lot, counted) for lot in tender.lots.select_related("settled").order_by("number")]


def _line(lot: Lot, counted: "Counter[tuple[int, str]]") -> PostLine:
    settled = getattr(lot, "settled", None)
    facts, waiting = post_facts(lot), counted[lot.pk, NOT_REVIEWED]
    is_open = settled is None and not waiting and lot.state == "open"
    return PostLine(
        lot=lot,
        applied=sum(n for (key, _state), n in counted.items() if key == lot.pk),
        waiting=waiting,
        facts=facts,
        settled=settled,
        choices=choices(facts) if is_open and lot.tender.state == "closed" else (),
    )
