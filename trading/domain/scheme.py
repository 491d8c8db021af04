"""The scoring scheme: a tree of criteria with marks, or the lowest evaluated price (M87 54, 55).

A scheme is plain JSON, frozen with the tender text, so that evaluation and verifiers read the very
same rule:

{"method": "comprehensive" | "lowest_price" | … (METHODS),
 "criteria": [{"code": "T1", "part": "technical" | "commercial" | "policy", "title": "…",
               "full": "20", "subjective": true, "rule": "…", "children": [ … ]}],
 "price": {"weight": "30", "factor_from": "0.95", …},
 "deductions": {"small_firm": "0.10", "consortium": "0.04", "domestic": "0.20"},
 "ties": "…"}                  by which rule the purchaser chooses among equals; none, and lots do
 "formula", "options"          a registered formula in place of a usual way, and further rules:
                               domain/formulas.py

Marks and rates are decimal strings. Only leaves are scored; a branch has the sum of its leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading.domain.formulas import FORMULA, KEYS, OF_MARKS, Judging, read_formula, read_options

METHODS: Final = {
    "comprehensive": _("综合评分法"),
    "lowest_price": _("最低评标价法"),
    "drawn_mean": _("综合评估法（平均价乘以抽取的系数）"),
    "mean_deviation": _("综合评估法（平均价偏差）"),
    "reviewed_lowest": _("经评审的最低投标价法"),
    "price_first": _("价格优先法"),
    "quality_first": _("质量优先法"),
    "highest_price": _("价高者得"),
    "best_offer": _("综合评分，价格越高得分越高"),
    FORMULA: _("其他评分公式"),
}
MARKED: Final = frozenset(
    {"comprehensive", "drawn_mean", "mean_deviation", "quality_first", "best_offer"}
)
"""The methods in which members mark criteria; in the others the best price is first."""
UNPRICED: Final = frozenset({"quality_first"})
"""The methods whose marks are all of quality: a price need only keep within its limit (M110)."""
CHOSEN: Final = frozenset({"comprehensive", "lowest_price"})
"""The methods of procurement law: its deductions lower the price of small firms, and its document
may let the purchaser choose among equals (M87 54, 57).
"""
LONGEST_RULE: Final = 300
DRAWN: Final = frozenset({"drawn_mean"})
"""The methods with a factor that is drawn in public before the price score."""
SLOPES: Final = {"per_pct_above": ("1", "0", "10"), "per_pct_below": ("0.5", "0", "10")}
PRICE_PARAMS: Final[Mapping[str, Mapping[str, tuple[str, str, str]]]] = {
    "mean_deviation": SLOPES,
    "drawn_mean": {
        "factor_from": ("0.95", "0.80", "1"),
        "factor_step": ("0.005", "0.001", "0.02"),
        "factor_count": ("7", "2", "50"),
        **SLOPES,
    },
}
"""What a document may choose of the price score: the usual value, the least and the most."""
PARTS: Final = {
    "technical": _("技术部分"),
    "commercial": _("商务部分"),
    "policy": _("政策功能"),
    "design": _("施工组织设计"),
    "management": _("项目管理机构"),
    "credit": _("信用"),
}
USUAL_PARTS: Final = ("technical", "commercial", "policy")
"""The parts every document has; the others belong to formulas that ask for them."""
DEDUCTIONS: Final = {
    "small_firm": _("小型、微型企业价格扣除"),
    "consortium": _("联合体或分包价格扣除"),
    "domestic": _("本国产品价格扣除"),
}
FULL_MARKS: Final = Decimal(100)
DEEPEST: Final = 3
MOST_CRITERIA: Final = 60

_CRITERION_KEYS = frozenset({"code", "part", "title", "full", "subjective", "rule", "children"})
_SCHEME_KEYS = frozenset(
    {"method", "criteria", "price", "deductions", "ties", "formula", "options"}
)


@dataclass(frozen=True)
class Leaf:
    """One criterion that is scored: its code, its part, its title with the branch it stands on."""

    code: str
    part: str
    title: str
    branch: str
    full: Decimal
    subjective: bool
    rule: str


def read(scheme: Mapping[str, Any], judging: Judging | None = None) -> dict[str, Any]:
    """Check the form of a scheme and give it back clean; a malformed one is refused by place.

    `judging` offers the registered formulas; without it there are none to choose.
    """
    _known(_mapping(scheme), _SCHEME_KEYS, "scheme")
    method = scheme.get("method", "")
    if not isinstance(method, str) or method not in METHODS:
        raise _malformed(_("请选择评标方法。"))
    clean: dict[str, Any] = {"method": method, "deductions": _deductions(scheme)}
    if rule := str(scheme.get("ties") or "").strip():
        if method not in CHOSEN:
            raise _malformed(
                _("只有政府采购文件可以规定由采购人在并列的候选人中确定。"), field="ties"
            )
        clean["ties"] = _text(rule, LONGEST_RULE, _("并列第一的确定方式"))
    if method == FORMULA:
        clean["formula"] = read_formula(_mapping(scheme.get("formula", {})), judging)
    if options := _options(scheme, clean, judging):
        clean["options"] = options
    if is_marked(clean):
        if is_priced(clean):
            clean["price"] = _price_of(scheme, clean)
        clean["criteria"] = _criteria(scheme.get("criteria", []), depth=1, part="")
        _unique_codes(clean)
    return clean


def leaves(scheme: Mapping[str, Any]) -> list[Leaf]:
    """List the criteria that are scored, in the order of the document."""
    return [leaf for branch in scheme.get("criteria", []) for leaf in _leaves(branch, "")]


def is_marked(scheme: Mapping[str, Any]) -> bool:
    """Tell whether members mark criteria under a scheme."""
    return scheme.get("method") in MARKED or bool(formula_of(scheme).get("marked"))


def is_priced(scheme: Mapping[str, Any]) -> bool:
    """Tell whether the price earns marks, where anything does."""
    formula = formula_of(scheme)
    return formula["full"] is not None if formula else scheme.get("method") not in UNPRICED


def formula_of(scheme: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the formula a document chose from the registry; empty where a usual way stands."""
    formula: Mapping[str, Any] = scheme.get("formula", {})
    return formula


def title_of(scheme: Mapping[str, Any]) -> str:
    """Name the way of judging of a document: by its formula, where it chose one."""
    named = formula_of(scheme).get("title") or METHODS.get(scheme.get("method", ""), "")
    return str(named)


def tie_rule(scheme: Mapping[str, Any]) -> str:
    """Give the rule by which the purchaser chooses among equals; empty where lots decide."""
    return str(scheme.get("ties", ""))


def is_drawn(scheme: Mapping[str, Any]) -> bool:
    """Tell whether chance decides something of the price score: a factor, or whose prices count."""
    return scheme.get("method") in DRAWN or bool(formula_of(scheme).get("drawn"))


def price_weight(scheme: Mapping[str, Any]) -> Decimal:
    """Give the marks of the price: all of them where the best price wins."""
    if scheme and not is_marked(scheme):
        return FULL_MARKS
    return Decimal(scheme.get("price", {}).get("weight", "0"))


def part_totals(scheme: Mapping[str, Any]) -> dict[str, Decimal]:
    """Add up the full marks of each part, the price among them, as they count in the total."""
    totals = {part: Decimal(0) for part in USUAL_PARTS}
    weights = formula_of(scheme).get("weights", {})
    for leaf in leaves(scheme):
        counted = leaf.full * Decimal(weights.get(leaf.part, "1"))
        totals[leaf.part] = totals.get(leaf.part, Decimal(0)) + counted
    return {**totals, "price": price_weight(scheme)}


def plain(amount: Decimal) -> str:
    """Write a mark without needless zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _leaves(node: Mapping[str, Any], branch: str) -> Iterator[Leaf]:
    if node.get("children"):
        for child in node["children"]:
            yield from _leaves(child, node["title"])
        return
    yield Leaf(
        code=node["code"],
        part=node["part"],
        title=node["title"],
        branch=branch,
        full=Decimal(node["full"]),
        subjective=node["subjective"],
        rule=node["rule"],
    )


def _criteria(nodes: object, *, depth: int, part: str) -> list[dict[str, Any]]:
    if not isinstance(nodes, Sequence) or isinstance(nodes, str) or len(nodes) > MOST_CRITERIA:
        raise _malformed(_("评审因素应为列表，且不超过 60 项。"))
    if nodes and depth > DEEPEST:
        raise _malformed(_("评审因素最多分三级。"))
    return [_criterion(_mapping(node), depth, part) for node in nodes]


def _criterion(node: Mapping[str, Any], depth: int, part: str) -> dict[str, Any]:
    _known(node, _CRITERION_KEYS, str(node.get("code", "")))
    own = str(node.get("part", part) or part)
    if own not in PARTS or (part and own != part):
        raise _malformed(_("评审因素须属于评标办法的一个部分，下级与上级一致。"))
    clean: dict[str, Any] = {
        "code": _text(node.get("code"), 12, _("编号")),
        "part": own,
        "title": _text(node.get("title"), 80, _("名称")),
    }
    if children := _criteria(node.get("children", []), depth=depth + 1, part=own):
        return {**clean, "children": children}
    return {
        **clean,
        "full": _amount(node.get("full", "0"), least=Decimal("0.01")),
        "subjective": bool(node.get("subjective", False)),
        "rule": str(node.get("rule", "")).strip()[:1000],
    }


def _options(
    scheme: Mapping[str, Any], clean: Mapping[str, Any], judging: Judging | None
) -> dict[str, Any]:
    marks = OF_MARKS if is_marked(clean) else frozenset()
    asks = frozenset({"low_price"}) if clean["method"] in CHOSEN else frozenset()
    usable = KEYS if formula_of(clean) else marks | asks
    given = _mapping(scheme.get("options", {}))
    return read_options(given, formula_of(clean), usable, judging)


def _price_of(scheme: Mapping[str, Any], clean: Mapping[str, Any]) -> dict[str, str]:
    """Read the weight of the price, which a formula has among its own parameters."""
    if formula := formula_of(clean):
        share = Decimal(formula["weights"].get("price", "1"))
        return {"weight": plain(Decimal(formula["full"]) * share)}
    known = PRICE_PARAMS.get(clean["method"], {})
    return _price(_mapping(scheme.get("price", {})), known)


def _deductions(scheme: Mapping[str, Any]) -> dict[str, str]:
    given = _mapping(scheme.get("deductions", {}))
    _known(given, frozenset(DEDUCTIONS), "deductions")
    return {name: _amount(rate) for name, rate in given.items() if str(rate) not in {"", "0"}}


def _unique_codes(scheme: Mapping[str, Any]) -> None:
    codes = [leaf.code for leaf in leaves(scheme)]
    if doubled := sorted({code for code in codes if codes.count(code) > 1}):
        raise _malformed(_("评审因素编号重复：%(codes)s。"), codes="、".join(doubled))


def _price(given: Mapping[str, Any], known: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
    """Read the weight of the price, and what its score may choose within the bounds it has."""
    _known(given, frozenset({"weight", *known}), "price")
    clean = {"weight": _amount(given.get("weight", "0"))}
    for name, (usual, least, most) in known.items():
        value = _amount(given.get(name) or usual)
        if not Decimal(least) <= Decimal(value) <= Decimal(most):
            raise _malformed(
                _("“%(text)s”应在 %(least)s 至 %(most)s 之间。"),
                text=value,
                least=least,
                most=most,
                field=name,
            )
        clean[name] = value
    if "factor_count" in clean:
        _whole(clean["factor_count"])
        _below_one(clean)
    return clean


def _whole(text: str) -> None:
    if Decimal(text) != int(Decimal(text)):
        raise _malformed(_("系数个数应为整数。"), field="factor_count")


def _below_one(price: Mapping[str, str]) -> None:
    """Refuse a list of factors that goes beyond one: the mean would be raised, never lowered."""
    if Decimal(_spaced(price)[-1]) > 1:
        raise _malformed(_("最大的系数超过 1，请减少个数或者间隔。"), field="factor_count")


def factors(scheme: Mapping[str, Any]) -> list[str]:
    """List the factors a document prints; none where it draws whose prices count."""
    formula = formula_of(scheme)
    return list(formula["printed"]) if formula else _spaced(scheme["price"])


def _spaced(price: Mapping[str, str]) -> list[str]:
    """Space factors evenly from the smallest on."""
    first, step = Decimal(price["factor_from"]), Decimal(price["factor_step"])
    return [plain(first + n * step) for n in range(int(price["factor_count"]))]


def _amount(given: object, *, least: Decimal = Decimal(0)) -> str:
    try:
        value = Decimal(str(given))
    except InvalidOperation as wrong:
        raise _malformed(_("“%(text)s”不是有效分值。"), text=str(given)[:20]) from wrong
    if not value.is_finite() or not least <= value <= FULL_MARKS or value != round(value, 4):
        raise _malformed(_("分值 %(text)s 超出范围（0 至 100）。"), text=str(given)[:20])
    return plain(value)


def _text(given: object, longest: int, title: str) -> str:
    text = str(given or "").strip()
    if not text or len(text) > longest:
        raise _malformed(
            _("评审因素的%(title)s不能为空，且不超过 %(longest)s 字。"),
            title=title,
            longest=longest,
        )
    return text


def _mapping(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise _malformed(_("评分办法的格式不正确。"))
    return given


def _known(given: Mapping[str, Any], keys: frozenset[str], place: str) -> None:
    if unknown := sorted(set(given) - keys):
        raise _malformed(
            _("评分办法中有不认识的项“%(names)s”（%(place)s）。"),
            names="、".join(unknown),
            place=place,
        )


def _malformed(message: str, **facts: object) -> Invalid:
    return Invalid("scheme.malformed", message, **{"field": "scheme", **facts})
