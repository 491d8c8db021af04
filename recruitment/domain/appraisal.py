"""What colleagues say of somebody who competes for a post inside the unit (民主测评)."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

GRADES: Final = {
    "excellent": _("优秀"),
    "competent": _("称职"),
    "basic": _("基本称职"),
    "incompetent": _("不称职"),
}
"""What a vote may say, the best first."""
MOST_VOTES: Final = 10_000
CENT: Final = Decimal("0.01")


def appraised(votes: Mapping[str, int], worth: Mapping[str, Decimal]) -> Decimal:
    """Give the score of an appraisal: the mean of what its votes are worth, to two places."""
    for grade in GRADES:
        if not 0 <= votes[grade] <= MOST_VOTES:
            message = _("票数应为 0 至 %(most)s 之间的整数。")
            raise Invalid("appraisal.votes", message, most=MOST_VOTES, field=grade)
    count = sum(votes[grade] for grade in GRADES)
    if not count:
        raise Invalid("appraisal.no_votes", _("没有有效票，不能登记。"), field="excellent")
    total = sum((votes[grade] * worth[grade] for grade in GRADES), Decimal(0))
    return (total / count).quantize(CENT, ROUND_HALF_UP)
