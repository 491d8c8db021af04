"""What the law opens of a market (五公开: 事项、程序、材料、时限、收费), from what the platform
works by: its methods, their tables of states and the rows of its rules. Nothing is written twice,
so that the page cannot say other than what is done; and what is missing can be told by machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.text import gettext_noop as _
from trading.domain.market import Market, Method
from trading.periods import Figure, Period, Requirement, Rule

OWED: Final = frozenset(
    {
        "bid_security_share",
        "bid_security_cap",
        "deposit_least_share",
        "performance_security_share",
        "first_payment_share",
    }
)
"""The figures that bound what somebody has to lay down or to pay."""
PARTS: Final = {
    "items": _("事项"),
    "procedure": _("程序"),
    "materials": _("材料"),
    "limits": _("时限"),
    "fees": _("收费"),
}
FREE: Final = _("登记、下载文件、提交和查询均在平台免费办理，平台不向各方收费。")
FREE_FOR_PERSONS: Final = _("报名、考试和查询均在平台免费办理，平台不向应聘人员收费。")
OFFER: Final = _("密封的投标或响应文件，在浏览器内加密后提交")


@dataclass(frozen=True)
class Step:
    """A state of a project, and what comes next in it."""

    state: str
    title: str
    then: str
    events: tuple[str, ...]


@dataclass(frozen=True)
class OpenMethod:
    """One method of a market with all that is open of it."""

    slug: str
    title: str
    procedure: tuple[Step, ...]
    materials: tuple[str, ...]
    drafted: tuple[str, ...]
    told: tuple[Requirement, ...]
    limits: tuple[Period, ...]
    fees: tuple[Figure, ...]
    charges: str


@dataclass(frozen=True)
class OpenMarket:
    """A market with its subjects and methods."""

    slug: str
    title: str
    subjects: tuple[str, ...]
    methods: tuple[OpenMethod, ...]


def opened(market: Market, rules: Mapping[str, Sequence[Rule]]) -> OpenMarket:
    """Give all that is open of a market, by the rules in force for each of its methods."""
    return OpenMarket(
        slug=market.slug,
        title=market.title,
        subjects=tuple(market.categories.values()),
        methods=tuple(
            _opened(method, rules.get(slug, ())) for slug, method in market.methods.items()
        ),
    )


def _opened(method: Method, rules: Sequence[Rule]) -> OpenMethod:
    lifecycle = method.lifecycle
    return OpenMethod(
        slug=method.slug,
        title=method.title,
        procedure=tuple(
            Step(state, title, method.next.get(state, ""), lifecycle.events(state))
            for state, title in lifecycle.titles.items()
        ),
        materials=materials_of(method),
        drafted=tuple(section.title for section in method.sections),
        told=tuple(row for row in rules if isinstance(row, Requirement)),
        limits=tuple(row for row in rules if isinstance(row, Period)),
        fees=tuple(row for row in rules if isinstance(row, Figure) and row.code in OWED),
        charges=FREE_FOR_PERSONS if method.has_posts else FREE,
    )


def materials_of(method: Method) -> tuple[str, ...]:
    """List what whoever takes part hands in, from what such a project has."""
    if method.has_posts:
        return _of_applicants(method)
    ways = (
        (method.is_agreed, _("批准协议转让的文件和受让方情况")),
        (not method.is_agreed and not method.asks_shortlisted, _("登记：单位、联系人和电话")),
        (method.prequalification is not None, _("资格预审申请：一份说明和一个文件，不含报价")),
        (method.first_stage is not None, _("第一阶段技术建议：不含报价")),
        (method.is_sealed, OFFER),
        (method.talks, _("磋商、谈判后的一次密封最后报价")),
        (bool(method.auctions), _("竞价：以竞买代码在网上报价")),
        (method.sells and not method.is_agreed, _("交易保证金，每个标的分别交纳")),
        (not method.sells, _("项目要求的投标保证金：转账或保函")),
        (not method.is_agreed and not method.sells, _("中标后的履约保证金（文件要求时）")),
        (bool(method.second_stage), _("入围后与采购人签订的框架协议")),
    )
    return tuple(text for applies, text in ways if applies)


def _of_applicants(method: Method) -> tuple[str, ...]:
    serving = {
        "insiders": _("本单位在职人员的身份由单位在平台登记"),
        "serving": _("现任职务、任职时间和所在单位同意报名的说明"),
    }
    said = (_("报名表：身份、学历和岗位条件逐项说明"), serving.get(method.open_to, ""))
    return tuple(filter(None, said))


def lacking(market: OpenMarket) -> list[tuple[str, str]]:
    """Tell which of the five is not open, as pairs of the part and the method it is missing in."""
    found = [] if market.subjects and market.methods else [("items", "")]
    for method in market.methods:
        found += [(part, method.slug) for part in _lacking(method)]
    return found


def _lacking(method: OpenMethod) -> Iterable[str]:
    if not method.title:
        yield "items"
    if not method.procedure or not all(step.title and step.then for step in method.procedure):
        yield "procedure"
    if not method.materials or not method.drafted:
        yield "materials"
    if not method.limits or not all(row.title and row.basis.article for row in method.limits):
        yield "limits"
    if not method.charges:
        yield "fees"
