"""On which grounds the law lets something be bought otherwise than by an open tender (BLR 8; GPL 29
to 32; C214 3). A place neither adds to them nor takes away.
"""

from typing import Final

from kernel.text import gettext_noop as _
from trading.periods.instruments import BLR, C214, GPL
from trading.periods.rule import Basis, Reach, Requirement

GROUND: Final = "method_ground"
"""Under this name the rows stand among what documents say."""
COMPLEX: Final = _("技术复杂或者性质特殊，不能确定详细规格或者具体要求")
SOLE: Final = {
    "sole": _("只能从唯一供应商处采购"),
    "urgent": _("发生了不可预见的紧急情况，不能从其他供应商处采购"),
    "top_up": _("须保证原有采购项目一致性或者服务配套的要求，继续从原供应商处添购"),
}


def _of(market: str, method: str, basis: Basis, grounds: dict[str, str]) -> list[Requirement]:
    reach = Reach(market, (method,))
    return [Requirement(code, title, GROUND, basis, reach) for code, title in grounds.items()]


METHOD_GROUNDS: Final = (
    *_of("construction", "invited_tender", BLR.art(8), {
        "few": _("技术复杂、有特殊要求或者受自然环境限制，只有少量潜在投标人可供选择"),
        "cost": _("采用公开招标方式的费用占项目合同金额的比例过大"),
    }),
    *_of("procurement", "invited_tender", GPL.art(29), {
        "special": _("具有特殊性，只能从有限范围的供应商处采购"),
        "cost": _("采用公开招标方式的费用占政府采购项目总价值的比例过大"),
    }),
    *_of("procurement", "negotiation", GPL.art(30), {
        "no_tender": _("招标后没有供应商投标、没有合格标的或者重新招标未能成立"),
        "complex": COMPLEX,
        "urgent": _("采用招标所需时间不能满足用户紧急需要"),
        "no_total": _("不能事先计算出价格总额"),
    }),
    *_of("procurement", "inquiry", GPL.art(32), {
        "standard": _("货物规格、标准统一，现货货源充足且价格变化幅度小"),
    }),
    *_of("procurement", "single_source", GPL.art(31), SOLE),
    *_of("procurement", "consultation", C214.art(3), {
        "services": _("政府购买服务项目"),
        "complex": COMPLEX,
        "no_total": _(
            "因艺术品采购、专利、专有技术或者服务的时间、数量事先不能确定等原因，不能事先计算出价格总额"
        ),
        "research": _("市场竞争不充分的科研项目，以及需要扶持的科技成果转化项目"),
    }),
)  # fmt: skip
