"""What a grant of land by tender (招标出让) needs before its announcement (LD39 9, 13, 14)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kernel.text import gettext_noop as _
from trading.domain import listing, weighing
from trading.domain.completeness import Demands, custody_findings
from trading.domain.findings import Finding, undated, unwritten

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第九条"
JUDGING: Final = "《招标拍卖挂牌出让国有建设用地使用权规定》第十四条"


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List what an announcement lacks: what every grant has, and where bids are opened."""
    yield from listing.basic(facts)
    yield from unwritten((("place", facts.place, _("开标地点")),), ARTICLE)


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for what a bid has to meet: for nothing else the committee may reject it."""
    if not facts.conformity:
        message = _("没有响应性评审条款。")
        yield Finding("conformity.none", "conformity", message, {}, ARTICLE)


def judging(facts: "TenderFacts") -> Iterable[Finding]:
    """Hold the way of judging to its rules, by the law of grants."""
    found = [*weighing.findings(facts.scheme, facts.rules), *facts.rehearsed]
    return [replace(one, article=JUDGING) for one in found]


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the one date an announcement chooses itself, while it is open."""
    yield from undated((("bids_close_at", facts.bids_close_at, _("投标截止时间")),), ARTICLE)


TENDER: Final = Demands(
    checks=(basic, listing.lots, terms, judging, dates, listing.documents, custody_findings),
    dates={"bids_close_at": "sale_begins"},
)
