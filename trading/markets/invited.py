"""Tender by invitation (邀请招标): an open tender but for who may take part (BL 17, BLR 8; GPL 29,
34).
"""

from dataclasses import replace
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain import invitations
from trading.domain.invitations import ByInvitation
from trading.domain.market import Method, Section

SECTION: Final = Section("invited", _("邀请对象"), ("invited",))
REGISTER_HINT: Final = _(
    "报名后即可免费下载招标文件、提出疑问。邀请了谁、谁报了名、各有几家，在开标前保密。"
)


def by_invitation(method: Method, how: ByInvitation, *, publish: str) -> Method:
    """Give the method that goes as another does, among those invited alone."""
    basic, *rest = method.sections
    return replace(
        method,
        slug="invited_tender",
        title=_("邀请招标"),
        sections=(basic, SECTION, *rest),
        demands=replace(method.demands, checks=(*method.demands.checks, invitations.findings)),
        by_invitation=how,
        media_article="",
        words={
            **method.words,
            "publish": _("发布招标公告并发出邀请"),
            "register_hint": REGISTER_HINT,
        },
        next={
            **method.next,
            **dict.fromkeys(method.lifecycle.moves["publish"].allowed, publish),
        },
    )


WORKS: Final = ByInvitation(
    grounds={
        "few": _("技术复杂、有特殊要求或者受自然环境限制，只有少量潜在投标人可供选择"),
        "cost": _("采用公开招标方式的费用占项目合同金额的比例过大"),
    },
    article="《招标投标法实施条例》第八条",
    threshold="mandatory_tender",
)
PURCHASE: Final = ByInvitation(
    grounds={
        "special": _("具有特殊性，只能从有限范围的供应商处采购"),
        "cost": _("采用公开招标方式的费用占政府采购项目总价值的比例过大"),
    },
    article="《政府采购法》第二十九条",
    threshold="open_tender_threshold",
    binds_always=True,
    sources={
        "library": _("省级以上人民政府财政部门建立的供应商库"),
        "recommended": _("采购人书面推荐"),
    },
    count_article="《政府采购货物和服务招标投标管理办法》第十四条",
)
