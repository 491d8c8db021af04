"""Who may do what with a framework agreement and what is called off from it."""

from accounts.domain import BIDDER, PURCHASER, Actor
from kernel.policy import condition
from kernel.text import gettext_noop as _
from trading import queries
from trading.models import CallOff, FrameworkAgreement, Tender


@condition(_("只有本框架协议的供应商可以申请退出。"))
def is_agreed_with(actor: Actor, made: FrameworkAgreement) -> bool:
    """Belong to the supplier of this agreement."""
    return actor.has_for(made.supplier_id, BIDDER)


@condition(_("只有适用本框架协议的采购人可以采购。"))
def may_buy(actor: Actor, tender: Tender) -> bool:
    """Purchase for an organisation that may call off from this framework."""
    return queries.may_buy(actor, tender)


@condition(_("只有提出这次采购的采购人可以操作。"))
def buys(actor: Actor, made: CallOff) -> bool:
    """Purchase for the organisation that called off."""
    return actor.has_for(made.purchaser_id, PURCHASER)


@condition(_("只有提出这次采购的采购人或者征集人可以公告成交结果。"))
def buys_or_made(actor: Actor, made: CallOff) -> bool:
    """Purchase for whoever called off, or for whoever made the framework (M110 16)."""
    maker = made.lot.tender.purchaser_id
    return actor.has_for(made.purchaser_id, PURCHASER) or actor.has_for(maker, PURCHASER)


@condition(_("只有被询问的供应商可以答复。"))
def is_asked(actor: Actor, made: CallOff) -> bool:
    """Belong to the supplier that is asked now."""
    asked = made.agreement
    return asked is not None and actor.has_for(asked.supplier_id, BIDDER)
