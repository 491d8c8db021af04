"""Whom alone a draft invites, on which ground, and who argues it."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import sources
from trading.forms.inputs import amount, offer

LONG: Final = {"rows": 3}


class ArgumentForm(forms.Form):
    """One expert's argument, published with who gives it."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    employer = forms.CharField(label=_("工作单位"), max_length=80, required=False)
    title = forms.CharField(label=_("职称"), max_length=40, required=False)
    opinion = forms.CharField(
        label=_("论证意见"),
        max_length=sources.LONGEST_OPINION,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def given(self) -> sources.Argument | None:
        """Give the argument, if the line says any."""
        said = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return sources.Argument(**said) if any(said.values()) else None


ArgumentFormSet = forms.formset_factory(ArgumentForm, extra=3, max_num=sources.MOST_ARGUMENTS)


class SourceForm(forms.Form):
    """The one supplier and why there is no other."""

    supplier = forms.ChoiceField(
        label=_("拟定的唯一供应商"), help_text=_("已在平台注册的供应商；只有它能收到并接受邀请。")
    )
    ground = forms.ChoiceField(
        label=_("适用情形"), widget=forms.RadioSelect, help_text=_("政府采购法第三十一条。")
    )
    reason = forms.CharField(
        label=_("原因及相关说明"),
        max_length=sources.LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    authority = forms.CharField(
        label=_("财政部门的地址、联系人和联系电话"),
        max_length=sources.LONGEST_NAME,
        required=False,
        help_text=_("随公示公开，异议同时抄送财政部门。"),
    )
    base_contract = forms.CharField(
        label=_("原合同名称和编号"),
        max_length=sources.LONGEST_NAME,
        required=False,
        help_text=_("只有添购时填写。"),
    )
    base_amount = amount(
        _("原合同采购金额（元）"),
        required=False,
        help_text=_("添购资金总额不得超过它的百分之十。"),
    )
    base_added = amount(_("此前已添购金额（元）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(body.uscc, f"{body.name}（{body.uscc}）") for body in queries.suppliers()]
        offer(self, "supplier", [("", gettext("请选择")), *known])
        offer(self, "ground", [(g, gettext(title)) for g, title in sources.GROUNDS.items()])
