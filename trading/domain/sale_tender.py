"""What a sale of state property by tender (招投标) needs before its disclosure (SA32 13, 22)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kernel.text import gettext_noop as _
from trading.domain import predisclosure, priority, sale, weighing
from trading.domain.completeness import Demands, custody_findings
from trading.domain.findings import Finding, unwritten

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

ARTICLE: Final = "《企业国有资产交易监督管理办法》"
JUDGING: Final = "《招标投标法》第十九条"


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a disclosure lacks: what every sale has, and where bids are opened."""
    yield from sale.basic(facts)
    yield from unwritten((("place", facts.place, _("开标地点")),), ARTICLE)


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for what a bid has to meet: for nothing else the panel may reject it."""
    if not facts.conformity:
        message = _("没有响应性评审条款。")
        yield Finding("conformity.none", "conformity", message, {}, JUDGING)


def judging(facts: "TenderFacts") -> Iterable[Finding]:
    """Hold the way of judging to its rules, by the law of tenders."""
    found = [*weighing.findings(facts.scheme, facts.rules), *facts.rehearsed]
    return [replace(one, article=JUDGING) for one in found]


TENDER: Final = Demands(
    checks=(
        basic,
        sale.lots,
        terms,
        judging,
        sale.dates,
        priority.checks,
        predisclosure.checks,
        sale.documents,
        custody_findings,
    ),
    dates={"bids_close_at": "disclosed_until"},
    first_dates=predisclosure.dates,
    first_section="pre_disclosure",
)
