"""What notices and results must say, market by market (rulebook 2.1 to 2.5)."""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.grounds import GROUND
from trading.periods.instruments import GPR, LD39, M74, M87, NT10, SA32, own_rule
from trading.periods.markets import DISCLOSED
from trading.periods.rule import Basis, Reach, Requirement

DOCUMENTS: Final = {
    "tender_notice": _("招标公告"),
    "candidate_publicity": _("中标候选人公示"),
    "result_notice": _("结果公告"),
    "disclosure": _("信息披露公告"),
    "announcement": _("出让公告"),
    "deal_confirmation": _("成交确认书"),
    "hire_publicity": _("拟聘用人员公示"),
    "transaction_class": _("统一交易标识码的分类"),
    GROUND: _("采用该方式的法定情形"),
    "panel_duty": _("评审小组的职责"),
}
CALLS: Final = ("tender_notice", "disclosure", "announcement")
"""The documents that call for bids or takers: a draft may be asked to say more in them."""
CLASS: Final = "transaction_class"
"""Under this name a place lists the classes of its transaction codes (rulebook 8.1)."""
PANEL: Final = "panel_duty"
"""Under this name stands what a panel does besides judging, by method."""
CONFIRMS: Final = "confirm_document"
"""The duty to confirm the document, or to have it mended, before anything else follows."""
LISTS: Final = frozenset({CLASS, GROUND, PANEL})
"""What is no document but a list somebody chooses from, or has to do."""
TENDERS: Final = ("open_tender", "invited_tender", "prequalified_tender", "framework")
ANNOUNCED: Final = tuple(method for method in TENDERS if method != "invited_tender")
"""The tenders whose notice stays before the public; an invitation goes to those it names."""
CONSORTIA: Final = ("open_tender", "invited_tender", "two_stage_tender")
"""The tenders of works whose call says of itself whether consortia may bid: who was prequalified
named its partners before.
"""


def _rows(
    document: str, reach: Reach, basis: Basis, wanted: dict[str, str]
) -> tuple[Requirement, ...]:
    return tuple(Requirement(code, title, document, basis, reach) for code, title in wanted.items())


CONSTRUCTION_FIELDS: Final = (
    *_rows("tender_notice", Reach("construction"), NT10.art(5), {
        "project": _("招标项目名称、内容、范围、规模、资金来源"),
        "qualification": _("投标资格能力要求"),
        "documents": _("获取招标文件的时间、方式"),
        "submission": _("递交投标文件的截止时间、方式"),
        "parties": _("招标人及代理机构名称、地址、联系人和联系方式"),
        "platform": _("电子招标投标交易平台网址和方法"),
        "other": _("其他依法应当载明的内容"),
    }),
    *_rows("tender_notice", Reach("construction", CONSORTIA), NT10.art(5), {
        "consortium": _("是否接受联合体投标"),
    }),
    *_rows("candidate_publicity", Reach("construction"), NT10.art(6), {
        "ranking": _("中标候选人排序、名称、投标报价、质量、工期"),
        "evaluation": _("评标情况"),
        "manager": _("承诺的项目负责人姓名及证书名称、编号"),
        "response": _("响应招标文件要求的资格能力条件"),
        "objection": _("提出异议的渠道和方式"),
    }),
    *_rows("result_notice", Reach("construction"), NT10.art(6), {"winner": _("中标人名称")}),
)  # fmt: skip
PROCUREMENT_FIELDS: Final = (
    *_rows("tender_notice", Reach("procurement", TENDERS), M87.art(13), {
        "parties": _("采购人及代理机构名称、地址和联系方法"),
        "budget": _("项目名称、预算金额、最高限价"),
        "requirement": _("采购需求"),
        "qualification": _("投标人资格要求"),
        "documents": _("获取招标文件的时间期限、地点、方式及售价"),
    }),
    *_rows("tender_notice", Reach("procurement", ANNOUNCED), M87.art(13), {
        "notice_period": _("公告期限"),
    }),
    *_rows("tender_notice", Reach("procurement", TENDERS), M87.art(13), {
        "opening": _("投标截止时间、开标时间及地点"),
        "contact": _("项目联系人姓名和电话"),
    }),
    *_rows("result_notice", Reach("procurement"), GPR.art(43), {
        "parties": _("采购人和代理机构名称、地址、联系方式"),
        "project": _("项目名称和编号"),
        "winner": _("中标或成交供应商名称、地址和金额"),
        "items": _("主要标的名称、规格型号、数量、单价、服务要求"),
        "experts": _("评审专家名单"),
    }),
    *_rows("result_notice", Reach("procurement"), M87.art(69), {
        "declarations": _("中标供应商的中小企业和本国产品声明函"),
    }),
    *_rows(PANEL, Reach("procurement", ("negotiation", "inquiry")), M74.art(8), {
        CONFIRMS: _("小组确认采购文件，之后才能谈判或者排序"),
    }),
    *_rows(PANEL, Reach("procurement", ("consultation",)), own_rule("本平台竞争性磋商规则"), {
        CONFIRMS: _("小组确认采购文件，之后才能磋商"),
    }),
)  # fmt: skip
PROPERTY_FIELDS: Final = _rows("disclosure", Reach("property", DISCLOSED), SA32.art(14), {
    "target": _("转让标的和转让方基本情况"),
    "approvals": _("内部决策及批准情况"),
    "valuation": _("评估核准或备案情况、近期审计数据"),
    "share": _("转让比例、转让底价、价款支付方式"),
    "conditions": _("受让方资格条件"),
    "priority": _("优先购买权情况"),
    "staff": _("职工安置、债权债务处理"),
    "management": _("管理层参与受让情况"),
    "deposit": _("保证金及其处置方式"),
    "bidding": _("竞价方式"),
    "special": _("特别事项披露"),
})  # fmt: skip
LAND_FIELDS: Final = (
    *_rows("announcement", Reach("land"), LD39.art(9), {
        "grantor": _("出让人名称和地址"),
        "lot": _("宗地界址、面积、现状、年期、用途、规划指标"),
        "qualification": _("竞买人资格要求和申请办法"),
        "documents": _("索取出让文件的时间、地点和方式"),
        "bidding": _("招标拍卖挂牌的时间、地点、期限和方式"),
        "winner_rule": _("确定中标人、竞得人的标准和方法"),
        "deposit": _("保证金数额、缴纳方式和截止时间"),
        "other": _("其他需要公告的事项"),
    }),
    *_rows("deal_confirmation", Reach("land"), LD39.art(20), {
        "parties": _("出让人和竞得人名称"),
        "object": _("出让标的"),
        "deal": _("成交时间、地点、价款"),
        "contract": _("签订出让合同的时间、地点"),
    }),
)  # fmt: skip
TALENT_FIELDS: Final = _rows("hire_publicity", Reach("talent"), own_rule("本平台招聘公示规则"), {
    "person": _("姓名、准考证号"),
    "post": _("招聘单位和岗位"),
    "scores": _("笔试、面试和总成绩"),
    "masked": _("身份证件号码须隐去"),
    "objection": _("公示期和反映问题的渠道"),
})  # fmt: skip
