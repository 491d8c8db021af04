"""Who may do what as, and for, social supervisors."""

from accounts.domain import (
    AGENCY,
    CENTRE_ADMIN,
    CENTRE_INSPECTOR,
    CENTRE_OPS,
    PURCHASER,
    REGULATOR,
    Actor,
)
from bidding.models import OpeningSession
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from monitoring import queries
from monitoring.models import Observation, Supervisor


@condition(_("仅限交易中心监督人员。"))
def inspects(actor: Actor, _subject: object) -> bool:
    """Hold the centre's supervision side."""
    return actor.has(CENTRE_INSPECTOR)


@condition(_("仅限交易中心决策人员颁发聘书。"))
def administers(actor: Actor, _subject: object) -> bool:
    """Hold the centre's decision side."""
    return actor.has(CENTRE_ADMIN)


@condition(_("请由被推荐人所在或推荐单位的人员登录后推荐。"))
def is_known(actor: Actor, _subject: object) -> bool:
    """Somebody is signed in."""
    return actor.is_known


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


POLICY = Policy(
    {
        "supervisor.nominate": (is_known,),
        "supervisor.vet": (inspects,),
        "supervisor.agree": (is_self,),
        "supervisor.appoint": (administers,),
        "supervision.draw": (inspects | administers,),
        "observation.file": (is_assigned,),
        "observation.supersede": (filed_it,),
        "observation.answer": (must_answer,),
        "observation.accept": (filed_it,),
        "observation.contest": (filed_it,),
        "observation.rule": (regulates,),
    }
)
require, allows, why_not = POLICY.require, POLICY.allows, POLICY.why_not
