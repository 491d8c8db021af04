"""Who may do what with the money around a bid: one table (rulebook 1.1)."""

from typing import Final

from accounts.domain import BANK, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading.models import Tender
from trading.policy import is_bidder, is_independent, is_registered


@condition(_("只有开户银行的接口账号可以通知收款。"))
def is_bank(actor: Actor, _subject: object) -> bool:
    """Be the machine of the bank that keeps the account."""
    return actor.has(BANK)


@condition(_("只有交易中心执行人员可以确认退款。"))
def is_centre_ops(actor: Actor, _subject: object) -> bool:
    """Belong to the centre's execution side, which keeps the money."""
    return actor.has(CENTRE_OPS)


@condition(_("只有本项目的采购人或行政监督部门可以决定。"))
def decides_forfeits(actor: Actor, tender: Tender) -> bool:
    """Be the purchaser of the tender, or the regulator."""
    return actor.has_for(tender.purchaser_id, PURCHASER) or actor.has(REGULATOR)


@condition(_("只有参加本项目的供应商可以查看本单位的保证金。"))
def bids_for_somebody(actor: Actor, _subject: object) -> bool:
    """Act for an organisation that bids."""
    return bool(actor.organisations(BIDDER))


POLICY: Final = Policy(
    {
        "receipt.note": (is_bank,),
        "deposit.see_own": (bids_for_somebody,),
        "deposit.open_account": (is_bidder, is_independent, is_registered),
        "guarantee.hand_in": (is_bidder, is_independent, is_registered),
        "guarantee.show": (is_bidder, is_independent, is_registered),
        "refund.see": (is_centre_ops,),
        "refund.confirm": (is_centre_ops,),
        "deposit.forfeit": (decides_forfeits,),
        "forfeit.undo": (decides_forfeits,),
    }
)
require = POLICY.require
allows = POLICY.allows
why_not = POLICY.why_not
