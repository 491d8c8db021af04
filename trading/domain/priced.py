"""What a document prices beside the sum of a bid: so much for each unit by which a stated fact lies
before or after a base (经评审的最低投标价法, EV12 30, rulebook F8); and the rate taken off the
limit, where bids name one (下浮率, rulebook F7).

Each bid states the fact inside its envelope, in the field named here; the document says what a
part of a unit counts, and that a bid which does not state the fact cannot be compared. The sum of a
bid of a rate is what the rate leaves of the lot's limit, and no other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kernel.errors import Invalid
from kernel.reading import Fields
from kernel.text import gettext_noop as _
from trading.domain.findings import Finding

NAME: Final = "monetised"
"""What the rule is called among the further rules of a scheme, and in a case."""
TITLE: Final = _("折价因素")
OWN: Final = "x-fact-{}"
"""The field of a bid that states a fact the usual fields do not hold."""
USUAL: Final = {"": _("另行填写"), "days": _("投标所报交货期或服务期（日）")}
"""Where a bid states a fact: in a field of its own, or in one every bid has already."""
WITH_PRICE: Final = frozenset({"whole", "price"})
PARTIAL: Final = {
    "exact": _("按比例折算"),
    "ceil": _("按一个单位计"),
    "floor": _("舍去不计"),
}
LABELS: Final = {
    "title": _("折价因素"),
    "field": _("投标中的位置"),
    "base": _("基准"),
    "per_unit_early": _("每少一个单位加（元）"),
    "per_unit_late": _("每多一个单位加（元）"),
    "partial": _("不足一个单位"),
    "least": _("最小值"),
    "most": _("最大值"),
}
"""What each part of a priced fact is called."""
MOST: Final = 10
LONGEST: Final = 40
MOST_UNITS: Final = Decimal(999_999)
_MONEY: Final = {"low": Decimal(-1_000_000_000), "high": Decimal(1_000_000_000)}
_STATED: Final = re.compile(r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,2})?")


@dataclass(frozen=True)
class PricedFact:
    """One fact that costs: its title, the field that states it, the base, the money for each unit
    before (`per_unit_early`, taken off where negative) and after it, and between which numbers a
    bid must lie.
    """

    title: str
    field: str
    base: str
    per_unit_early: str
    per_unit_late: str
    partial: str
    least: str
    most: str

    @property
    def partial_title(self) -> str:
        """Say what a part of a unit counts."""
        return PARTIAL[self.partial]

    def asked_in(self, stages: Sequence[str]) -> list[str]:
        """Give the stages of an envelope in which a bid states it: with the price, so that nothing
        of the comparison is known before; what every bid has already, where it has it.
        """
        own = self.field not in USUAL
        return [stage for stage in stages if (stage in WITH_PRICE) is own or stage == "whole"]

    def stated(self, fields: Mapping[str, Any]) -> str | None:
        """Give what a bid states, or None where it states no number the document allows."""
        said = str(fields.get(self.field, "")).strip()
        is_number = _STATED.fullmatch(said) is not None
        allowed = is_number and Decimal(self.least) <= Decimal(said) <= Decimal(self.most)
        return said if allowed else None

    @property
    def most_off(self) -> Decimal:
        """Give the most by which a bid can become cheaper in the comparison."""
        base, early, late = map(Decimal, (self.base, self.per_unit_early, self.per_unit_late))
        off = (-early * (base - Decimal(self.least)), -late * (Decimal(self.most) - base))
        return max(Decimal(0), *off)


DISCOUNT: Final = PricedFact(
    title=_("下浮率（%）"),
    field=OWN.format("rate"),
    base="0",
    per_unit_early="0",
    per_unit_late="0",
    partial="exact",
    least="0",
    most="99.99",
)
"""The rate a bid names where the document asks for one: not below nothing, and not the whole."""


def read(given: object) -> list[dict[str, str]]:
    """Read the priced facts of a document and give them back clean."""
    if not isinstance(given, (list, tuple)) or len(given) > MOST:
        raise _refused(_("折价因素应为列表，且不超过 %(most)s 项。"), most=MOST)
    found = [_one(Fields(one, f"{NAME}[{n}]"), n) for n, one in enumerate(given, start=1)]
    for told in ("title", "field"):
        named = [getattr(one, told) for one in found]
        if len(set(named)) < len(named):
            raise _refused(_("两项折价因素的名称或者填写位置相同，请合并或者改名。"))
    return [asdict(one) for one in found]


def facts_of(scheme: Mapping[str, Any]) -> list[PricedFact]:
    """Give the priced facts of a scheme; none where it prices nothing but the sum."""
    return [PricedFact(**one) for one in scheme.get("options", {}).get(NAME, ())]


def names_rates(scheme: Mapping[str, Any]) -> bool:
    """Tell whether bids name the rate that is taken off the limit, in place of a sum."""
    return bool(scheme.get("formula", {}).get("rates"))


def asked_of(scheme: Mapping[str, Any]) -> list[PricedFact]:
    """Give the numbers that a bid states by a scheme: its rate, and what else is priced."""
    return [*([DISCOUNT] if names_rates(scheme) else []), *facts_of(scheme)]


def titles_of(scheme: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name each field of a bid that states such a number and no other thing."""
    return [(one.field, one.title) for one in asked_of(scheme) if one.field not in USUAL]


def sum_after(limit: Decimal, rate: Decimal) -> Decimal:
    """Give what a rate leaves of the limit of a lot, to the fen, halves up."""
    return share_of(limit, 100 - rate)


def share_of(limit: Decimal, left: Decimal) -> Decimal:
    """Give so many hundredths of the limit of a lot, to the fen, halves up."""
    return (limit * left / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rate_findings(scheme: Mapping[str, Any], limits: Sequence[Decimal]) -> list[Finding]:
    """Find that a lot has no limit for a rate to be taken off."""
    if not names_rates(scheme) or all(limit > 0 for limit in limits):
        return []
    message = _("以下浮率报价的，每个标段（包）都要有最高限价，下浮率从最高限价中扣减。")
    return [Finding("scheme.rate_without_limit", "lots", message, {}, "")]


def findings(scheme: Mapping[str, Any], ceilings: Sequence[Decimal]) -> list[Finding]:
    """Find that what is priced could take as much off as a lot may cost at most."""
    off = sum((one.most_off for one in facts_of(scheme)), Decimal(0))
    if not ceilings or off < min(ceilings):
        return []
    message = _("折价因素最多可减 %(off)s 元，不低于最高限价 %(ceiling)s 元，请改小折价或者范围。")
    facts = {"off": f"{off:.2f}", "ceiling": f"{min(ceilings):.2f}"}
    return [Finding("scheme.priced_fact", "scheme", message, facts, "")]


def as_case(scheme: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give them as a case of the evaluation reads them, each fact by its title."""
    told = ("base", "per_unit_early", "per_unit_late", "partial")
    return [
        {"field": one.title, **{name: getattr(one, name) for name in told}}
        for one in facts_of(scheme)
    ]


def _one(body: Fields, number: int) -> PricedFact:
    title = body.text("title").strip()
    if len(title) > LONGEST:
        raise _refused(_("折价因素的名称不超过 %(most)s 字。"), most=LONGEST)
    own = OWN.format(number)
    field = body.text("field") if body.has("field") and body.given["field"] else ""
    if field not in USUAL and not field.startswith(OWN.format("")):
        raise _refused(_("“%(title)s”的填写位置不是可选项。"), title=title)
    made = PricedFact(
        title=title,
        field=field if field in USUAL and field else own,
        base=_plain(body.decimal("base", high=MOST_UNITS)),
        per_unit_early=_plain(body.decimal("per_unit_early", Decimal(0), **_MONEY)),
        per_unit_late=_plain(body.decimal("per_unit_late", Decimal(0), **_MONEY)),
        partial=body.choice("partial", tuple(PARTIAL), "exact"),
        least=_plain(body.decimal("least", Decimal(0), high=MOST_UNITS)),
        most=_plain(body.decimal("most", MOST_UNITS, high=MOST_UNITS)),
    )
    body.done()
    if not Decimal(made.least) <= Decimal(made.base) <= Decimal(made.most):
        raise _refused(_("“%(title)s”的基准应在允许填写的最小值和最大值之间。"), title=title)
    if Decimal(made.per_unit_late) < 0 and Decimal(made.most) == MOST_UNITS:
        raise _refused(_("“%(title)s”超过基准时减价，须写明允许填写的最大值。"), title=title)
    if Decimal(made.per_unit_early) == Decimal(made.per_unit_late) == 0:
        raise _refused(_("“%(title)s”没有写明每个单位折价多少。"), title=title)
    return made


def _plain(value: Decimal) -> str:
    if value != round(value, 2):
        raise _refused(_("折价因素的数最多两位小数：%(value)s。"), value=f"{value:f}")
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _refused(message: str, **facts: object) -> Invalid:
    return Invalid("scheme.priced_fact", message, **{"field": "scheme", **facts})
