"""The forms of framework agreements: their terms in a draft, and what is called off under them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from kernel.money import format_yuan
from trading import queries
from trading.domain import buyers, framework
from trading.forms.inputs import amount, offer
from trading.markets import method_of
from trading.models import FrameworkAgreement, Tender
from trading.services import Order


class FrameworkForm(forms.Form):
    """What a draft says of its agreements; published with the notice."""

    way = forms.ChoiceField(
        label=_("确定第二阶段成交供应商的方式"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("直接选定由采购人选择；顺序轮候按入围排序依次授予，一般用于服务。"),
    )
    months = forms.IntegerField(
        label=_("框架协议有效期（月）"),
        min_value=0,
        required=False,
    )
    elimination = forms.DecimalField(
        label=_("淘汰比例（%）"),
        min_value=0,
        max_value=99,
        decimal_places=2,
        required=False,
    )
    most = forms.IntegerField(
        label=_("入围供应商数量上限"),
        min_value=0,
        max_value=framework.MOST_SHORTLISTED,
        required=False,
        help_text=_("不设上限填 0。"),
    )
    case = forms.ChoiceField(
        label=_("采用质量优先法的情形"),
        required=False,
    )

    scope = forms.ChoiceField(
        label=_("适用框架协议的采购人"), widget=forms.RadioSelect, required=False
    )
    named = forms.CharField(
        label=_("列明的采购人"),
        widget=forms.Textarea({"rows": 3}),
        max_length=12_000,
        required=False,
        help_text=_("适用范围为列明的采购人时填写统一社会信用代码，每行一个。"),
    )
    limit = amount(
        _("每个采购人的累计采购上限（元）"),
        required=False,
        help_text=_("有效期内累计，不设上限填 0。"),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        said = {**tender.framework, "named": "\n".join(tender.framework.get("named", ()))}
        said.setdefault("scope", buyers.OWN)
        super().__init__(*args, **{"initial": said, **kwargs})
        offer(self, "scope", [(scope, gettext(title)) for scope, title in buyers.SCOPES.items()])
        ways = method_of(tender).second_stage
        offer(self, "way", [(way, gettext(framework.WAYS[way])) for way in ways])
        cases = [(case, gettext(title)) for case, title in framework.CASES.items()]
        offer(self, "case", [("", gettext("不采用")), *cases])
        for name, bound in _bounds(tender).items():
            self.fields[name].help_text = bound


def _bounds(tender: Tender) -> dict[str, str]:
    """Say what the rules in force allow of each field."""
    rules = queries.rules_of(tender, tender.drafted_at)
    usual = framework.least_elimination(rules, "", "")
    strict = framework.least_elimination(rules, framework.QUALITY_FIRST, framework.INSTRUMENTS)
    months = framework.most_months(rules)
    out = rules.figure("framework_least_eliminated", "min")
    return {
        "months": gettext("自签订之日起计算，不超过 %(most)s 个月。") % {"most": months},
        "elimination": gettext(
            "不低于 %(share)s%%，且至少淘汰 %(least)s 家；人数有小数的进一。并列在线上的一并淘汰。"
        )
        % {"share": f"{usual.value:f}", "least": f"{out.value:f}"},
        "case": gettext(
            "采用价格优先法的不选；仪器设备采用质量优先法的，淘汰比例不低于 %(share)s%%。"
        )
        % {"share": f"{strict.value:f}"},
    }


class CallOffForm(forms.Form):
    """What a purchaser calls off; of a direct choice from whom, and at a lower price if agreed."""

    purchaser = forms.ChoiceField(label=_("采购人"))
    place = forms.TypedChoiceField(label=_("供应商"), coerce=int, widget=forms.RadioSelect)
    content = forms.CharField(
        label=_("采购内容"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    quantity = forms.DecimalField(
        label=_("数量"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    price = amount(
        _("单价（元）"),
        required=False,
        help_text=_("留空即协议单价；只能等于或者低于协议单价。"),
    )
    delivery = forms.CharField(label=_("交付或服务期限"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        way: str,
        agreements: list[FrameworkAgreement],
        unit: str,
        buying: list[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_buyers(self, buying)
        self.fields["quantity"].label = gettext("数量（%(unit)s）") % {"unit": unit}
        if way == framework.DIRECT:
            offer(self, "place", [(one.place, _named(one)) for one in agreements])
        else:
            del self.fields["place"], self.fields["price"]

    def order(self) -> Order:
        """Give the order as the service takes it."""
        return Order(**self.cleaned_data)


def offer_buyers(form: forms.Form, buying: list[Organisation]) -> None:
    """Ask for whom is bought, of somebody who may buy for several."""
    if len(buying) > 1:
        offer(form, "purchaser", [(one.uscc, one.name) for one in buying])
    else:
        del form.fields["purchaser"]


def _named(one: FrameworkAgreement) -> str:
    return f"{one.place}. {one.supplier.name}　¥\N{NO-BREAK SPACE}{format_yuan(one.price)}"


class TerminateForm(forms.Form):
    """Why a supplier loses its place."""

    ground = forms.ChoiceField(label=_("情形"))
    reason = forms.CharField(
        label=_("事实与理由"), max_length=300, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [(ground, gettext(title)) for ground, title in framework.GROUNDS.items()]
        offer(self, "ground", [("", gettext("请选择")), *grounds])
