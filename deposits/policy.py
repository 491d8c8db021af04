"""Who may do what with the money around a bid: one table (rulebook 1.1)."""

from typing import Final

from accounts.domain import AGENCY, AUDITOR, BANK, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from deposits import queries
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading.models import Contract, Tender
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


@condition(_("只有本项目的采购人（保函受益人）可以索赔和登记答复。"))
def is_beneficiary(actor: Actor, tender: Tender) -> bool:
    """Be the purchaser of the tender, in whose favour its letters are."""
    return actor.has_for(tender.purchaser_id, PURCHASER)


@condition(_("只有参加本项目的供应商可以查看本单位的保证金。"))
def bids_for_somebody(actor: Actor, _subject: object) -> bool:
    """Act for an organisation that bids."""
    return bool(actor.organisations(BIDDER))


@condition(_("投标截止后才有各家的凭证。"))
def is_settled(_actor: Actor, tender: Tender) -> bool:
    """Be past closing, when the receipts have become rows."""
    return queries.is_settled(tender)


@condition(_("只有签订这份合同的中标人可以提交履约保证金。"))
def is_winner(actor: Actor, contract: Contract) -> bool:
    """Act for the supplier of a contract."""
    return actor.has_for(contract.supplier_id, BIDDER)


@condition(_("只有本项目的采购人可以释放履约保证金。"))
def is_owner(actor: Actor, contract: Contract) -> bool:
    """Act for the purchaser of a contract."""
    return actor.has_for(contract.lot.tender.purchaser_id, PURCHASER)


@condition(_("只有本项目的采购人或行政监督部门可以决定。"))
def decides_security(actor: Actor, contract: Contract) -> bool:
    """Be the purchaser of the contract, or the regulator."""
    return actor.has_for(contract.lot.tender.purchaser_id, PURCHASER) or actor.has(REGULATOR)


@condition(_("只有合同双方、代理机构、交易中心和监督部门可以查看履约保证金。"))
def may_know_security(actor: Actor, contract: Contract) -> bool:
    """Be a party of the contract, its agency, the centre's execution side, or oversight."""
    tender = contract.lot.tender
    parties = (
        (contract.supplier_id, BIDDER),
        (tender.purchaser_id, PURCHASER),
        (tender.agency_id, AGENCY),
    )
    return actor.has(CENTRE_OPS, REGULATOR, AUDITOR) or any(
        actor.has_for(body, role) for body, role in parties
    )


POLICY: Final = Policy(
    {
        "receipt.note": (is_bank,),
        "deposit.see_own": (bids_for_somebody,),
        "deposit.open_account": (is_bidder, is_independent, is_registered),
        "guarantee.hand_in": (is_bidder, is_independent, is_registered),
        "guarantee.show": (is_bidder, is_independent, is_registered),
        "deposit.print_slip": (is_centre_ops, is_settled),
        "refund.see": (is_centre_ops,),
        "refund.confirm": (is_centre_ops,),
        "security.see": (may_know_security,),
        "security.lodge": (is_winner,),
        "security.receive": (is_centre_ops,),
        "security.release": (is_owner,),
        "security.drop": (decides_security,),
        "security.return": (is_centre_ops,),
        "deposit.forfeit": (decides_forfeits,),
        "forfeit.undo": (decides_forfeits,),
        "hold.lift": (decides_forfeits,),
        "claim.make": (is_beneficiary,),
        "claim.answer": (is_beneficiary,),
        "security.forfeit": (decides_security,),
        "security.restore": (decides_security,),
    }
)
require = POLICY.require
allows = POLICY.allows
why_not = POLICY.why_not
