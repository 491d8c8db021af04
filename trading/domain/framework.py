"""The framework agreement (框架协议): who is shortlisted, how long it lasts, and how a purchaser
calls off what it promises (M110).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.calendar import months_later
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading.domain import buyers
from trading.domain.findings import Finding
from trading.periods import Figure, RuleSet

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

M110: Final = "《政府采购框架协议采购方式管理暂行办法》"
DIRECT, ROTATION, COMPETITION = "direct", "rotation", "competition"
WAYS: Final[Mapping[str, str]] = {
    DIRECT: _("直接选定"),
    ROTATION: _("顺序轮候"),
    COMPETITION: _("二次竞价"),
}
"""The ways in which a purchaser may call off from those shortlisted."""
INSTRUMENTS, PRICED = "test_instruments", "state_priced"
CASES: Final[Mapping[str, str]] = {
    INSTRUMENTS: _("对质量有特别要求的检测、实验等仪器设备"),
    PRICED: _("有政府定价、政府指导价的项目"),
}
"""The kinds of subject whose quality alone may decide who is shortlisted."""
QUALITY_FIRST: Final = "quality_first"
HUNDRED: Final = Decimal(100)
MONTHS_A_YEAR: Final = 12
MOST_SHORTLISTED: Final = 200

GROUNDS: Final[Mapping[str, str]] = {
    "collusion": _("恶意串通谋取入围或者合同成交"),
    "false_papers": _("提供虚假材料谋取入围或者合同成交"),
    "refusal": _("无正当理由拒不接受合同授予或者拒不签订框架协议"),
    "breach": _("不履行合同义务或者履行不符合约定，经请求后仍不改正"),
    "banned": _("有效期内因违法行为被禁止或者限制参加政府采购活动"),
    "agreed": _("框架协议约定的其他情形"),
}
"""For which a supplier loses its place, before and after it signed (M110)."""
UPHELD: Final = "upheld"
CLOSED_BY: Final[Mapping[str, str]] = {**GROUNDS, UPHELD: _("质疑、投诉成立，入围结果无效")}
"""Why an agreement came to its end before its day: what is said of it to everybody."""


@dataclass(frozen=True)
class Terms:
    """What a draft says of its agreements: the second stage, the term, and who is left out.

    `elimination` is the share in percent of the qualified that is left out, `most` the number of
    those kept at most; 0 leaves it open. `scope` says who may call off, `named` those it names.
    """

    way: str = ""
    months: int = 0
    elimination: Decimal = Decimal(0)
    most: int = 0
    case: str = ""
    scope: str = buyers.OWN
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Those of a lot that are shortlisted, in their order, and those that are left out."""

    shortlisted: tuple[Mapping[str, Any], ...]
    eliminated: tuple[Mapping[str, Any], ...]


def read(given: object) -> dict[str, Any]:
    """Check the form of what a draft says; what the law allows of it is checked with the draft."""
    if not isinstance(given, Mapping):
        raise Invalid("framework.way", _("请选择确定第二阶段成交供应商的方式。"), field="way")
    way, case = str(given.get("way") or ""), str(given.get("case") or "")
    if way and way not in WAYS:
        raise Invalid("framework.way", _("请选择确定第二阶段成交供应商的方式。"), field="way")
    if case and case not in CASES:
        raise Invalid("framework.case", _("请选择采用质量优先法的情形。"), field="case")
    return {
        "way": way,
        "months": _whole(given.get("months"), "months", 120),
        "elimination": _share(given.get("elimination")),
        "most": _whole(given.get("most"), "most", MOST_SHORTLISTED),
        "case": case,
        **buyers.read(given),
    }


def terms_of(kept: Mapping[str, Any]) -> Terms:
    """Give what was written down as the rules take it; a draft that says nothing has nothing."""
    if not kept:
        return Terms()
    return Terms(
        way=kept["way"],
        months=kept["months"],
        elimination=Decimal(kept["elimination"]),
        most=kept["most"],
        case=kept["case"],
        scope=kept.get("scope", buyers.OWN),
        named=tuple(kept.get("named", ())),
    )


MOST_DIGITS: Final = 6


def _whole(given: object, field: str, most: int) -> int:
    text = str(given or 0)
    # A number of thousands of digits is not even read.
    if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) > most:
        raise Invalid(
            "framework.number", _("应为 0 至 %(most)s 之间的整数。"), most=most, field=field
        )
    return int(text)


def _share(given: object) -> str:
    text = str(given or 0)
    try:
        share = Decimal(text)
    except ArithmeticError:
        share = Decimal("NaN")
    if not (share.is_finite() and 0 <= share < HUNDRED and share == round(share, 2)):
        raise Invalid(
            "framework.elimination", _("应为 0 至 100 之间的百分数。"), field="elimination"
        )
    return f"{share:f}"


def least_elimination(rules: RuleSet, scheme: str, case: str) -> Figure:
    """Give the least share that is left out; more where quality alone decides on instruments."""
    about = rules.about(INSTRUMENTS) if (scheme, case) == (QUALITY_FIRST, INSTRUMENTS) else rules
    return about.figure("framework_elimination_share", "min")


def least_competing(rules: RuleSet) -> int:
    """Give how many agreements must be in force for their suppliers to compete once more."""
    return int(rules.by("mini_competition").value("least_parties", "min"))


def way_now(way: str, in_force: int, least: int) -> str:
    """Give the way in which a purchaser calls off now: where too few are left to compete, it
    chooses, which is the main way (M110 31) and stands in the document.
    """
    return DIRECT if way == COMPETITION and in_force < least else way


def findings(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a draft still lacks of its agreements (M110)."""
    terms, scheme = terms_of(facts.framework), str(facts.scheme.get("method", ""))
    yield from _stage_findings(terms, facts.rules)
    yield from _term_findings(terms, facts.rules)
    least = least_elimination(facts.rules, scheme, terms.case)
    if terms.elimination < least.value:
        message = _("淘汰比例为 %(share)s%%，不得低于 %(least)s%%。")
        told = {"share": f"{terms.elimination:f}", "least": f"{least.value:f}"}
        yield Finding("framework.elimination", "framework", message, told, least.basis.cited)
    if scheme == QUALITY_FIRST and not terms.case:
        message = _(
            "质量优先法只用于有政府定价、政府指导价的项目和对质量有特别要求的检测、实验等仪器设备。"
        )
        yield Finding("framework.case", "framework", message, {}, M110)
    if facts.performance_share > 0:
        message = _("框架协议不收履约保证金；需要的，由采购人在第二阶段的合同中约定。")
        yield Finding("basic.performance_share", "basic", message, {}, M110)
    for lot in facts.lots:
        if lot.items != 1:
            message = _("采购包 %(number)s 应当只列一项标的：框架协议约定的是一个单价。")
            yield Finding("lots.one_item", "lots", message, {"number": lot.number}, M110)


def _stage_findings(terms: Terms, rules: RuleSet) -> Iterator[Finding]:
    """List what is open of the second stage: how it goes, and who may call off."""
    if not terms.way:
        message = _("尚未确定第二阶段成交供应商的方式。")
        yield Finding("framework.way", "framework", message, {}, M110)
    fewest = least_competing(rules)
    if terms.way == COMPETITION and 0 < terms.most < fewest:
        message = _("二次竞价至少要有 %(least)s 家入围供应商，数量上限不能低于此数。")
        yield Finding("framework.competes_alone", "framework", message, {"least": fewest}, M110)
    if terms.scope == buyers.NAMED and not terms.named:
        message = _("适用范围为列明的采购人时，须逐一列明。")
        yield Finding("framework.named", "framework", message, {}, M110)


def most_months(rules: RuleSet) -> int:
    """Give how many months an agreement lasts at most."""
    return int(rules.value("framework_years", "max") * MONTHS_A_YEAR)


def _term_findings(terms: Terms, rules: RuleSet) -> Iterator[Finding]:
    most, row = most_months(rules), rules.figure("framework_years", "max")
    if not 0 < terms.months <= most:
        message = _("框架协议有效期应当写明，且不超过 %(most)s 个月。")
        yield Finding("framework.months", "framework", message, {"most": most}, row.basis.cited)


def shortlist(candidates: Sequence[Mapping[str, Any]], terms: Terms, least_out: int) -> Kept:
    """Leave out the printed share of those qualified, rounded up, and at least so many; of equals
    at the line none is preferred, so all of them are left out.
    """
    count = len(candidates)
    out = max(_share_of(count, terms.elimination), least_out)
    room = min(count - out, terms.most or count)
    ranks = [int(c["rank"]) for c in candidates]
    while 0 < room < count and ranks[room - 1] == ranks[room]:
        room -= 1
    room = max(room, 0)
    return Kept(tuple(candidates[:room]), tuple(candidates[room:]))


def _share_of(count: int, share: Decimal) -> int:
    return int((count * share / HUNDRED).to_integral_value(ROUND_CEILING))


def require_somebody(kept: Kept, lot: int) -> None:
    """Refuse a shortlist of nobody: where all are equal, nobody can be left out before another."""
    if not kept.shortlisted:
        raise Conflict(
            "framework.nobody",
            _("第 %(lot)s 包的供应商全部并列，无法按淘汰比例确定入围供应商，应予废标。"),
            lot=lot,
        )


def ends_on(signed: date, months: int) -> date:
    """Give the last day of an agreement: so many months from the day it was signed."""
    return months_later(signed, months) - timedelta(days=1)
