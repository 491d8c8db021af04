"""The scoring scheme as a form: flat rows make the tree of criteria."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import formulas, priced, scheme
from trading.domain.formulas import Offer
from trading.forms.inputs import offer

LETTERS: Final = {
    "technical": "T",
    "commercial": "B",
    "policy": "P",
    "design": "D",
    "management": "M",
    "credit": "C",
}
OF_OFFER: Final = "formula:"
OF_PARAM: Final = "param-"
TIES_ASKED: Final = 4
PRICED: Final = ("factor_from", "factor_step", "factor_count", "per_pct_above", "per_pct_below")


class SchemeForm(forms.Form):
    """How bids are judged: the method, the price, the policy deductions."""

    method = forms.ChoiceField(label=_("评标方法"), widget=forms.RadioSelect)
    weight = forms.DecimalField(
        label=_("价格分值"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=_("政府采购货物不低于 30 分、服务不低于 10 分；与评审因素分值合计 100 分。"),
    )
    factor_from = forms.DecimalField(label=_("最小系数"), decimal_places=4, required=False)
    factor_step = forms.DecimalField(label=_("系数间隔"), decimal_places=4, required=False)
    factor_count = forms.IntegerField(
        label=_("系数个数"),
        required=False,
        help_text=_("开标后从最小系数起等距排列的这些系数中公开抽取一个，不得超过 1。"),
    )
    per_pct_above = forms.DecimalField(
        label=_("每高 1% 扣分"), decimal_places=4, min_value=0, max_value=10, required=False
    )
    per_pct_below = forms.DecimalField(
        label=_("每低 1% 扣分"), decimal_places=4, min_value=0, max_value=10, required=False
    )
    small_firm = forms.DecimalField(
        label=_("小微企业价格扣除（%）"), min_value=0, max_value=100, required=False
    )
    consortium = forms.DecimalField(
        label=_("联合体、分包价格扣除（%）"), min_value=0, max_value=100, required=False
    )
    domestic = forms.DecimalField(
        label=_("本国产品价格扣除（%）"), min_value=0, max_value=100, required=False
    )

    ties = forms.CharField(
        label=_("并列第一的确定方式"),
        max_length=scheme.LONGEST_RULE,
        required=False,
        help_text=_(
            "得分、报价都相同时，写明由采购人按什么方式确定一家，如“技术部分得分高的优先”；"
            "留空的，公开随机抽取（87号令第五十四、五十七条）。"
        ),
    )

    def __init__(
        self,
        *args: Any,
        methods: Sequence[str],
        offers: Mapping[str, Offer] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offers = dict(offers or {}) if formulas.FORMULA in methods else {}
        usual = [name for name in methods if name != formulas.FORMULA]
        named = [(name, gettext(scheme.METHODS[name])) for name in usual]
        named += [(OF_OFFER + slug, gettext(one.title)) for slug, one in self.offers.items()]
        offer(self, "method", named)
        self.chosen = self.offers.get(str(self["method"].value() or "").removeprefix(OF_OFFER))
        self._ask_params()
        chosen = {name for method in methods for name in scheme.PRICE_PARAMS.get(method, {})}
        unasked = set(PRICED) - chosen
        if not set(methods) & scheme.MARKED - scheme.UNPRICED:
            unasked.add("weight")
        if not set(methods) & scheme.CHOSEN:
            unasked |= {*scheme.DEDUCTIONS, "ties"}
            if self.chosen and self.chosen.settle({}).raises:
                unasked -= {"small_firm", "consortium"}
            self.fields["weight"].help_text = _("与评审因素分值合计 100 分。")
        for name in unasked:
            del self.fields[name]

    def _ask_params(self) -> None:
        """Ask for the parameters of the chosen formula, in its words and within its bounds."""
        for param in self.chosen.asked if self.chosen else ():
            least, most = Decimal(param.low), Decimal(param.high)
            self.fields[OF_PARAM + param.name] = forms.DecimalField(
                label=gettext(param.title),
                min_value=least,
                max_value=most,
                decimal_places=0 if param.whole else 6,
                required=False,
                initial=param.default,
                help_text=param.article,
            )

    @property
    def formula_params(self) -> list[forms.BoundField]:
        """Give the fields of the parameters of the chosen formula."""
        return [self[name] for name in self.fields if name.startswith(OF_PARAM)]

    @property
    def asks_more(self) -> bool:
        """Tell whether a formula was chosen whose parameters were not on the page yet."""
        asked = self.chosen.asked if self.chosen else ()
        return any(OF_PARAM + param.name not in self.data for param in asked)

    def asked(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Give the fields of those names that this market asks for."""
        return [self[name] for name in names if name in self.fields]

    @property
    def deductions(self) -> list[forms.BoundField]:
        """Give the fields of the price deductions."""
        return self.asked(scheme.DEDUCTIONS)

    @property
    def price_params(self) -> list[forms.BoundField]:
        """Give the fields of what the price score may choose."""
        return self.asked(PRICED)

    def scheme(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Put method, price, deductions and criteria together as the rule reads them."""
        given = self.cleaned_data
        rates = {name: str(given[name] / 100) for name in scheme.DEDUCTIONS if given.get(name)}
        if self.chosen:
            return self._by_formula(self.chosen, rates, rows)
        made: dict[str, Any] = {"method": given["method"], "deductions": rates}
        if given.get("ties") and given["method"] in scheme.CHOSEN:
            made["ties"] = given["ties"]
        if given["method"] in scheme.MARKED:
            known = scheme.PRICE_PARAMS.get(given["method"], {})
            params = {name: str(given[name]) for name in known if given.get(name) is not None}
            made["price"] = {"weight": str(given.get("weight") or 0), **params}
            made["criteria"] = criteria_tree(rows)
        return made

    def _by_formula(
        self, chosen: Offer, rates: dict[str, str], rows: list[dict[str, Any]]
    ) -> dict[str, Any]:
        given = {name.removeprefix(OF_PARAM): value for name, value in self.cleaned_data.items()}
        params = {
            one.name: f"{given[one.name]:f}"
            for one in chosen.asked
            if given.get(one.name) is not None
        }
        return {
            "method": formulas.FORMULA,
            "formula": {"slug": chosen.slug, "params": params},
            "deductions": rates,
            "criteria": criteria_tree(rows),
        }


class RulesForm(forms.Form):
    """The further rules of a document, none of which need be said."""

    prefix = "rules"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, titles in formulas.GROUPS.items():
            for name, title in titles.items():
                self.fields[f"{group}-{name}"] = _field(name, title)
        self.fields["partial_pct"] = _field("partial_pct", formulas.PARTIAL_TITLE)
        chain = [("", "—"), *((rule, gettext(said)) for rule, said in formulas.TIES.items())]
        for place in range(TIES_ASKED):
            self.fields[f"tie-{place}"] = forms.ChoiceField(
                label=f"{gettext(formulas.TIES_TITLE)} {place + 1}",
                choices=chain,
                required=False,
            )

    @property
    def is_said(self) -> bool:
        """Whether any of them is said, or was said wrongly."""
        return any(self.initial.values()) or bool(self.errors)

    def options(self) -> dict[str, Any]:
        """Put the rules that are said together as a scheme holds them."""
        given = {name: v for name, v in self.cleaned_data.items() if v not in ("", None)}
        made: dict[str, Any] = {
            group: {
                name: _plain(given[f"{group}-{name}"], name)
                for name in titles
                if f"{group}-{name}" in given
            }
            for group, titles in formulas.GROUPS.items()
        }
        made["partial_pct"] = given.get("partial_pct", "")
        made["tie_break"] = [given[f"tie-{n}"] for n in range(TIES_ASKED) if f"tie-{n}" in given]
        return {name: part for name, part in made.items() if part}


def rules_initial(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the further rules of a scheme as the form shows them."""
    flat = {
        f"{group}-{name}": value
        for group in formulas.GROUPS
        for name, value in options.get(group, {}).items()
    }
    ties = {f"tie-{n}": rule for n, rule in enumerate(options.get("tie_break", ()))}
    return flat | ties | {"partial_pct": options.get("partial_pct", "")}


def _field(name: str, title: str) -> forms.Field:
    if words := formulas.WORDS.get(name):
        choices = [("", "—"), *((key, gettext(said)) for key, said in words.items())]
        return forms.ChoiceField(label=gettext(title), choices=choices, required=False)
    places = 0 if name in formulas.WHOLE else 2
    return forms.DecimalField(
        label=gettext(title), min_value=0, decimal_places=places, required=False
    )


def _plain(value: Any, name: str) -> Any:  # noqa: ANN401 - a number or a word, as JSON has it
    if isinstance(value, Decimal):
        return int(value) if name in formulas.WHOLE else f"{value:f}"
    return value


class CriterionForm(forms.Form):
    """One scored criterion, in a part and under a branch of the tree."""

    part = forms.ChoiceField(label=_("部分"), required=False)
    branch = forms.CharField(label=_("上级因素"), max_length=80, required=False)
    title = forms.CharField(label=_("评审因素"), max_length=80, required=False)
    full = forms.DecimalField(
        label=_("分值"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    subjective = forms.BooleanField(label=_("主观分"), required=False)
    rule = forms.CharField(
        label=_("评分标准"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self, *args: Any, parts: Sequence[str] = scheme.USUAL_PARTS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "part", [(name, gettext(scheme.PARTS[name])) for name in parts])


def filled(formset: "forms.BaseFormSet[Any]", name: str) -> list[dict[str, Any]]:
    """Give the rows in which the named column is filled."""
    rows = [form.cleaned_data for form in formset.forms if form.is_valid()]
    return [row for row in rows if row.get(name)]


def criteria_tree(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group rows by part and branch into the tree, numbering each part from one."""
    order = list(scheme.PARTS)
    rows = sorted(rows, key=lambda row: order.index(row["part"]))
    tree: list[dict[str, Any]] = []
    for part, of_part in groupby(rows, key=lambda row: row["part"]):
        listed = list(of_part)
        branches = list(dict.fromkeys(row["branch"] or "" for row in listed))
        number = 0
        for place, branch in enumerate(branches, start=1):
            leaves = []
            for row in (r for r in listed if (r["branch"] or "") == branch):
                number += 1
                leaves.append(_leaf(row, f"{LETTERS[part]}{number}"))
            title = branch or str(scheme.PARTS[part])
            code = f"{LETTERS[part]}-{place}"
            tree.append({"code": code, "part": part, "title": title, "children": leaves})
    return tree


def _leaf(row: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        "code": code,
        "title": row["title"],
        "full": str(row["full"] or 0),
        "subjective": bool(row["subjective"]),
        "rule": row["rule"] or "",
    }


class PricedFactForm(forms.Form):
    """One fact that the document prices beside the sum of a bid."""

    title = forms.CharField(label=_("折价因素"), max_length=priced.LONGEST, required=False)
    field = forms.ChoiceField(label=_("投标中的位置"), required=False)
    base = forms.DecimalField(label=_("基准"), min_value=0, decimal_places=2, required=False)
    per_unit_early = forms.DecimalField(
        label=_("每少一个单位加（元）"), decimal_places=2, required=False
    )
    per_unit_late = forms.DecimalField(
        label=_("每多一个单位加（元）"), decimal_places=2, required=False
    )
    partial = forms.ChoiceField(label=_("不足一个单位"), required=False)
    least = forms.DecimalField(label=_("最小值"), min_value=0, decimal_places=2, required=False)
    most = forms.DecimalField(label=_("最大值"), min_value=0, decimal_places=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "field", [(name, gettext(said)) for name, said in priced.USUAL.items()])
        offer(self, "partial", [(name, gettext(said)) for name, said in priced.PARTIAL.items()])

    def clean(self) -> dict[str, Any]:
        """Ask for the base wherever a fact is named."""
        given = super().clean() or {}
        if given.get("title") and given.get("base") is None and "base" not in self.errors:
            self.add_error("base", gettext("请填写基准。"))
        return given


def priced_facts(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Put the facts that are named together as a scheme holds them."""
    return [
        {
            name: f"{value:f}" if isinstance(value, Decimal) else value
            for name, value in row.items()
            if value not in ("", None)
        }
        for row in rows
    ]


PricedFactFormSet = forms.formset_factory(
    PricedFactForm, extra=2, max_num=priced.MOST, absolute_max=priced.MOST + 5
)
CriterionFormSet = forms.formset_factory(CriterionForm, extra=2, max_num=60, absolute_max=70)
