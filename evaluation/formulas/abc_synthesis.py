"""Synthesis of control price, one drawn bid and the lowest bid (ABC 合成法, M5)."""

from collections.abc import Mapping
from decimal import Decimal

from evaluation.pipeline.formula import Formula, Param
from kernel.text import gettext_noop as _


def steps(params: Mapping[str, str]) -> dict[str, object]:
    """Weigh lowered control price, a drawn bid and the lowest: C gets what A and B leave."""
    share_a, share_b = Decimal(params["share_a"]), Decimal(params["share_b"])
    return {
        "market": "construction",
        "benchmark": {
            "kind": "weighted",
            "factor": params["factor"],
            "parts": [
                {
                    "of": "given",
                    "value": params["control_price"],
                    "down": params["control_down"],
                    "share": f"{share_a:f}",
                },
                {"of": "drawn_bid", "share": f"{share_b:f}"},
                {"of": "lowest", "share": f"{1 - share_a - share_b:f}"},
            ],
        },
        "curve": {
            "kind": "deviation",
            "full": params["full"],
            "per_pct_above": params["per_pct_above"],
            "per_pct_below": params["per_pct_below"],
        },
    }


FORMULA = Formula(
    slug="abc_synthesis",
    title=_("ABC 合成法"),
    explanation=_(
        "基准价 ＝（控制价 ×（1 － 下浮率）× A ＋ 抽中的报价 × B ＋ 最低报价 × C）× 系数；"
        "C 为 1 减 A、B。"
    ),
    markets=("construction",),
    params=(
        Param("full", _("价格分满分"), "60", "10", "100"),
        Param("control_price", _("控制价（元）"), "1000000", "0.01", "10000000000000", of_lot=True),
        Param("control_down", _("控制价下浮率"), "0.08", "0", "0.30"),
        Param("share_a", _("A：控制价权重"), "0.5", "0", "0.6"),
        Param("share_b", _("B：抽中报价权重"), "0.3", "0", "0.4"),
        Param("factor", _("抽取的系数"), "0.97", "0.80", "1"),
        Param("per_pct_above", _("每高 1% 扣分"), "1", "0", "10"),
        Param("per_pct_below", _("每低 1% 扣分"), "0.5", "0", "10"),
    ),
    steps=steps,
    monotone=False,
    drawn=True,
)
