"""The forms of a draft, one for each of its sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import custody, files, sale
from trading.forms.inputs import DateInput, MomentInput, amount, offer
from trading.markets import method_of
from trading.models import Attachment, Lot, Tender

LONG: Final = {"rows": 3}


class NewTenderForm(forms.Form):
    """What a draft begins with."""

    kind = forms.ChoiceField(
        label=_("交易方式与类别"), help_text=_("决定适用的程序、期限和公告内容，之后不能更换市场。")
    )
    title = forms.CharField(
        label=_("项目名称"), max_length=160, help_text=_("如：市第一人民医院医用检验设备采购项目")
    )
    purchaser = forms.ChoiceField(label=_("采购人或转让方"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", queries.kinds_of_tender())
        buyers = queries.purchasers()
        offer(self, "purchaser", [(b.uscc, f"{b.name}（{b.uscc}）") for b in buyers])

    def begun(self) -> dict[str, str]:
        """Give what a draft begins with; market, method and category are chosen as one."""
        given = self.cleaned_data
        market, method, category = given["kind"].split(".")
        return {
            "market": market,
            "method": method,
            "category": category,
            "title": given["title"],
            "purchaser": given["purchaser"],
        }


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


class SaleForm(forms.Form):
    """The facts a disclosure names (rulebook 2.3)."""

    title = forms.CharField(label=_("项目名称"), max_length=160)
    category = forms.ChoiceField(
        label=_("类别"), help_text=_("决定信息披露的最短期限（国资委、财政部令第32号）。")
    )
    summary = forms.CharField(
        label=_("转让标的概况"),
        help_text=_(
            "写明标的企业或资产、转让比例、最近一期审计数据、付款方式、职工与债权债务安排、"
            "有无优先购买权人和其他需要披露的事项。"
        ),
        widget=forms.Textarea({"rows": 8}),
        max_length=5000,
        required=False,
    )
    plan_number = forms.CharField(
        label=_("批准或备案文号"),
        max_length=60,
        required=False,
        help_text=_("转让行为的批准文件和评估结果的核准或备案。"),
    )
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)

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


class SaleLotForm(forms.Form):
    """One thing for sale with its money."""

    title = forms.CharField(label=_("标的名称"), max_length=160)
    description = forms.CharField(
        label=_("标的说明"), widget=forms.Textarea(LONG), max_length=3000, required=False
    )
    quantity = forms.CharField(label=_("转让比例或数量"), max_length=40, required=False)
    delivery = forms.CharField(
        label=_("价款支付与交割"),
        max_length=120,
        required=False,
        help_text=_("一次付清的，合同生效后五个工作日内；分期的，首期不低于 30%。"),
    )
    budget = amount(_("评估价（元）"), help_text=_("经核准或备案的评估结果。"))
    start_price = amount(_("转让底价（元）"), help_text=_("首次披露不得低于评估价。"))
    deposit = amount(_("交易保证金（元）"), help_text=_("不超过转让底价的 30%，不收取填 0。"))


class AuctionForm(forms.Form):
    """How one lot is bid for."""

    kind = forms.ChoiceField(label=_("竞价方式"))
    increment = amount(
        _("加价幅度（元）"), help_text=_("每次报价高出当前价的最小金额，只能是它的整数倍。")
    )
    opens_at = forms.DateTimeField(
        label=_("自由报价开始"),
        widget=MomentInput(),
        help_text=_("披露期满之后的工作日。披露期顺延时一并顺延。"),
    )
    free_minutes = forms.IntegerField(
        label=_("自由报价期（分钟）"),
        min_value=sale.FREE_MINUTES[0],
        max_value=sale.FREE_MINUTES[1],
        initial=sale.USUAL_FREE,
        help_text=_("结束时间固定，期内随时可以报价；5 分钟至 7 天。"),
    )
    cycle_s = forms.IntegerField(
        label=_("延时报价周期（秒）"),
        min_value=sale.CYCLE_SECONDS[0],
        max_value=sale.CYCLE_SECONDS[1],
        initial=sale.USUAL_CYCLE,
        help_text=_("自由报价期结束后，每个有效报价重新计时；一个周期内无人报价即结束。"),
    )

    def __init__(self, *args: Any, lot: Lot, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}"})
        self.lot = lot
        offer(self, "kind", [(kind, gettext(sale.KINDS[kind])) for kind in kinds])

    def terms(self) -> sale.AuctionTerms:
        """Give the terms as the rules take them."""
        return sale.AuctionTerms(**self.cleaned_data)


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

    def changes(self) -> dict[str, Any]:
        """Give the fields of the draft that the form sets."""
        return self.cleaned_data


class SaleTimetableForm(forms.Form):
    """When the disclosure ends, and how it goes on while nobody has registered."""

    bids_close_at = forms.DateTimeField(
        label=_("披露期满（登记截止）时间"), widget=MomentInput(), required=False
    )
    rounds = forms.IntegerField(
        label=_("无人登记时最多延长（次）"),
        min_value=0,
        max_value=sale.MOST_ROUNDS,
        required=False,
        help_text=_("填 0 表示期满无人登记即不成交。"),
    )
    days = forms.IntegerField(
        label=_("每次延长（工作日）"),
        min_value=sale.ROUND_DAYS[0],
        max_value=sale.ROUND_DAYS[1],
        required=False,
        help_text=_("每次不少于 5 个工作日。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bids_close_at"].widget.attrs["aria-describedby"] = "check-bids_close_at"

    def changes(self) -> dict[str, Any]:
        """Give the fields of the draft that the form sets."""
        given = self.cleaned_data
        extension = {"rounds": given.get("rounds") or 0, "days": given.get("days") or 0}
        return {"bids_close_at": given.get("bids_close_at"), "extension": extension}


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


MAY_BE_LEFT: Final = frozenset({"rounds", "days"})
ItemFormSet = forms.formset_factory(ItemForm, extra=3, max_num=200, absolute_max=210)
TermFormSet = forms.formset_factory(TermForm, extra=2, max_num=40, absolute_max=50)


def show_as_needed(form: forms.Form) -> None:
    """Show fields that may wait until publication as needed all the same: none is optional."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        field.required = name not in MAY_BE_LEFT


@dataclass(frozen=True)
class Forms:
    """The forms of the sections that differ between ways of trading."""

    basic: type[BasicForm | SaleForm]
    lot: type[LotForm | SaleLotForm]
    timetable: type[TimetableForm | SaleTimetableForm]


SEALED: Final = Forms(BasicForm, LotForm, TimetableForm)
SALE: Final = Forms(SaleForm, SaleLotForm, SaleTimetableForm)
NEEDED_LATER: Final = (BasicForm, SaleForm, TimetableForm, SaleTimetableForm)


def forms_of(tender: Tender) -> Forms:
    """Give the forms a draft is written with."""
    return SEALED if method_of(tender).is_sealed else SALE
