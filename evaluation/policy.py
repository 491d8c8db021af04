"""Who may do what in an evaluation."""

from accounts.domain import AGENCY, CENTRE_OPS, NOTARY, PURCHASER, REGULATOR, Actor
from evaluation import queries
from evaluation.models import Evaluation
from evaluation.queries import factors
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from trading.models import Tender


@condition(_("仅限交易中心执行人员或采购代理机构组织抽取。"))
def organises(actor: Actor, evaluation: Evaluation) -> bool:
    """Act for the centre or the agency, which run the draw."""
    return actor.has(CENTRE_OPS) or actor.has_for(evaluation.tender.agency_id, AGENCY)


@condition(_("随机数须由监督部门、公证员或采购人现场给出，不得由组织抽取的人自己给出。"))
def gives_nonce(actor: Actor, evaluation: Evaluation) -> bool:
    """Somebody other than who committed the seed gives the nonce (rulebook 3.5)."""
    return actor.has(REGULATOR, NOTARY) or actor.has_for(evaluation.tender.purchaser_id, PURCHASER)


@condition(_("随机数由投标人、监督部门、公证员或招标人给出。"))
def gives_factor_nonce(actor: Actor, tender: Tender) -> bool:
    """Be one of those before whose eyes the factor is drawn (rulebook 3.5)."""
    given = actor.has(REGULATOR, NOTARY) or actor.has_for(tender.purchaser_id, PURCHASER)
    return given or factors.bids_in(actor, tender)


@condition(_("仅限本项目评标委员会成员。"))
def is_seated(actor: Actor, evaluation: Evaluation) -> bool:
    """Sit on this committee."""
    return queries.seat_of(actor, evaluation) is not None


@condition(_("请先签到、阅知投标人名单并签署承诺。"))
def has_pledged(actor: Actor, evaluation: Evaluation) -> bool:
    """Have signed the pledge: before it nobody judges (rulebook 4.2)."""
    seat = queries.seat_of(actor, evaluation)
    return seat is not None and seat.state == "pledged"


@condition(_("采购人代表由采购人委派。"))
def is_purchaser(actor: Actor, evaluation: Evaluation) -> bool:
    """Act for the purchaser."""
    return actor.has_for(evaluation.tender.purchaser_id, PURCHASER)


@condition(_("投标文件仅限已签署承诺的评标委员会成员、资格审查期间的审查人和监督部门查阅。"))
def reads_bids(actor: Actor, evaluation: Evaluation) -> bool:
    """Read a bid's files: members who pledged, whoever checks qualification while it lasts, and
    the regulator (rulebook 1.3).
    """
    checks = evaluation.state == "qualification" and checks_qualification.holds(actor, evaluation)
    return has_pledged.holds(actor, evaluation) or checks or actor.has(REGULATOR)


@condition(_("仅限评标委员会组长。"))
def leads(actor: Actor, evaluation: Evaluation) -> bool:
    """Lead this committee."""
    seat = queries.seat_of(actor, evaluation)
    return seat is not None and seat.lead


@condition(_("资格审查由采购人或采购代理机构负责（财政部令第87号第四十四条）。"))
def checks_qualification(actor: Actor, evaluation: Evaluation) -> bool:
    """Act for the purchaser or its agency (M87 art. 44)."""
    tender = evaluation.tender
    return actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)


POLICY = Policy(
    {
        "evaluation.freeze_pool": (organises,),
        "evaluation.draw": (gives_nonce,),
        "evaluation.start": (organises,),
        "factor.draw": (gives_factor_nonce,),
        "seat.act": (is_seated,),
        "seat.appoint": (is_purchaser,),
        "seat.remove": (organises,),
        "lead.vote": (is_seated, has_pledged),
        "qualification.decide": (checks_qualification,),
        "conformity.vote": (is_seated, has_pledged),
        "conformity.close": (leads,),
        "scorecard.score": (is_seated, has_pledged),
        "scorecard.reopen": (leads,),
        "score.keep": (is_seated, has_pledged),
        "low_price.ask": (leads,),
        "low_price.decide": (is_seated, has_pledged),
        "bid_clarification.ask": (leads,),
        "bid_clarification.judge": (is_seated, has_pledged),
        "motion.put": (leads,),
        "rejection.put": (is_seated, has_pledged),
        "motion.vote": (is_seated, has_pledged),
        "document.judge": (is_seated, has_pledged),
        "solution.vote": (is_seated, has_pledged),
        "round.open": (leads,),
        "quotes.request": (leads,),
        "evaluation.summarise": (leads,),
        "report.draft": (leads,),
        "report.sign": (is_seated, has_pledged),
        "bid.read_files": (reads_bids,),
    }
)
require, allows, why_not = POLICY.require, POLICY.allows, POLICY.why_not
