"""What a document may choose beside the usual ways of judging: any registered formula with its
parameters, and how marks are trimmed, equals told apart and figures rounded (rulebook 0.4, 4.7).

The formulas stand above this app. They come as offers; what a document chose is written out in its
scheme, words and all, so that the text that was announced can be read without them:

{"formula": {"slug": "second_mean", "params": {"full": "60", …}, "title": "…", …},
 "options": {"experts": {"drop_highest": 1, …}, "tie_break": ["price_low"],
             "rounding": {"score_decimals": 2, …}, "outliers": { … }, "partial_pct": "floor",
             "monetised": [ … ]}}               what is priced beside the sum: domain/priced.py
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.errors import Invalid
from kernel.params import Param
from kernel.reading import Fields
from kernel.text import gettext_noop as _
from trading.domain import priced


@dataclass(frozen=True)
class Settled:
    """What a formula with its parameters fixes: the marks of the price, the shares of the parts,
    the parts it needs, what it says itself of a case, and what is drawn.
    """

    full: Decimal | None
    weights: Mapping[str, str]
    needs: tuple[str, ...]
    fixed: tuple[str, ...]
    marked: bool
    drawn: bool
    printed: tuple[str, ...]
    raises: bool
    by_percent: bool


@dataclass(frozen=True)
class Offer:
    """A formula a document may choose, as its own file describes it."""

    slug: str
    title: str
    explanation: str
    params: tuple[Param, ...]
    settle: Callable[[Mapping[str, str]], Settled]
    rates: bool = False
    """Bids name the rate that is taken off the limit, in place of a sum."""

    @property
    def asked(self) -> tuple[Param, ...]:
        """Give the parameters that the document chooses."""
        return tuple(param for param in self.params if not param.of_lot)


@dataclass(frozen=True)
class Judging:
    """The ways of judging that stand above this app: the formulas of a market, whether the further
    rules of a document can be read, and a trial of the whole before it is announced.
    """

    offers: Mapping[str, Offer]
    check: Callable[[Mapping[str, Any]], None]
    rehearse: Callable[[Mapping[str, Any]], None]


FORMULA: Final = "formula"
"""The way of judging that names a formula of the registry."""
TIES: Final = {
    "price_low": _("报价低的在前"),
    "price_high": _("报价高的在前"),
    "technical_high": _("技术部分得分高的在前"),
    "commercial_high": _("商务部分得分高的在前"),
    "design_high": _("施工组织设计得分高的在前"),
    "management_high": _("项目管理机构得分高的在前"),
    "credit_high": _("信用得分高的在前"),
    "draw": _("公开抽签"),
}
"""What equals may be compared by, one after another."""
TRIM_LEVELS: Final = {"item": _("按单项"), "total": _("按各部分合计")}
MODES: Final = {"half_up": _("四舍五入"), "down": _("舍去尾数")}
OUTLYING: Final = {
    "exclude_from_benchmark": _("不参与基准价计算"),
    "invalid": _("否决投标"),
}
PARTIAL: Final = {
    "exact": _("按比例计算"),
    "floor": _("舍去不计"),
    "ceil": _("按 1% 计"),
}
GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "experts": {
        "drop_highest": _("去掉评委最高分（个）"),
        "drop_lowest": _("去掉评委最低分（个）"),
        "from_members": _("评委不少于几人时去掉"),
        "trim_level": _("去掉最高、最低分的范围"),
    },
    "rounding": {
        "score_decimals": _("得分保留小数位数"),
        "deviation_decimals": _("偏差百分数保留小数位数"),
        "mode": _("舍入方式"),
    },
    "outliers": {
        "lowest_below_second_pct": _("最低价低于次低价超过（%）的为异常"),
        "highest_above_second_pct": _("最高价高于次高价超过（%）的为异常"),
        "then": _("异常报价的处理"),
        "score": _("异常报价的固定价格分"),
    },
    "low_price": {
        "mean_share": _("低于报价平均值的这一比例，启动异常低价审查"),
        "next_share": _("低于次低报价的这一比例，启动异常低价审查"),
        "limit_share": _("低于最高限价的这一比例，启动异常低价审查"),
    },
}
"""The further rules of a document by the name they have in a case, with their words."""
PARTIAL_TITLE: Final = _("不足 1% 的偏差")
TIES_TITLE: Final = _("得分或者评审价相同时依次")
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "trim_level": TRIM_LEVELS,
    "mode": MODES,
    "then": OUTLYING,
    "partial_pct": PARTIAL,
}
"""The choices of those that are no numbers."""
WHOLE: Final = frozenset(
    {"drop_highest", "drop_lowest", "from_members", "score_decimals", "deviation_decimals"}
)
"""The numbers that are counts; the others are decimal strings."""
OF_MARKS: Final = frozenset({"experts", "rounding"})
"""What any document whose members mark may say; the rest belongs to a chosen formula."""
TITLES: Final = {
    "experts": _("评委打分去高去低"),
    "rounding": _("舍入规则"),
    "outliers": _("异常报价的处理"),
    "low_price": _("异常低价审查线"),
    "tie_break": _("并列时的次序"),
    "partial_pct": PARTIAL_TITLE,
    priced.NAME: priced.TITLE,
}
KEYS: Final = frozenset(TITLES) - {priced.NAME}
"""What a chosen formula may be given; what is priced belongs to the reviewed lowest price alone."""


def read_formula(given: Mapping[str, Any], judging: Judging | None) -> dict[str, Any]:
    """Read which formula a document chose, and write out what it says and fixes."""
    slug = str(given.get("slug", ""))
    offer = judging.offers.get(slug) if judging else None
    if offer is None:
        message = _("本市场没有可选的评分公式“%(slug)s”。")
        raise Invalid("scheme.formula", message, slug=slug[:40], field="method")
    body = Fields(given.get("params", {}), f"params({slug})")
    params = {param.name: f"{param.read(body):f}" for param in offer.asked}
    body.done()
    settled = offer.settle(params)
    return {
        "slug": slug,
        "title": offer.title,
        "explanation": offer.explanation,
        "params": params,
        "titles": {param.name: param.title for param in offer.asked},
        "needs": list(settled.needs),
        "fixed": list(settled.fixed),
        "weights": dict(settled.weights),
        "marked": settled.marked,
        "drawn": settled.drawn,
        "printed": list(settled.printed),
        "raises": settled.raises,
        "by_percent": settled.by_percent,
        "full": None if settled.full is None else f"{settled.full:f}",
        **({"rates": True} if offer.rates else {}),
    }


def read_options(
    given: Mapping[str, Any],
    formula: Mapping[str, Any],
    usable: frozenset[str],
    judging: Judging | None,
) -> dict[str, Any]:
    """Read the further rules of a document; what its formula fixes is not said a second time."""
    clean = {name: part for name, part in given.items() if part not in ({}, [], "", None)}
    unusable = sorted(set(clean) - usable)
    for group in sorted(set(clean) & set(GROUPS)):
        unusable += sorted(Fields(clean[group], group).given.keys() - GROUPS[group].keys())
    if unusable:
        raise _refused(
            "scheme.option_unknown",
            _("这种评标方法不能规定 %(names)s。"),
            unusable,
        )
    if twice := sorted(set(clean) & set(formula.get("fixed", ()))):
        raise _refused(
            "scheme.fixed_by_formula", _("所选公式已经规定 %(names)s，不能另行规定。"), twice
        )
    if "partial_pct" in clean and not formula["by_percent"]:
        raise _refused(
            "scheme.option_unused", _("所选公式不按百分点扣分，用不到 %(names)s。"), ["partial_pct"]
        )
    facts = clean.pop(priced.NAME, None)
    if clean and judging:
        judging.check(clean)
    return clean if facts is None else {**clean, priced.NAME: priced.read(facts)}


def _refused(code: str, message: str, names: Sequence[str]) -> Invalid:
    return Invalid(
        code,
        message,
        names="、".join(str(TITLES.get(name, name)) for name in names),
        field="scheme",
    )


def said(scheme: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Give the further rules of a document in words, as (title, values)."""
    options: Mapping[str, Any] = scheme.get("options", {})
    rows = [
        (title, [_worded(name, options[group][name])])
        for group, titles in GROUPS.items()
        for name, title in titles.items()
        if options.get(group, {}).get(name) is not None
    ]
    if chain := options.get("tie_break"):
        rows.append((TIES_TITLE, [TIES.get(rule, rule) for rule in chain]))
    if partial := options.get("partial_pct"):
        rows.append((PARTIAL_TITLE, [_worded("partial_pct", partial)]))
    return rows


def _worded(name: str, value: object) -> str:
    return WORDS.get(name, {}).get(str(value), str(value))


def said_params(scheme: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the parameters a document chose, in the words of its formula."""
    formula: Mapping[str, Any] = scheme.get("formula", {})
    titles = formula.get("titles", {})
    return [(titles[name], value) for name, value in formula.get("params", {}).items()]
