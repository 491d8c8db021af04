"""异议 of state property and land, raised with whoever runs the sale or grant (SA32 30)."""

from dataclasses import replace
from datetime import date
from typing import Final

from kernel.calendar import local_date
from kernel.text import gettext_noop as _
from trading.domain.complaints import TO_LAND_AUTHORITY, TO_STATE_ASSETS
from trading.domain.remedies.matters import Matter, Remedy, Standing


def _while_disclosed(standing: Standing) -> date | None:
    """Until the disclosure ends."""
    return local_date(standing.bids_close_at) if standing.bids_close_at else None


def _while_the_result_stays(standing: Standing) -> date | None:
    """While the result is before the public (SA32 30)."""
    if standing.result_at is None:
        return None
    return standing.rules.last_day("result_stays", local_date(standing.result_at))


def _after_the_agreement(standing: Standing) -> date | None:
    """So many days from the notice of an agreement."""
    if standing.announced_at is None:
        return None
    announced = local_date(standing.announced_at)
    return standing.rules.last_day("agreement_objection", announced)


def _after_the_grant(standing: Standing) -> date | None:
    """So many days from the publication of the result."""
    if standing.result_at is None:
        return None
    return standing.rules.last_day("result_objection", local_date(standing.result_at))


OPEN: Final = frozenset(
    {
        *("announced", "no_taker", "closed", "bidding", "priced"),
        *("opened", "evaluating", "evaluated", "winner_confirmed"),
    }
)
"""The states in which an objection to the terms, taken up, lets the bidding wait: nobody bids, and
nobody is confirmed, on terms that may be wrong (rulebook 7).
"""
SALE_OBJECTIONS: Final = Remedy(
    slug="sale_objection",
    title=_("异议"),
    infix="YY",
    matters={
        # Anybody's, so that an objection does not tell who has registered.
        "document": Matter(
            _("信息披露"), _while_disclosed, "anybody", upheld="correct", holds=OPEN
        ),
        "result": Matter(_("交易结果"), _while_the_result_stays, "taker"),
    },
    answer="objection_answer",
    holds_from="accept",
    holds=frozenset({"winner_confirmed", "award_notified"}),
    held_because="异议正在处理，交易机构决定中止交易。",
    asks_effect=True,
    when=_("对信息披露的异议在披露期内提出，对交易结果的异议在结果公告期内提出。"),
    late=_("提出异议的期限已于 %(last)s 届满。"),
    then=_(
        "对答复不满意或逾期未答复的，可以向国有资产监督管理机构投诉，或者依照披露的约定申请仲裁、提起诉讼。"
    ),
    desk_accept=_("受理异议"),
    desk_answer=_("答复异议"),
    desk_wait=_("等待异议答复"),
    complaints=TO_STATE_ASSETS,
)
AGREEMENT_OBJECTIONS: Final = replace(
    SALE_OBJECTIONS,
    slug="agreement_objection",
    matters={
        "document": Matter(_("协议转让公告"), _after_the_agreement, "anybody"),
        # Nobody registers for an agreement, so nobody's standing depends on it.
        "result": Matter(_("交易结果"), _while_the_result_stays, "anybody"),
    },
    holds=SALE_OBJECTIONS.holds | {"priced"},
    when=_("对协议转让公告的异议在公告后的异议期内提出，对交易结果的异议在结果公告期内提出。"),
    then=_("对答复不满意或逾期未答复的，可以向国有资产监督管理机构投诉，或者依法提起诉讼。"),
)
"""What was agreed is objected to from its notice on: nobody was asked to compete."""
GRANT_OBJECTIONS: Final = replace(
    SALE_OBJECTIONS,
    slug="grant_objection",
    matters={
        "document": Matter(
            _("出让公告和出让文件"), _while_disclosed, "anybody", upheld="correct", holds=OPEN
        ),
        "result": Matter(_("出让结果"), _after_the_grant, "taker"),
    },
    held_because="异议正在处理，出让人决定中止。",
    when=_("对出让公告和出让文件的异议在申请截止前提出，对出让结果的异议在结果公布后提出。"),
    then=_(
        "对答复不满意或逾期未答复的，可以向自然资源主管部门投诉，或者依法申请行政复议、提起诉讼。"
    ),
    complaints=TO_LAND_AUTHORITY,
)
