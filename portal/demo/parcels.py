"""The parcels of the town and who applies for them: made-up names and figures."""

from dataclasses import dataclass
from decimal import Decimal

from trading.domain.ceilings import LOTTERY, Branch


@dataclass(frozen=True)
class Grant:
    """One parcel: what it is, its money, who applied, what they offered, and who went on.

    `steps` are offers in the listing days and `timed` those of the timed auction: by whom, how
    many steps above the start price. `days` are working days from now to the listing's begin.
    """

    name: str
    category: str
    state: str
    particulars: dict[str, str]
    lowest: int
    start: int
    increment: int
    takers: tuple[str, ...] = ()
    steps: tuple[tuple[str, int], ...] = ()
    timed: tuple[tuple[str, int], ...] = ()
    days: int = 0
    method: str = "land_listing"
    ceiling: int = 0
    branch: Branch = LOTTERY
    """The highest price, where there is one, and what decides there."""

    @property
    def title(self) -> str:
        """Give the title of its call."""
        return f"{self.name}国有建设用地使用权"


def parcel(
    location: str, boundary: str, area: str, use: str, years: str, ratio: str
) -> dict[str, str]:
    """Describe a parcel; all land the town grants is cleared."""
    return {
        "location": location,
        "boundary": boundary,
        "area": area,
        "condition": "净地，通路、通水、通电，场地平整",
        "use": use,
        "years": years,
        "plot_ratio": ratio,
        "density": "不大于 28%",
        "green": "不小于 35%",
        "height": "不超过 60 米",
    }


LIVE = Grant(
    "清政储〔2026〕8 号地块",
    "residence",
    "live",
    parcel(
        "清河市文化路以东、建设路以北",
        "东至规划支路，南至建设路，西至文化路，北至清河大学",
        "32640.5",
        "城镇住宅用地（兼容商业不超过百分之十）",
        "住宅七十年，商业四十年",
        "大于 1.0 且不大于 2.2",
    ),
    380_000_000,
    400_000_000,
    5_000_000,
    ("heng", "jin", "xin"),
    (("jin", 0), ("heng", 1), ("jin", 3)),
)
GRANTS = (
    LIVE,
    Grant(
        "清政储〔2026〕11 号地块",
        "commerce",
        "listed",
        parcel(
            "清河市滨河大道以南、会展路以西",
            "东至会展路，南至滨河公园，西至规划支路，北至滨河大道",
            "18206.0",
            "商业服务业用地",
            "四十年",
            "不大于 3.0",
        ),
        96_000_000,
        102_000_000,
        1_000_000,
        ("heng", "xin"),
        (("xin", 0), ("heng", 2), ("xin", 3)),
        days=-4,
        ceiling=118_000_000,
        branch=Branch("conditions", promised="area", step=Decimal(100), most=Decimal(2000)),
    ),
    Grant(
        "清政储〔2026〕12 号地块",
        "industry",
        "announced",
        parcel(
            "清河市产业集聚区纬三路以北",
            "东至经五路，南至纬三路，西至绿源净水，北至规划绿带",
            "66700.0",
            "二类工业用地",
            "五十年",
            "不小于 1.2",
        ),
        25_600_000,
        26_000_000,
        500_000,
        ("jin",),
        days=8,
        ceiling=31_000_000,
        branch=Branch("one_shot", over=Decimal(5)),
    ),
    Grant(
        "清政储〔2026〕15 号地块",
        "commerce",
        "announced",
        parcel(
            "清河市站前路以东、铁西街以南",
            "东至规划支路，南至站前广场，西至站前路，北至铁西街",
            "9120.0",
            "商业服务业用地",
            "四十年",
            "不大于 2.5",
        ),
        48_000_000,
        50_000_000,
        500_000,
        ("heng", "xin"),
        days=6,
        method="land_auction",
    ),
    Grant(
        "清政储〔2026〕3 号地块",
        "residence",
        "archived",
        parcel(
            "清河市人民路以南、学府路以西",
            "东至学府路，南至规划支路，西至市第三中学，北至人民路",
            "41873.2",
            "城镇住宅用地",
            "七十年",
            "大于 1.0 且不大于 1.8",
        ),
        310_000_000,
        330_000_000,
        3_000_000,
        ("heng", "jin", "xin"),
        (("heng", 0), ("xin", 1), ("jin", 2)),
        (("heng", 3), ("xin", 5), ("heng", 6), ("xin", 9)),
        days=-40,
    ),
    Grant(
        "清政储〔2026〕5 号地块",
        "leisure",
        "failed",
        parcel(
            "清河市龙泉镇温泉村",
            "东至龙泉河，南至村道，西至山体，北至省道",
            "88020.0",
            "旅游用地",
            "四十年",
            "不大于 0.6",
        ),
        52_000_000,
        54_000_000,
        1_000_000,
        ("xin",),
        days=-20,
    ),
    Grant(
        "清政储〔2026〕14 号地块",
        "residence",
        "draft",
        parcel(
            "清河市新区纬一路以南",
            "东至经三路，南至规划学校，西至经二路，北至纬一路",
            "27410.0",
            "城镇住宅用地",
            "七十年",
            "大于 1.0 且不大于 2.0",
        ),
        205_000_000,
        210_000_000,
        2_000_000,
    ),
)
