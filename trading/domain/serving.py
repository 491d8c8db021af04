"""Selection (公开遴选): posts for people who serve in another unit, with years and a grade, and
with the consent of the unit they come from (rulebook 2.5).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.text import gettext_noop as _
from trading.domain.findings import Finding

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

GRADES: Final = (1, 13)
"""The grades of posts in public institutions: one is the highest, thirteen the lowest."""
YEARS: Final = (1, 40)


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """List posts that do not say how long and at which grade one must serve, or ask for less time
    than the rules.
    """
    least = facts.rules.value("service_years", "min")
    article = facts.rules.figure("service_years", "min").basis.article
    for lot in (lot for lot in facts.lots if lot.post):
        number = {"number": lot.number}
        years = lot.post.get("service_years")
        if years is None:
            message = _("岗位 %(number)s 没有写明在职年限要求。")
            yield Finding("lots.no_service", "lots", message, number, article)
        elif Decimal(years) < least:
            message = _("岗位 %(number)s 要求的在职年限少于 %(least)s 年。")
            told = {**number, "least": f"{least:f}"}
            yield Finding("lots.service_years", "lots", message, told, article)
        if lot.post.get("grade") is None:
            message = _("岗位 %(number)s 没有写明现任岗位等级要求。")
            yield Finding("lots.no_grade", "lots", message, number, article)
