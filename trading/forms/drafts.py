"""The forms of a draft, one for each of its sections."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import custody, files
from trading.forms.inputs import DateInput, MomentInput, amount, offer
from trading.models import Attachment, Tender

LONG: Final = {"rows": 3}


class NewTenderForm(forms.Form):
    """What a draft begins with."""

    title = forms.CharField(
        label=_("项目名称"), max_length=160, help_text=_("如：市第一人民医院医用检验设备采购项目")
    )
    purchaser = forms.ChoiceField(label=_("采购人"))
    category = forms.ChoiceField(label=_("类别"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", queries.category_choices())
        buyers = queries.purchasers()
        offer(self, "purchaser", [(b.uscc, f"{b.name}（{b.uscc}）") for b in buyers])


class BasicForm(forms.Form):
    """The facts a tender notice names (M87 13)."""

    title = forms.CharField(label=_("项目名称"), max_length=160)
    category = forms.ChoiceField(
        label=_("类别"),
        help_text=_("决定价格分的最低比重（87号令第五十五条）。"),
    )
    summary = forms.CharField(
        label=_("采购需求概况"),
        help_text=_("写明标的、数量、简要技术要求，供供应商判断是否参加。"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        required=False,
    )
    plan_number = forms.CharField(label=_("采购计划编号"), max_length=60, required=False)
    funding = forms.CharField(label=_("资金来源"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    place = forms.CharField(label=_("开标地点"), max_length=120, required=False)
    bid_security = amount(
        _("投标保证金（元）"),
        help_text=_("不得超过预算金额的 2%，不收取填 0（政府采购法实施条例第三十三条）。"),
    )
    validity_days = forms.IntegerField(
        label=_("投标有效期（日）"), min_value=30, max_value=365, initial=90
    )
    stages = forms.ChoiceField(
        label=_("开启方式"),
        choices=Tender.Stages.choices,
        help_text=_("分两次开启时，技术评审结束前任何人都看不到报价。"),
    )

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", categories)


class LotForm(forms.Form):
    """One lot with its money."""

    title = forms.CharField(label=_("采购包名称"), max_length=160)
    description = forms.CharField(
        label=_("采购内容"), widget=forms.Textarea(LONG), max_length=3000, required=False
    )
    quantity = forms.CharField(label=_("数量"), max_length=40, required=False)
    delivery = forms.CharField(label=_("交付或服务期限"), max_length=120, required=False)
    budget = amount(_("预算金额（元）"), help_text=_("采购计划批复的金额，随公告公开。"))
    ceiling = amount(_("最高限价（元）"), help_text=_("不得高于预算金额，随公告公开。"))


class ItemForm(forms.Form):
    """One line of the price schedule."""

    name = forms.CharField(label=_("名称"), max_length=120, required=False)
    spec = forms.CharField(label=_("规格与要求"), max_length=400, required=False)
    quantity = forms.CharField(label=_("数量"), max_length=20, required=False)
    unit = forms.CharField(label=_("单位"), max_length=10, required=False)


class TermForm(forms.Form):
    """One term a bidder must meet, and what proves it."""

    text = forms.CharField(label=_("条款"), max_length=500, required=False)
    evidence = forms.CharField(label=_("证明材料"), max_length=300, required=False)


class TimetableForm(forms.Form):
    """The dates chosen; the rules propose and check them."""

    documents_from = forms.DateField(
        label=_("采购文件提供开始"), widget=DateInput(), required=False
    )
    documents_until = forms.DateField(
        label=_("采购文件提供截止"), widget=DateInput(), required=False
    )
    bids_close_at = forms.DateTimeField(
        label=_("投标截止暨开标时间"), widget=MomentInput(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"check-{name}"


class DocumentForm(forms.Form):
    """A file of the tender."""

    kind = forms.ChoiceField(label=_("文件类别"), choices=Attachment.Kind.choices)
    file = forms.FileField(
        label=_("文件"), help_text=_("PDF、DOCX、XLSX、OFD、ZIP、PNG、JPG，不超过 50 MB。")
    )

    def upload(self) -> files.Upload:
        """Give the file as the rules take it."""
        given = self.cleaned_data["file"]
        return files.Upload(self.cleaned_data["kind"], given.name, given.read())


class CustodianForm(forms.Form):
    """Who holds a stage key, and for which office."""

    holder = forms.ChoiceField(label=_("托管人"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "holder", choices)


class ThresholdForm(forms.Form):
    """How many custodians open a stage together."""

    threshold = forms.IntegerField(
        label=_("开启所需人数"),
        min_value=custody.FEWEST_CUSTODIANS,
        max_value=custody.MOST_CUSTODIANS,
    )


class RecoveryThresholdForm(forms.Form):
    """How many of the recovery set give back a share together."""

    recovery_threshold = forms.IntegerField(
        label=_("恢复所需人数"),
        help_text=_("至少 2 人，并应少于恢复托管人总数：一人缺席时仍能恢复。"),
        min_value=custody.FEWEST_CUSTODIANS,
        max_value=custody.MOST_CUSTODIANS,
    )


class ReasonForm(forms.Form):
    """A reason that must be given."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(LONG))


ItemFormSet = forms.formset_factory(ItemForm, extra=3, max_num=200, absolute_max=210)
TermFormSet = forms.formset_factory(TermForm, extra=2, max_num=40, absolute_max=50)


def show_as_needed(form: forms.Form) -> None:
    """Show fields that may wait until publication as needed all the same: none is optional."""
    form.use_required_attribute = False
    for field in form.fields.values():
        field.required = True
