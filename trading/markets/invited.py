"""Tender by invitation (邀请招标): an open tender but for who may take part (BL 17, BLR 8; GPL 29,
34).
"""

from dataclasses import replace
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain import invitations
from trading.domain.grounds import Departure
from trading.domain.invitations import ByInvitation
from trading.domain.market import Method, Section

SECTION: Final = Section("invited", _("邀请对象"), ("invited",))
REGISTER_HINT: Final = _(
    "报名后即可免费下载招标文件、提出疑问。邀请了谁、谁报了名、各有几家，在开标前保密。"
)


def by_invitation(method: Method, how: ByInvitation, departs: Departure, *, publish: str) -> Method:
    """Give the method that goes as another does, among those invited alone."""
    basic, *rest = method.sections
    return replace(
        method,
        slug="invited_tender",
        title=_("邀请招标"),
        sections=(basic, SECTION, *rest),
        demands=replace(method.demands, checks=(*method.demands.checks, invitations.findings)),
        departs=departs,
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


WORKS: Final = ByInvitation()
OF_WORKS: Final = Departure("mandatory_tender", "invited", binds_always=False)
PURCHASE: Final = ByInvitation(
    sources={
        "library": _("省级以上人民政府财政部门建立的供应商库"),
        "recommended": _("采购人书面推荐"),
    },
    count_article="《政府采购货物和服务招标投标管理办法》第十四条",
)
OF_PURCHASE: Final = Departure(section="invited")
