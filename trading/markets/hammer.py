"""A sale or a grant by auction with calls (拍卖): its market's open room, but for what a hammer
changes in the words.
"""

from collections.abc import Mapping
from dataclasses import replace

from kernel.text import gettext_noop as _
from trading.domain.market import Method

HAMMER = _("拍卖")


def under_the_hammer(
    method: Method, *, variant: str, closed: str, then: Mapping[str, str], words: Mapping[str, str]
) -> Method:
    """Give the method that goes as another does, but that its room is an auction: `closed` says
    that it is waited for, `then` what comes next where that differs, `words` what else does.
    """
    life = method.lifecycle
    titles = {**life.titles, "closed": closed, "bidding": _("拍卖中")}
    return replace(
        method,
        lifecycle=replace(life, variant=variant, titles=titles),
        steps=tuple(
            (HAMMER if began == "tender.auction_started" else title, began)
            for title, began in method.steps
        ),
        next={**method.next, "closed": _("拍卖按公告的时间开始"), **then},
        words={**method.words, **words},
    )
