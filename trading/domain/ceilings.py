"""What follows an offer of the highest price of a parcel (最高限价, rulebook 5.2): a draw, one
sealed quote each, or more of something that is promised beside the price.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _

BRANCHES: Final = {
    "lottery": _("摇号"),
    "one_shot": _("一次报价"),
    "conditions": _("竞争条件（竞配建、竞自持、竞品质）"),
}
NOBODY: Final = {"offeror": _("由报出最高限价者竞得"), "unsold": _("不成交")}
"""What happens at the highest price when nobody joins, quotes or promises anything."""
NEAREST: Final = {
    "absolute": _("最接近各报价平均价者得"),
    "not_above": _("不高于各报价平均价且最接近者得"),
}
PAYS: Final = {"quote": _("按本人的一次报价成交"), "cap": _("按最高限价成交")}
PROMISED: Final = {
    "area": _("无偿配建面积（平方米）"),
    "years": _("自持年限（年）"),
    "score": _("建设品质得分（分）"),
}
"""What may be promised beside the price."""
OVER_PERCENT: Final = (Decimal("0.01"), Decimal(50))
HUNDRED: Final = Decimal(100)
KEPT: Final = ("kind", "nobody", "nearest", "pays", "promised")


@dataclass(frozen=True)
class Branch:
    """What follows the highest price: by how much a quote may exceed it, in percent, who of those
    who quoted wins and what is paid; or what is promised, in which steps and up to how much.
    """

    kind: str = "lottery"
    nobody: str = "offeror"
    over: Decimal | None = None
    nearest: str = "absolute"
    pays: str = "quote"
    promised: str = ""
    step: Decimal | None = None
    most: Decimal | None = None


LOTTERY: Final = Branch()
"""The usual one: lots are drawn."""


def read(given: Branch, window_s: int) -> dict[str, Any]:
    """Clean what follows the highest price; each kind has numbers of its own."""
    _one_of(
        BRANCHES,
        given.kind,
        Invalid("auction.after", _("请选择达到最高限价之后如何决定。"), field="after"),
    )
    _one_of(
        NOBODY,
        given.nobody,
        Invalid("auction.nobody", _("请选择无人参加摇号时如何处理。"), field="nobody"),
    )
    common = {"kind": given.kind, "window_s": window_s, "nobody": given.nobody}
    return common | _OWN.get(given.kind, _nothing)(given)


def _nothing(_given: Branch) -> dict[str, Any]:
    return {}


def _quotes(given: Branch) -> dict[str, Any]:
    _one_of(
        NEAREST,
        given.nearest,
        Invalid("auction.nearest", _("请选择一次报价如何确定竞得人。"), field="nearest"),
    )
    _one_of(
        PAYS,
        given.pays,
        Invalid("auction.pays", _("请选择一次报价后按什么价格成交。"), field="pays"),
    )
    least, most = OVER_PERCENT
    if given.over is None or not least <= given.over <= most:
        raise Invalid(
            "auction.over",
            _("一次报价可超出最高限价的幅度应为 %(least)s%% 至 %(most)s%%。"),
            least=f"{least:f}",
            most=f"{most:f}",
            field="over",
        )
    share = f"{(given.over / HUNDRED).normalize():f}"
    return {"over": share, "nearest": given.nearest, "pays": given.pays}


def _conditions(given: Branch) -> dict[str, Any]:
    _one_of(
        PROMISED,
        given.promised,
        Invalid("auction.promised", _("请选择竞争的是什么条件。"), field="promised"),
    )
    step, most = given.step, given.most
    if step is None or most is None or step <= 0 or most <= 0 or most % step:
        raise Invalid(
            "auction.condition",
            _("竞争条件的幅度和上限应大于零，上限应为幅度的整数倍。"),
            field="most" if step else "step",
        )
    return {"promised": given.promised, "step": f"{step:f}", "most": f"{most:f}"}


def _one_of(known: Mapping[str, str], given: str, refusal: Invalid) -> None:
    if given not in known:
        raise refusal


_OWN: Final = {"one_shot": _quotes, "conditions": _conditions}


def branch_of(after: Mapping[str, Any]) -> Branch:
    """Give back what `read` cleaned, as a form shows it."""
    said: dict[str, Any] = {n: after[n] for n in KEPT if n in after}
    said |= {n: Decimal(after[n]) for n in ("step", "most") if n in after}
    if "over" in after:
        said["over"] = _plain(Decimal(after["over"]) * HUNDRED)
    return Branch(**said)


def _plain(number: Decimal) -> Decimal:
    """Leave out zeros that say nothing: 2.500 is 2.5, and 30 stays 30."""
    return Decimal(f"{number.normalize():f}")


def shown(after: Mapping[str, Any]) -> dict[str, Any]:
    """Give what follows the highest price in the types pages write."""
    branch = branch_of(after)
    return {
        "kind": branch.kind,
        "title": BRANCHES[branch.kind],
        "nobody": NOBODY[branch.nobody],
        "seconds": after["window_s"],
        "over": f"{branch.over:f}" if branch.over else "",
        "nearest": NEAREST[branch.nearest],
        "pays": PAYS[branch.pays],
        "promised": PROMISED.get(branch.promised, ""),
        "step": after.get("step", ""),
        "most": after.get("most", ""),
    }
