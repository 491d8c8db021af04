"""Who may register whom, and who may grant or end which role (rulebook 1.1, 1.2)."""

from accounts import domain
from accounts.domain import CENTRE_ADMIN, OVERSIGHT, Actor, RoleWish
from accounts.models import Organisation
from kernel.policy import Policy, condition
from kernel.text import gettext_noop as _


@condition(_("您已登录。如需为新单位注册，请先退出，或由交易中心决策人员办理。"))
def is_nobody_yet(actor: Actor, _subject: object) -> bool:
    """Tell whether the visitor has no account yet."""
    return not actor.is_known


@condition(_("只有交易中心决策人员可以办理。"))
def is_centre_admin(actor: Actor, _subject: object) -> bool:
    """Tell whether the actor administers the centre."""
    return actor.has(CENTRE_ADMIN)


@condition(_("只有本单位管理员或交易中心决策人员可以办理。"))
def administers(actor: Actor, organisation: Organisation | None) -> bool:
    """Tell whether the actor is the administrator of the organisation, and works there still."""
    return organisation is not None and domain.administers(
        actor, organisation.pk, organisation.administrator_id
    )


@condition(_("请先登录。"))
def is_known(actor: Actor, _subject: object) -> bool:
    """Tell whether the actor has signed in."""
    return actor.is_known


@condition(_("只能由本单位管理员为本单位已具备的角色授权，其他角色由交易中心决策人员授予。"))
def delegates(actor: Actor, wish: RoleWish) -> bool:
    """Tell whether the actor hands on a market role that their own organisation already has."""
    return wish.role in wish.delegable and domain.administers(
        actor, wish.organisation_id, wish.administrator_id
    )


@condition(_("不能给自己授予角色。"))
def is_for_another(actor: Actor, wish: RoleWish) -> bool:
    """Tell whether the role is for somebody else: nobody makes himself something."""
    return wish.person_id != actor.person_id


@condition(_("只有本人、本单位管理员或交易中心决策人员可以终止这个角色。"))
def is_own(actor: Actor, wish: RoleWish) -> bool:
    """Tell whether the role is the actor's own."""
    return actor.is_known and wish.person_id == actor.person_id


@condition(_("只有交易中心决策、监督人员、行政监督和审计部门可以查看。"))
def oversees(actor: Actor, _subject: object) -> bool:
    """Tell whether the actor administers or oversees people."""
    return actor.has(*OVERSIGHT)


POLICY = Policy(
    {
        "supplier.register": (is_nobody_yet,),
        "person.register_oneself": (is_nobody_yet,),
        "organisation.register": (is_centre_admin,),
        "organisation.change": (administers | is_centre_admin,),
        "person.register": (administers | is_centre_admin,),
        "person.change": (is_known,),
        "people.see": (oversees,),
        "role.grant": (delegates | is_centre_admin, is_for_another),
        "role.end": (is_own | delegates | is_centre_admin,),
        "access.see": (oversees,),
    }
)
require = POLICY.require
why_not = POLICY.why_not
allows = POLICY.allows
