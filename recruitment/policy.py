"""Who may do what in a recruitment: one table (rulebook 1.1, 2.5)."""

from typing import Final

from accounts.domain import (
    AGENCY,
    AUDITOR,
    CENTRE_OPS,
    NOTARY,
    PERSONNEL,
    PURCHASER,
    REGULATOR,
    STAFF,
    Actor,
)
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _
from recruitment import queries
from trading.markets import method_of
from trading.models import Tender
from trading.sides import is_agency_of, is_personnel, is_purchaser_of


@condition(_("请先登录，由本人报名。"))
def is_person(actor: Actor, _subject: object) -> bool:
    """Have signed in: one applies for oneself, not for an organisation."""
    return actor.is_known


@condition(_("本项目不是招聘，不能报名。"))
def has_posts(_actor: Actor, tender: Tender) -> bool:
    """Be a call that persons answer."""
    return method_of(tender).has_posts


@condition(_("请先登录，由本人提出。"))
def is_known(actor: Actor, _subject: object) -> bool:
    """Have signed in: what one asks for or reports is answered to oneself."""
    return actor.is_known


@condition(_("本项目不是招聘，没有成绩复核，也没有对拟聘用人员的举报。"))
def is_recruitment(_actor: Actor, tender: Tender) -> bool:
    """Be a call that persons answer, whose scores and hires are told to the public."""
    return method_of(tender).has_posts


@condition(
    _(
        "招聘单位、招聘服务机构、人事综合管理部门、监督部门、公证机构和交易中心执行岗位的人员"
        "不得应聘本次招聘（回避）。"
    )
)
def is_not_of_the_recruiting_side(actor: Actor, tender: Tender) -> bool:
    """Act for nobody who decides here, reads what others said, or knows the seats."""
    own = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return not own and not actor.has(PERSONNEL, REGULATOR, AUDITOR, NOTARY, CENTRE_OPS)


@condition(_("只有招聘单位、人事综合管理部门和监督部门可以查阅报名信息。"))
def reads_details(actor: Actor, tender: Tender) -> bool:
    """Review the applications or oversee it."""
    return queries.reads_details(actor, tender)


@condition(_("答卷编号由交易中心执行人员保管，评卷的人不能查阅。"))
def is_centre_ops(actor: Actor, _subject: object) -> bool:
    """Belong to the centre's execution side, which seals the papers and does not mark them."""
    return actor.has(CENTRE_OPS)


@condition(_("随机数须由监督部门、公证员或人事综合管理部门现场给出，不得由组织抽取的人自己给出。"))
def gives_nonce(actor: Actor, _subject: object) -> bool:
    """Be somebody other than who committed the seed (rulebook 3.5)."""
    return actor.has(REGULATOR, NOTARY, PERSONNEL)


@condition(_("仅限本次面试的考官。"))
def is_examiner(actor: Actor, tender: Tender) -> bool:
    """Sit on the panel."""
    return queries.own_seat(actor, tender) is not None


@condition(_("竞聘上岗只接受本单位在职人员报名。"))
def is_called_for(actor: Actor, tender: Tender) -> bool:
    """Be of the unit, where only its own people may apply."""
    insiders = method_of(tender).open_to == "insiders"
    return not insiders or actor.has_for(tender.purchaser_id, STAFF)


@condition(_("公开遴选面向其他单位的在职人员，本单位人员不能报名。"))
def is_of_another_unit(actor: Actor, tender: Tender) -> bool:
    """Not be of the unit, where it looks for people who serve elsewhere."""
    serving = method_of(tender).open_to == "serving"
    return not serving or not actor.has_for(tender.purchaser_id, STAFF)


POLICY: Final = Policy(
    {
        "application.submit": (
            is_person,
            has_posts,
            is_called_for,
            is_of_another_unit,
            is_not_of_the_recruiting_side,
        ),
        "application.withdraw": (is_person, has_posts),
        "applicant.read": (reads_details,),
        "applicant.review": (is_purchaser_of,),
        "applicant.verify": (is_purchaser_of,),
        "applicant.disqualify": (is_personnel,),
        "post.settle": (is_personnel,),
        "script.mark": (is_agency_of,),
        "panel.commit": (is_agency_of,),
        "panel.draw": (gives_nonce,),
        "interview.mark": (is_examiner,),
        "examiner.replace": (is_personnel,),
        "interview.miss": (is_agency_of,),
        "appraisal.record": (is_agency_of,),
        "appraisal.correct": (is_personnel,),
        "extra.record": (is_personnel,),
        "applicant.check": (is_purchaser_of,),
        "hire.publicise": (is_agency_of,),
        "hire.file": (is_personnel,),
        "hire.contract": (is_purchaser_of,),
        "hire.decline": (is_purchaser_of,),
        "seating.read": (is_centre_ops,),
        "recount.file": (is_known, is_recruitment),
        "recount.answer": (is_agency_of,),
        "report.file": (is_known, is_recruitment),
        "report.answer": (is_personnel,),
    }
)
require = POLICY.require
allows = POLICY.allows
why_not = POLICY.why_not
