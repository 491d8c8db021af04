"""The forms of a construction draft: what its notice names (NT10 5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import separation
from trading.forms.drafts import LONG, BasicForm, LotForm, TimetableForm
from trading.forms.inputs import DateInput, amount, offer
from trading.forms.media import LinesField
from trading.markets import method_of
from trading.models import Tender


class WorksForm(BasicForm):
    """The facts a notice of construction names (NT10 5)."""

    category = forms.ChoiceField(label=_("类别"), help_text=_("决定投标保证金的最高金额。"))
    trade_class = forms.ChoiceField(
        label=_("工程行业"),
        required=False,
        help_text=_("统一交易标识码的前三位，公告发布时为每个标段赋码。"),
    )
    summary = forms.CharField(
        label=_("招标范围与工程概况"),
        help_text=_("写明建设地点、规模、招标内容和范围，供潜在投标人判断是否参加。"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        required=False,
    )
    plan_number = forms.CharField(label=_("项目审批或投资项目代码"), max_length=60, required=False)
    bid_security = amount(
        _("投标保证金（元）"),
        help_text=_(
            "所有标段合计，不得超过估算价的 2%，施工、货物最高 80 万元，勘察设计监理最高 10 万元；"
            "不收取填 0（招标投标法实施条例第二十六条）。"
        ),
    )
    state_funded = forms.BooleanField(
        label=_("国有资金占控股或者主导地位"),
        required=False,
        help_text=_("是的话，应当确定排名第一的中标候选人为中标人。"),
    )

    award_way = forms.ChoiceField(
        label=_("评定分离的定标方法"),
        required=False,
        help_text=_(
            "选定后，评标委员会推荐不排序的候选人，由招标人的定标委员会按此方法定标；写入招标文件。"
        ),
    )

    other_media = LinesField(
        label=_("发布公告的其他媒介"),
        required=False,
        help_text=_("国家平台（中国招标投标公共服务平台）排在最前，不必填写；其他媒介每行一个。"),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, tender=tender, **kwargs)
        ways = [(way, gettext(separation.WAYS[way])) for way in method_of(tender).award_ways]
        if not method_of(tender).media_article:
            del self.fields["other_media"]
        offer(self, "award_way", [("", _("不采用评定分离")), *ways])
        offer(self, "trade_class", queries.class_choices(tender))


class WorksLotForm(LotForm):
    """One section of the works with its money."""

    title = forms.CharField(label=_("标段名称"), max_length=160)
    description = forms.CharField(
        label=_("招标内容"), widget=forms.Textarea(LONG), max_length=3000, required=False
    )
    quantity = forms.CharField(label=_("规模"), max_length=40, required=False)
    delivery = forms.CharField(label=_("工期"), max_length=120, required=False)
    budget = amount(_("合同估算价（元）"), help_text=_("投标保证金以此为基数。"))
    ceiling = amount(_("最高投标限价（元）"), help_text=_("在招标文件中明确，超过的投标被否决。"))
    reserved = None  # type: ignore[assignment]  # Django leaves out what a form sets to None


class WorksTimetableForm(TimetableForm):
    """The dates of a construction tender."""

    documents_from = forms.DateField(
        label=_("招标文件发售开始"), widget=DateInput(), required=False
    )
    documents_until = forms.DateField(
        label=_("招标文件发售截止"), widget=DateInput(), required=False
    )
