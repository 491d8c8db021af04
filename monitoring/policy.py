"""Who may do what as, and for, social supervisors."""

from accounts.domain import (
    AGENCY,
    AUDITOR,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    PURCHASER,
    REGULATOR,
    ROLES,
    Actor,
)
from accounts.models import Organisation
from bidding.domain import OVER
from bidding.models import OpeningSession
from bidding.policy import leads_session
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from monitoring import queries
from monitoring.domain import shown_roles
from monitoring.models import Observation, Recording, Supervisor


@condition(_("仅限交易中心监督人员。"))
def inspects(actor: Actor, _subject: object) -> bool:
    """Hold the centre's supervision side."""
    return actor.has(CENTRE_INSPECTOR)


@condition(_("仅限交易中心决策人员颁发聘书。"))
def administers(actor: Actor, _subject: object) -> bool:
    """Hold the centre's decision side."""
    return actor.has(CENTRE_ADMIN)


@condition(_("由冻结名单以外的人抽取：交易中心、主持开标的单位或监督部门。"))
def oversees(actor: Actor, _subject: object) -> bool:
    """Stand for the centre's supervision or decision side, or for the regulator."""
    return actor.has(CENTRE_INSPECTOR, CENTRE_ADMIN, REGULATOR)


@condition(_("请先登录。"))
def is_known(actor: Actor, _subject: object) -> bool:
    """Somebody is signed in."""
    return actor.is_known


@condition(_("由推荐单位自己的人员提交推荐。"))
def works_for_unit(actor: Actor, unit: Organisation) -> bool:
    """Hold some role for the unit that nominates."""
    return actor.has_for(unit.pk, *ROLES)


@condition(_("仅限本人。"))
def is_self(actor: Actor, supervisor: Supervisor) -> bool:
    """Be the supervisor."""
    return actor.person_id == supervisor.person_id


@condition(_("仅限被抽取到本场开标且未回避的社会监督员。"))
def is_assigned(actor: Actor, session: OpeningSession) -> bool:
    """Be drawn for this opening."""
    return queries.own_supervision(actor, session) is not None


@condition(_("仅限提出该意见的社会监督员。"))
def filed_it(actor: Actor, observation: Observation) -> bool:
    """Have filed this observation."""
    return actor.person_id == observation.supervision.supervisor.person_id


@condition(_("由主持开标的采购人、采购代理机构或交易中心答复。"))
def must_answer(actor: Actor, observation: Observation) -> bool:
    """Lead the opening the observation is about."""
    tender = observation.supervision.session.tender
    return (
        actor.has_for(tender.agency_id, AGENCY)
        or actor.has_for(tender.purchaser_id, PURCHASER)
        or actor.has(CENTRE_OPS)
    )


@condition(_("仅限行政监督部门裁定。"))
def regulates(actor: Actor, _subject: object) -> bool:
    """Act for the regulator."""
    return actor.has(REGULATOR)


@condition(_("仅限监督部门和交易中心监督人员核查线索。"))
def looks_into_leads(actor: Actor, _subject: object) -> bool:
    """Act for the regulator or for the centre's inspection."""
    return actor.has(REGULATOR, CENTRE_INSPECTOR)


@condition(_("开标已经结束，录像不再向社会公开播放。"))
def is_public_live(_actor: Actor, recording: Recording) -> bool:
    """M87 art. 39 and rulebook 1.3: the hall is public while it is open, the recording is not."""
    return recording.camera.visibility == "public" and recording.session.state not in OVER


@condition(_("录像仅供本场社会监督员、主持方、交易中心和监督部门调阅。"))
def reviews(actor: Actor, recording: Recording) -> bool:
    """Have a duty that the recording serves."""
    session = recording.session
    return (
        queries.own_supervision(actor, session) is not None
        or actor.has(CENTRE_OPS, CENTRE_ADMIN, CENTRE_INSPECTOR, REGULATOR, AUDITOR)
        or actor.has_for(session.tender.agency_id, AGENCY)
        or actor.has_for(session.tender.purchaser_id, PURCHASER)
    )


@condition(_("期限日历仅限交易中心、行政监督和审计部门查看；您自己的期限列在“我的工作”。"))
def reads_deadlines(actor: Actor, _subject: object) -> bool:
    """Work for the centre, the authority or audit."""
    return bool(shown_roles(actor))


POLICY = Policy(
    {
        "deadlines.see": (reads_deadlines,),
        "service.rate": (is_known,),
        "recording.watch": (is_public_live | reviews,),
        "supervisor.nominate": (is_known, works_for_unit),
        "supervisor.read": (oversees,),
        "supervisor.vet": (inspects,),
        "supervisor.agree": (is_self,),
        "supervisor.appoint": (administers,),
        "supervisor.suspend": (inspects,),
        "supervisor.resume": (inspects,),
        "supervisor.resign": (is_self,),
        "supervisor.dismiss": (administers,),
        "supervision.freeze_pool": (inspects,),
        "supervision.draw": (oversees | leads_session,),
        "observation.file": (is_assigned,),
        "observation.supersede": (filed_it,),
        "observation.answer": (must_answer,),
        "observation.accept": (filed_it,),
        "observation.contest": (filed_it,),
        "observation.rule": (regulates,),
        "lead.file": (),
        "lead.add": (),
        "lead.answer": (looks_into_leads,),
        "lead.close": (looks_into_leads,),
    }
)
require, allows, why_not = POLICY.require, POLICY.allows, POLICY.why_not
