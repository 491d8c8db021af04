"""Who may do what to a tender: one table (rulebook 1.1)."""

from typing import Final

from accounts.domain import AGENCY, BIDDER, CENTRE_OPS, PURCHASER, SYSTEM, Actor
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading import queries
from trading.models import Challenge, Contract, Custodian, Lot, Tender

Subject = Tender | Lot | Challenge | Contract | Custodian


@condition(_("只有采购代理机构的人员可以创建采购项目。"))
def is_agency(actor: Actor, _subject: object) -> bool:
    """Hold the agency's role anywhere."""
    return actor.has(AGENCY)


@condition(_("只有本项目的采购代理机构可以操作。"))
def is_agency_of(actor: Actor, subject: Subject) -> bool:
    """Hold the agency's role for the agency of this tender."""
    return actor.has_for(tender_of(subject).agency_id, AGENCY)


@condition(_("只有本项目的采购人可以操作。"))
def is_purchaser_of(actor: Actor, subject: Subject) -> bool:
    """Hold the purchaser's role for the purchaser of this tender."""
    return actor.has_for(tender_of(subject).purchaser_id, PURCHASER)


@condition(_("只有本项目的采购人或其委托的代理机构可以操作。"))
def is_purchasing_side(actor: Actor, subject: Subject) -> bool:
    """Belong to the purchaser or its agency."""
    tender = tender_of(subject)
    return actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)


@condition(_("此步骤由系统或开标主持人、代理机构按程序推进。"))
def moves_the_procedure(actor: Actor, subject: Subject) -> bool:
    """Be the system, the host of the hall, or the agency."""
    agency_id = tender_of(subject).agency_id
    return actor == SYSTEM or actor.has(CENTRE_OPS) or actor.has_for(agency_id, AGENCY)


@condition(_("此步骤只能由系统在到期时执行。"))
def is_system(actor: Actor, _subject: object) -> bool:
    """Be the clock itself."""
    return actor == SYSTEM


@condition(_("只有供应商（投标人）可以操作。请使用供应商账号登录。"))
def is_bidder(actor: Actor, _subject: object) -> bool:
    """Hold the bidder's role for an organisation."""
    return actor.has(BIDDER) and bool(actor.organisations(BIDDER))


@condition(_("采购人和代理机构不得参加本项目投标。"))
def is_independent(actor: Actor, subject: Subject) -> bool:
    """Act for neither the purchaser nor the agency of this tender."""
    tender = tender_of(subject)
    return not actor.organisations(BIDDER) & {tender.purchaser_id, tender.agency_id}


@condition(_("请先报名参加本项目，再获取采购文件。"))
def is_registered(actor: Actor, subject: Subject) -> bool:
    """Have registered for a lot of this tender."""
    return bool(queries.registered_lots(actor, tender_of(subject)))


@condition(_("只有指定的密钥托管人本人可以登记公钥。"))
def is_this_custodian(actor: Actor, custodian: Custodian) -> bool:
    """Be the person named."""
    return actor.person_id is not None and actor.person_id == custodian.person_id


@condition(_("只有提出质疑的供应商可以撤回。"))
def is_filer(actor: Actor, challenge: Challenge) -> bool:
    """Belong to the organisation that filed the challenge."""
    return actor.has_for(challenge.filer_id, BIDDER)


@condition(_("合同由采购人与中标供应商签订。"))
def is_contract_party(actor: Actor, contract: Contract) -> bool:
    """Belong to the purchaser of the contract."""
    return actor.has_for(contract.lot.tender.purchaser_id, PURCHASER)


POLICY: Final = Policy(
    {
        "tender.draft": (is_agency,),
        "tender.change": (is_agency_of,),
        "tender.submit": (is_agency_of,),
        "tender.return": (is_purchaser_of,),
        "tender.approve": (is_purchaser_of,),
        "tender.publish": (is_agency_of,),
        "tender.amend": (is_agency_of,),
        "tender.close": (is_system,),
        "tender.open": (moves_the_procedure,),
        "tender.confirm_record": (moves_the_procedure,),
        "tender.seat_committee": (moves_the_procedure,),
        "tender.submit_report": (is_system,),
        "tender.start_auction": (moves_the_procedure,),
        "tender.form_price": (is_system,),
        "tender.fail": (moves_the_procedure,),
        "tender.terminate": (is_purchaser_of,),
        "tender.read_draft": (is_purchasing_side,),
        "custodian.name": (is_agency_of,),
        "custodian.register_key": (is_this_custodian,),
        "lot.register": (is_bidder, is_independent),
        "document.download": (is_bidder, is_independent, is_registered),
        "question.ask": (is_bidder, is_independent, is_registered),
        "clarification.publish": (is_agency_of,),
        "award.confirm": (is_purchaser_of,),
        "award.confirm_by_silence": (is_system,),
        "tender.publish_result": (is_agency_of,),
        "challenge.file": (is_bidder, is_independent),
        "challenge.withdraw": (is_filer,),
        "challenge.accept": (is_purchasing_side,),
        "challenge.reject": (is_purchasing_side,),
        "challenge.answer": (is_purchasing_side,),
        "contract.sign": (is_contract_party,),
        "contract.publish": (is_contract_party,),
        "contract.file": (is_contract_party,),
        "tender.archive": (is_purchasing_side,),
    }
)
require = POLICY.require
allows = POLICY.allows
why_not = POLICY.why_not


def tender_of(subject: Subject) -> Tender:
    """Give the tender a subject belongs to."""
    if isinstance(subject, Tender):
        return subject
    if isinstance(subject, Contract):
        return subject.lot.tender
    return subject.tender
