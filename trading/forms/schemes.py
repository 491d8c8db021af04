"""The scoring scheme as a form: flat rows make the tree of criteria."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import scheme
from trading.forms.inputs import offer

LETTERS: Final = {"technical": "T", "commercial": "B", "policy": "P"}
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

    def __init__(self, *args: Any, methods: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "method", [(name, gettext(scheme.METHODS[name])) for name in methods])
        chosen = {name for method in methods for name in scheme.PRICE_PARAMS.get(method, {})}
        unasked = set(PRICED) - chosen
        if not set(methods) & scheme.MARKED - scheme.UNPRICED:
            unasked.add("weight")
        if not set(methods) & scheme.CHOSEN:
            unasked |= {*scheme.DEDUCTIONS, "ties"}
            self.fields["weight"].help_text = _("与评审因素分值合计 100 分。")
        for name in unasked:
            del self.fields[name]

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
        made: dict[str, Any] = {"method": given["method"], "deductions": rates}
        if given.get("ties") and given["method"] in scheme.CHOSEN:
            made["ties"] = given["ties"]
        if given["method"] in scheme.MARKED:
            known = scheme.PRICE_PARAMS.get(given["method"], {})
            params = {name: str(given[name]) for name in known if given.get(name) is not None}
            made["price"] = {"weight": str(given.get("weight") or 0), **params}
            made["criteria"] = criteria_tree(rows)
        return made


class CriterionForm(forms.Form):
    """One scored criterion, in a part and under a branch of the tree."""

    part = forms.ChoiceField(
        label=_("部分"),
        choices=[(name, _(title)) for name, title in scheme.PARTS.items()],
        required=False,
    )
    branch = forms.CharField(label=_("上级因素"), max_length=80, required=False)
    title = forms.CharField(label=_("评审因素"), max_length=80, required=False)
    full = forms.DecimalField(
        label=_("分值"), min_value=0, max_value=100, decimal_places=2, required=False
    )
    subjective = forms.BooleanField(label=_("主观分"), required=False)
    rule = forms.CharField(
        label=_("评分标准"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )


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


CriterionFormSet = forms.formset_factory(CriterionForm, extra=2, max_num=60, absolute_max=70)
