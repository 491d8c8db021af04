"""Government procurement (政府采购): open tender for goods and services."""

from kernel.text import gettext_noop as _
from trading.domain import TENDER
from trading.domain.market import Market, Method

OPEN_TENDER = Method(
    slug="open_tender",
    title=_("公开招标"),
    lifecycle=TENDER,
    steps=(
        (_("公告"), "tender.published"),
        (_("开标"), "tender.closed"),
        (_("评审"), "tender.committee_seated"),
        (_("定标"), "tender.evaluated"),
        (_("结果公告"), "tender.result_published"),
        (_("合同"), "tender.contracts_signed"),
        (_("归档"), "tender.archived"),
    ),
    next={
        "draft": _("采购代理机构完善采购文件，提交采购人审核"),
        "review": _("采购人审核采购文件"),
        "approved": _("采购代理机构发布招标公告"),
        "announced": _("投标截止，同时开标"),
        "closed": _("主持人宣布开标"),
        "opening": _("开标正在进行，开标结束后进入评审"),
        "opened": _("抽取评审专家，组建评标委员会"),
        "evaluating": _("评标委员会评审，提交评审报告"),
        "evaluated": _("采购人按排名顺序确定中标人"),
        "winner_confirmed": _("发布中标结果公告，发出中标通知书"),
        "award_notified": _("采购人与中标人签订合同"),
        "contracted": _("公告合同并报财政部门备案"),
        "archived": _("采购活动已结束，档案保存至少十五年"),
        "failed": _("本次采购废标，采购人可重新组织采购"),
        "terminated": _("本次采购已终止"),
    },
)

MARKET = Market(
    slug="procurement",
    title=_("政府采购"),
    prefix="ZC",
    methods={OPEN_TENDER.slug: OPEN_TENDER},
    categories={"goods": _("货物"), "services": _("服务")},
    words={
        "purchaser": _("采购人"),
        "agency": _("代理机构"),
        "bidder": _("供应商"),
        "lot": _("采购包"),
        "lot_number": _("第 %(number)s 包"),
        "number": _("包"),
        "budget": _("预算（元）"),
        "limit": _("最高限价（元）"),
        "documents": _("采购文件"),
        "closes": _("投标截止"),
    },
)
