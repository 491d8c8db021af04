"""Who stands on which side of a tender: the conditions of the table of permissions that ask for no
more than a role and a state.
"""

from accounts.domain import AGENCY, CENTRE_OPS, PERSONNEL, PURCHASER, Actor
from kernel.policy import condition
from kernel.text import gettext_noop as _
from trading.models import (
    CallOff,
    Challenge,
    Complaint,
    Contract,
    Custodian,
    Enquiry,
    FrameworkAgreement,
    Lot,
    Tender,
)

Subject = (
    Tender
    | Lot
    | Challenge
    | Complaint
    | Enquiry
    | Contract
    | Custodian
    | FrameworkAgreement
    | CallOff
)


def tender_of(subject: Subject) -> Tender:
    """Give the tender a subject belongs to."""
    if isinstance(subject, Tender):
        return subject
    if isinstance(subject, Contract | FrameworkAgreement | CallOff):
        return subject.lot.tender
    return subject.tender


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


@condition(_("只有本项目的采购人可以退回；招聘计划由人事综合管理部门退回。"))
def returns_drafts(actor: Actor, subject: Subject) -> bool:
    """Be the purchaser, or the personnel authority to which a plan was put."""
    tender = tender_of(subject)
    own = actor.has_for(tender.purchaser_id, PURCHASER)
    return own or (tender.state == "planned" and actor.has(PERSONNEL))


@condition(_("草稿只有本项目的采购人或其委托的代理机构可以查看。"))
def reads_drafts(actor: Actor, subject: Subject) -> bool:
    """Belong to the purchaser or its agency, or be asked to approve the plan."""
    tender = tender_of(subject)
    own = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return own or (tender.state == "planned" and actor.has(PERSONNEL))


@condition(_("只有人事综合管理部门可以操作。"))
def is_personnel(actor: Actor, _subject: object) -> bool:
    """Belong to the personnel authority."""
    return actor.has(PERSONNEL)


@condition(_("进场登记只由交易中心的执行人员核对。"))
def registers_entries(actor: Actor, _subject: object) -> bool:
    """Carry out for the centre."""
    return actor.has(CENTRE_OPS)


@condition(_("进场登记只有招标人、招标代理和交易中心的执行人员可以查看。"))
def reads_entries(actor: Actor, subject: Subject) -> bool:
    """Belong to the purchaser or its agency, or carry out for the centre."""
    tender = tender_of(subject)
    own = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return own or (actor.has(CENTRE_OPS) and tender.state in {"entry_review", "registered"})
