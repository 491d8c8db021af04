"""Who may do what to a tender: one table (rulebook 1.1)."""

from typing import Final

from accounts.domain import (
    AGENCY,
    BIDDER,
    CENTRE_ADMIN,
    CENTRE_OPS,
    NOTARY,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    SYSTEM,
    Actor,
)
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading import queries
from trading.domain import remedies
from trading.framework_conditions import (
    buys,
    buys_or_made,
    is_agreed_with,
    is_asked,
    may_buy,
)
from trading.markets import method_of, remedy_of
from trading.models import (
    Challenge,
    Complaint,
    Contract,
    Custodian,
    Enquiry,
    Intention,
)
from trading.sides import (
    Subject,
    is_agency_of,
    is_personnel,
    is_purchaser_of,
    is_purchasing_side,
    reads_drafts,
    reads_entries,
    registers_entries,
    returns_drafts,
    tender_of,
)


@condition(_("只有交易中心的决策人员可以调整工作日历。"))
def is_centre_admin(actor: Actor, _subject: object) -> bool:
    """Hold the decision role of the trading centre."""
    return actor.has(CENTRE_ADMIN)


@condition(_("采购意向由采购人起草和公开。"))
def is_any_purchaser(actor: Actor, _subject: object) -> bool:
    """Hold a purchaser's role anywhere."""
    return actor.has(PURCHASER)


@condition(_("采购意向由采购人起草和公开。"))
def intends(actor: Actor, intention: Intention) -> bool:
    """Act for the purchaser whose intention it is."""
    return actor.has_for(intention.purchaser_id, PURCHASER)


@condition(_("只有采购代理机构的人员可以创建采购项目。"))
def is_agency(actor: Actor, _subject: object) -> bool:
    """Hold the agency's role anywhere."""
    return actor.has(AGENCY)


@condition(_("只有被询问的优先购买权人可以答复。"))
def is_asked_holder(actor: Actor, subject: Subject) -> bool:
    """Act for a holder of a right of first refusal that was asked."""
    return queries.own_inquiries(actor, tender_of(subject)).exists()


@condition(_("只有招聘单位或人事综合管理部门可以操作。"))
def concludes_hires(actor: Actor, subject: Subject) -> bool:
    """Sign the contracts, or put out the last who was to sign one; what a standstill held up is
    concluded by the system when it ends.
    """
    return (
        actor == SYSTEM
        or actor.has_for(tender_of(subject).purchaser_id, PURCHASER)
        or actor.has(PERSONNEL)
    )


@condition(_("招聘岗位由本人报名，不以单位登记。"))
def takes_organisations(_actor: Actor, subject: Subject) -> bool:
    """Be a call that organisations, not persons, answer."""
    return not method_of(tender_of(subject)).has_posts


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


@condition(_("只有供应商（投标人）可以操作。请使用供应商账号登录。"))
def may_raise(actor: Actor, subject: Subject) -> bool:
    """Hold the bidder's role, or be any person where the law hears everybody (M74 39)."""
    hears = remedies.hears_public(remedy_of(tender_of(subject)))
    return bool(actor.organisations(BIDDER)) or (hears and actor.is_known)


@condition(_("本项目的采购人和代理机构不得对自己的项目提出。"))
def is_of_no_side(actor: Actor, subject: Subject) -> bool:
    """Be nobody of those who have to answer."""
    tender = tender_of(subject)
    own = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return not own


@condition(_("采购人和代理机构不得参加本项目投标。"))
def is_independent(actor: Actor, subject: Subject) -> bool:
    """Act for neither the purchaser nor the agency of this tender."""
    tender = tender_of(subject)
    return not actor.organisations(BIDDER) & {tender.purchaser_id, tender.agency_id}


@condition(_("本项目直接邀请全部协议有效的入围供应商，不必报名。"))
def takes_registrations(_actor: Actor, subject: Subject) -> bool:
    """Be a call one registers for; those shortlisted in a framework are asked without."""
    return not method_of(tender_of(subject)).asks_shortlisted


@condition(_("只有被邀请竞价的供应商可以操作。"))
def is_asked_to_compete(actor: Actor, subject: Subject) -> bool:
    """Be one of those shortlisted that are asked to compete."""
    return queries.is_asked(actor, tender_of(subject))


@condition(_("本项目采用单一来源方式，只邀请拟定的供应商参加。"))
def is_sole(actor: Actor, subject: Subject) -> bool:
    """Be the one supplier, where one alone is invited."""
    tender = tender_of(subject)
    return not method_of(tender).invites_sole or queries.is_sole_supplier(actor, tender)


@condition(_("本项目只有受邀请或者资格预审合格的单位可以参加。"))
def may_take_part(actor: Actor, subject: Subject) -> bool:
    """Be among those invited or who passed, where a list says who; else it is open to all."""
    return queries.may_take_part(actor, tender_of(subject))


@condition(_("请先报名参加本项目，再获取采购文件。"))
def is_registered(actor: Actor, subject: Subject) -> bool:
    """Have registered for a lot of this tender."""
    return bool(queries.registered_lots(actor, tender_of(subject)))


@condition(_("只有指定的密钥托管人本人可以登记公钥。"))
def is_this_custodian(actor: Actor, custodian: Custodian) -> bool:
    """Be the person named."""
    return actor.person_id is not None and actor.person_id == custodian.person_id


@condition(_("只有提出的单位可以撤回。"))
def is_filer(actor: Actor, filed: Challenge | Complaint | Enquiry) -> bool:
    """Belong to the organisation that filed it, or be the person who did for no organisation."""
    if filed.filer_id is None:
        return actor.is_known and actor.person_id == filed.filed_by_id
    return actor.has_for(filed.filer_id, BIDDER)


@condition(_("该市场不适用质疑，对结果有异议的请向交易机构提出。"))
def has_challenges(_actor: Actor, subject: Subject) -> bool:
    """Be of a market whose law has something raised with those who run the tender first."""
    return remedy_of(tender_of(subject)) is not None


@condition(_("合同由采购人与中标供应商签订。"))
def is_contract_party(actor: Actor, contract: Contract) -> bool:
    """Belong to the purchaser of the contract."""
    return actor.has_for(contract.lot.tender.purchaser_id, PURCHASER)


@condition(_("只有行政监督部门可以处理投诉。"))
def is_regulator(actor: Actor, _subject: object) -> bool:
    """Supervise: the authority that decides complaints."""
    return actor.has(REGULATOR)


@condition(_("只有收到投诉书副本的单位可以作出说明。"))
def has_copy(actor: Actor, filed: Complaint) -> bool:
    """Belong to an organisation that was sent a copy of the complaint (M94 22)."""
    mine = actor.organisations(PURCHASER, AGENCY, BIDDER)
    return filed.copies.filter(organisation_id__in=mine).exists()


@condition(_("只有行政监督部门、本项目的交易机构（出让人）或者交易中心可以决定暂停和恢复。"))
def orders_standstill(actor: Actor, subject: Subject) -> bool:
    """Supervise, or run the place where it happens: the centre, and of a sale its exchange."""
    tender = tender_of(subject)
    runs = method_of(tender).sells and actor.has_for(tender.agency_id, AGENCY)
    return actor.has(REGULATOR, CENTRE_OPS) or runs


@condition(_("只有行政监督部门可以认定成交结果无效、取消投标人的资格。"))
def voids_results(actor: Actor, _subject: object) -> bool:
    """Supervise: what somebody did unlawfully is found by the authority (LD39 25)."""
    return actor.has(REGULATOR)


@condition(_("仅限公证人员和监督部门给出定标抽签的随机数。"))
def gives_award_nonce(actor: Actor, _subject: object) -> bool:
    """Rulebook 3.5: a notary or the authority gives the nonce, never who committed to the seed."""
    return actor.has(NOTARY, REGULATOR)


@condition(_("该市场没有询问的程序。"))
def has_enquiries(_actor: Actor, subject: Subject) -> bool:
    """Be of a market whose law has suppliers ask at any time (GPL 51)."""
    remedy = remedy_of(tender_of(subject))
    return remedy is not None and bool(remedy.enquiries)


@condition(_("该市场没有向行政监督部门投诉的程序。"))
def has_complaints(_actor: Actor, subject: Subject) -> bool:
    """Be of a market whose law knows complaints to an authority."""
    remedy = remedy_of(tender_of(subject))
    return remedy is not None and remedy.complaints is not None


POLICY: Final = Policy(
    {
        "tender.draft": (is_agency,),
        "tender.change": (is_agency_of,),
        "tender.submit": (is_agency_of,),
        "tender.return": (returns_drafts,),
        "tender.approve": (is_purchaser_of,),
        "tender.approve_plan": (is_personnel,),
        "tender.submit_entry": (is_agency_of,),
        "tender.accept_entry": (registers_entries,),
        "tender.refuse_entry": (registers_entries,),
        "tender.read_entry": (reads_entries,),
        "tender.pre_disclose": (is_agency_of,),
        "tender.publish": (is_agency_of,),
        "tender.publicise_source": (is_agency_of,),
        "tender.drop_source": (is_purchasing_side,),
        "tender.publish_prequal": (is_agency_of,),
        "tender.amend_prequal": (is_agency_of,),
        "tender.close_applications": (is_system,),
        "tender.close_prequal": (is_purchaser_of,),
        "tender.publish_first_stage": (is_agency_of,),
        "tender.amend_first_stage": (is_agency_of,),
        "tender.close_proposals": (is_system,),
        "tender.call_second_stage": (is_purchaser_of,),
        "tender.admit_applicant": (is_purchasing_side,),
        "tender.void_bidding": (is_purchaser_of,),
        "prequal.take": (is_bidder, is_independent),
        "prequal.submit": (is_bidder, is_independent),
        "prequal.withdraw": (is_bidder, is_independent),
        "prequal.join": (is_bidder, is_independent),
        "prequal.leave": (is_bidder, is_independent),
        "prequal.review": (is_agency_of,),
        "prequal.read": (is_purchasing_side,),
        "proposal.take": (is_bidder, is_independent),
        "proposal.submit": (is_bidder, is_independent),
        "proposal.withdraw": (is_bidder, is_independent),
        "proposal.read": (is_purchasing_side,),
        "tender.amend": (is_agency_of,),
        "notice.record_medium": (is_agency_of,),
        "tender.extend": (is_system,),
        "tender.lapse": (is_system,),
        "tender.reprice": (is_purchaser_of,),
        "tender.restart": (is_system,),
        "tender.seal_reserve": (is_purchaser_of,),
        "priority.answer": (is_asked_holder,),
        "priority.expire": (is_system,),
        "tender.close": (is_system,),
        "tender.open": (moves_the_procedure,),
        "tender.confirm_record": (moves_the_procedure,),
        "tender.seat_committee": (moves_the_procedure,),
        "tender.begin_talks": (is_system,),
        "tender.request_quotes": (is_system,),
        "tender.close_quotes": (is_system,),
        "tender.submit_report": (is_system,),
        "tender.start_auction": (moves_the_procedure,),
        "tender.form_price": (is_system,),
        "tender.settle_posts": (is_personnel,),
        "tender.publish_written": (is_agency_of,),
        "tender.correct_scores": (is_agency_of,),
        "tender.confirm_shortlist": (is_purchaser_of,),
        "tender.rank": (is_agency_of,),
        "tender.publicise_hire": (is_agency_of,),
        "tender.conclude_hire": (concludes_hires,),
        "tender.fail": (moves_the_procedure,),
        "tender.suspend": (orders_standstill,),
        "tender.resume": (orders_standstill,),
        "tender.declare_failed": (is_purchasing_side,),
        "tender.retender": (is_agency_of,),
        "tender.stop_retendering": (is_purchaser_of,),
        "tender.terminate": (is_purchaser_of,),
        "tender.read_draft": (reads_drafts,),
        "custodian.name": (is_agency_of,),
        "invited.list": (is_agency_of,),
        "invited.give_nonce": (is_purchaser_of,),
        "custodian.register_key": (is_this_custodian,),
        "lot.register": (
            takes_organisations,
            takes_registrations,
            is_bidder,
            is_independent,
            is_sole,
            may_take_part,
        ),
        "competition.open": (may_buy,),
        "taker.judge": (is_agency_of,),
        "taker.confirm": (is_purchaser_of,),
        "taker.return": (is_purchaser_of,),
        "taker.answer": (is_bidder, is_independent, is_registered),
        "tender.settle_takers": (is_agency_of,),
        "price.explain": (is_bidder, is_asked_to_compete),
        "price.decide": (is_purchaser_of,),
        "document.download": (is_bidder, is_independent, is_registered),
        "question.ask": (is_bidder, is_independent, is_registered),
        "clarification.publish": (is_agency_of,),
        "award.decide": (is_purchaser_of,),
        "award.draw": (gives_award_nonce,),
        "award.pass_over": (is_purchaser_of,),
        "lot.void": (voids_results,),
        "bidder.disqualify": (voids_results,),
        "award.confirm": (is_purchaser_of,),
        "award.confirm_by_silence": (is_system,),
        "award.report": (is_purchasing_side,),
        "tender.publish_candidates": (is_purchasing_side,),
        "tender.publish_result": (is_agency_of,),
        "challenge.file": (may_raise, is_independent, is_of_no_side, has_challenges),
        "challenge.note": (moves_the_procedure,),
        "challenge.withdraw": (is_filer,),
        "challenge.accept": (is_purchasing_side,),
        "challenge.reject": (is_purchasing_side,),
        "challenge.answer": (is_purchasing_side,),
        "challenge.redress": (is_purchaser_of,),
        "enquiry.ask": (is_bidder, is_independent, is_of_no_side, has_enquiries),
        "enquiry.answer": (is_purchasing_side,),
        "enquiry.withdraw": (is_filer,),
        "complaint.file": (is_bidder, is_independent, has_complaints),
        "complaint.withdraw": (is_filer,),
        "complaint.accept": (is_regulator,),
        "complaint.return": (is_regulator,),
        "complaint.correct": (is_filer,),
        "complaint.refuse": (is_regulator,),
        "complaint.copy": (is_regulator,),
        "complaint.explain": (has_copy,),
        "complaint.extend": (is_regulator,),
        "complaint.hold": (is_regulator,),
        "complaint.release": (is_regulator,),
        "complaint.decide": (is_regulator,),
        "complaint.appeal": (is_regulator,),
        "complaint.reopen": (is_regulator,),
        "complaint.recheck": (is_regulator,),
        "contract.sign": (is_contract_party,),
        "contract.publish": (is_contract_party,),
        "contract.file": (is_contract_party,),
        "contract.accept": (is_contract_party,),
        "contract.end": (is_contract_party,),
        "framework.sign": (is_purchaser_of,),
        "framework.terminate": (is_purchaser_of,),
        "framework.end": (is_system,),
        "framework.ask_withdrawal": (is_agreed_with,),
        "framework.accept_withdrawal": (is_purchaser_of,),
        "framework.refuse_withdrawal": (is_purchaser_of,),
        "call_off.place": (may_buy,),
        "call_off.accept": (is_asked,),
        "call_off.refuse": (is_asked,),
        "call_off.skip": (buys,),
        "call_off.expire": (is_system,),
        "call_off.publish": (buys_or_made,),
        "call_off.sign": (buys,),
        "payment.record": (is_agency_of,),
        "tender.certify": (is_agency_of,),
        "tender.archive": (is_purchasing_side,),
        "calendar.declare_day": (is_centre_admin,),
        "intention.draft": (is_any_purchaser,),
        "intention.change": (intends,),
    }
)
require = POLICY.require
allows = POLICY.allows
why_not = POLICY.why_not
