"""The forms of a transfer by agreement: what the notice says, and each thing with its taker."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import agreement
from trading.domain.particulars import Particular
from trading.forms.drafts import SaleForm
from trading.forms.inputs import amount

LONG = 200
"""From so many characters on a text is written in a box of several lines."""


class AgreementForm(SaleForm):
    """The facts a notice of an agreement names."""

    category = forms.ChoiceField(
        label=_("类别"), help_text=_("第三十一条的非公开协议转让只适用于产权（股权）转让。")
    )
    summary = forms.CharField(
        label=_("转让标的概况"),
        help_text=_("写明标的企业、转让比例、最近一期审计数据、付款方式、职工与债权债务安排。"),
        widget=forms.Textarea({"rows": 8}),
        max_length=5000,
        required=False,
    )


class AgreedLotForm(forms.Form):
    """One thing that is transferred: to whom, in which of the law's cases, at what price."""

    title = forms.CharField(label=_("标的名称"), max_length=160)
    quantity = forms.CharField(label=_("转让比例或数量"), max_length=40, required=False)
    description = forms.CharField(
        label=_("标的说明"),
        widget=forms.Textarea({"rows": 3}),
        max_length=3000,
        required=False,
    )
    budget = amount(_("评估价（元）"), help_text=_("经核准或备案的评估结果。"))
    start_price = amount(_("协议转让价格（元）"), help_text=_("不得低于经核准或备案的评估结果。"))
    delivery = forms.CharField(
        label=_("价款支付与交割"),
        max_length=120,
        required=False,
        help_text=_("一次付清的，合同生效后五个工作日内；分期的，首期不低于 30%。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in agreement.TERMS:
            if one.name != agreement.TAKER:
                self.fields[one.name] = _field(one)

    @property
    def particulars(self) -> list[forms.BoundField]:
        """Give the fields of who takes it and why it may be agreed."""
        return [self[one.name] for one in agreement.TERMS if one.name != agreement.TAKER]

    def clean(self) -> dict[str, Any]:
        """Put what was agreed together, as the rules take it."""
        given = dict(self.cleaned_data)
        said = {one.name: given.pop(one.name, "") for one in agreement.TERMS}
        return {**given, "particulars": said}


def _field(one: Particular) -> forms.Field:
    label, said = gettext(one.title), gettext(one.help) if one.help else ""
    if one.choices:
        choices = [(slug, gettext(title)) for slug, title in one.choices.items()]
        return forms.ChoiceField(label=label, help_text=said, choices=choices)
    widget = forms.Textarea({"rows": 3}) if one.longest > LONG else forms.TextInput()
    return forms.CharField(label=label, help_text=said, max_length=one.longest, widget=widget)
