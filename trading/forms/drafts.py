"""The forms of a draft, one for each of its sections."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import custody, files, performance, reserved, sale
from trading.domain.gates import GATES
from trading.forms.inputs import DateInput, MomentInput, amount, offer
from trading.forms.stated import ConversionForm
from trading.markets import market_of, method_of
from trading.models import Attachment, Tender
from trading.periods import BUDGET_LEVELS, SUBJECTS

LONG: Final = {"rows": 3}


class NewTenderForm(forms.Form):
    """What a draft begins with."""

    kind = forms.ChoiceField(
        label=_("交易方式与类别"), help_text=_("决定适用的程序、期限和公告内容，之后不能更换市场。")
    )
    title = forms.CharField(
        label=_("项目名称"), max_length=160, help_text=_("如：市第一人民医院医用检验设备采购项目")
    )
    purchaser = forms.ChoiceField(label=_("采购人、转让方或出让人"))

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


class BasicForm(ConversionForm):
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
    budget_level = forms.ChoiceField(
        label=_("预算级次"),
        required=False,
        help_text=_("决定公开招标数额标准等限额；不选的，只适用不分级次的规则。"),
    )
    funding = forms.CharField(label=_("资金来源"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    place = forms.CharField(label=_("开标地点"), max_length=120, required=False)
    bid_security = amount(
        _("投标保证金（元）"),
        help_text=_("不得超过预算金额的 2%，不收取填 0（政府采购法实施条例第三十三条）。"),
    )
    performance_share = forms.DecimalField(
        label=_("履约保证金占合同金额（%）"),
        min_value=0,
        max_digits=4,
        decimal_places=2,
        required=False,
        help_text=_("不得超过合同金额的 10%，不收取填 0；要求的，中标人提交后才能签订合同。"),
    )
    performance_forms = forms.MultipleChoiceField(
        label=_("履约保证金的提交形式"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    validity_days = forms.IntegerField(
        label=_("投标有效期（日）"), min_value=30, max_value=365, initial=90
    )
    stages = forms.ChoiceField(
        label=_("开启方式"),
        choices=Tender.Stages.choices,
        help_text=_("分两次开启时，技术评审结束前任何人都看不到报价。"),
    )
    listed_case = forms.ChoiceField(
        label=_("两家即可继续的情形"),
        required=False,
        help_text=_("法律、规章列明的情形；不属于的，合格供应商不足三家即终止。"),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method = method_of(tender)
        offer(self, "category", queries.category_choices(tender))
        named = [(form, gettext(title)) for form, title in performance.FORMS.items()]
        offer(self, "performance_forms", named)
        offer(self, "stages", [(s, t) for s, t in Tender.Stages.choices if s in method.stages])
        cases = [(case, gettext(SUBJECTS[case])) for case in method.listed_cases]
        offer(self, "listed_case", [("", gettext("不属于")), *cases])
        if not cases:
            del self.fields["listed_case"]
        levels = [(level, gettext(title)) for level, title in BUDGET_LEVELS.items()]
        offer(self, "budget_level", [("", "—"), *levels])
        if not market_of(tender).has_budget_levels:
            del self.fields["budget_level"]
        self.fields["validity_days"].help_text = _usual_validity(tender)
        self.leave_out_conversion(tender)
        if method.second_stage:  # each contract of the second stage has its own, if any
            del self.fields["performance_share"], self.fields["performance_forms"]

    def clean_performance_share(self) -> Decimal:
        """Take a share left empty as none."""
        return self.cleaned_data["performance_share"] or Decimal(0)


def _usual_validity(tender: Tender) -> str:
    """Say what the rules call usual; where they say nothing, neither do we."""
    rules = queries.rules_of(tender, tender.drafted_at)
    least, most = rules.find("bid_validity", "min"), rules.find("bid_validity", "max")
    if least is None or most is None:
        return ""
    days = {"least": f"{least.value:f}", "most": f"{most.value:f}"}
    return gettext("通常为 %(least)s 至 %(most)s 日。") % days


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

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", queries.category_choices(tender))


class OpeningForm(forms.Form):
    """Where and how the bids for what is sold are opened, and how long they bind."""

    place = forms.CharField(label=_("开标地点"), max_length=120, required=False)
    validity_days = forms.IntegerField(
        label=_("投标有效期（日）"), min_value=30, max_value=365, initial=90
    )
    stages = forms.ChoiceField(
        label=_("开启方式"), help_text=_("分两次开启时，技术评审结束前任何人都看不到报价。")
    )

    def offer_ways(self, tender: Tender) -> None:
        """Offer the ways of opening that the method has."""
        ways = method_of(tender).stages
        offer(self, "stages", [(s, t) for s, t in Tender.Stages.choices if s in ways])


class SaleTenderForm(SaleForm, OpeningForm):
    """The facts a disclosure names where what is sold is bid for under seal."""

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, tender=tender, **kwargs)
        self.offer_ways(tender)


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
    reserved = forms.ChoiceField(
        label=_("专门面向中小企业"),
        choices=[("", _("不预留")), *((k, _(t)) for k, t in reserved.KINDS.items())],
        help_text=_("预留的采购包只有相应规模的企业可以参加，不再给予价格扣除。"),
        required=False,
    )


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


class ItemForm(forms.Form):
    """One line of the price schedule."""

    name = forms.CharField(label=_("名称"), max_length=120, required=False)
    spec = forms.CharField(label=_("规格与要求"), max_length=400, required=False)
    quantity = forms.CharField(label=_("数量"), max_length=20, required=False)
    unit = forms.CharField(label=_("计量单位"), max_length=10, required=False)


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
            if not isinstance(field, forms.ChoiceField):
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


class SaleTenderTimetableForm(SaleTimetableForm):
    """When the disclosure ends, which is when bids are opened."""

    bids_close_at = forms.DateTimeField(
        label=_("披露期满暨投标截止、开标时间"), widget=MomentInput(), required=False
    )


class DocumentForm(forms.Form):
    """A file of the tender."""

    kind = forms.ChoiceField(label=_("文件类别"), choices=Attachment.Kind.choices)
    file = forms.FileField(
        label=_("文件"), help_text=_("PDF、DOCX、XLSX、OFD、ZIP、PNG、JPG，不超过 50 MB。")
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gate = method_of(tender).gate
        is_over = queries.is_settled(tender)
        other = {one.document for one in GATES if one != gate or is_over}
        offer(self, "kind", [(k, t) for k, t in Attachment.Kind.choices if k not in other])

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


MAY_BE_LEFT: Final = frozenset(
    {
        "rounds",
        "days",
        "state_funded",
        "listed_case",
        "base_contract",
        "base_amount",
        "base_added",
        "approval",
        "approval_by",
        "approval_on",
        "approval_text",
        "award_way",
    }
)
ItemFormSet = forms.formset_factory(ItemForm, extra=3, max_num=200, absolute_max=210)
TermFormSet = forms.formset_factory(TermForm, extra=2, max_num=40, absolute_max=50)


def show_as_needed(form: forms.Form) -> None:
    """Show fields that may wait until publication as needed all the same: none is optional."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        field.required = name not in MAY_BE_LEFT
