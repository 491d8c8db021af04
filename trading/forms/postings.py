"""The forms a posting is drafted with: its facts, its posts, when applications close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import posts, serving
from trading.forms.drafts import LONG
from trading.forms.inputs import MomentInput, offer
from trading.models import Tender


class PostingForm(forms.Form):
    """The facts a recruitment's posting names (rulebook 2.5)."""

    title = forms.CharField(label=_("招聘名称"), max_length=160)
    category = forms.ChoiceField(label=_("岗位类别"))
    summary = forms.CharField(
        label=_("单位简介与招聘说明"),
        help_text=_("写明招聘原则、报名办法、考试内容和时间安排、待遇、纪律与监督电话。"),
        widget=forms.Textarea({"rows": 8}),
        max_length=5000,
        required=False,
    )
    plan_number = forms.CharField(
        label=_("招聘计划文号"),
        max_length=60,
        required=False,
        help_text=_("编制部门同意的用编计划。"),
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", queries.category_choices(tender))


class PostForm(forms.Form):
    """One post: how many people, whom it asks for, and how they are examined."""

    title = forms.CharField(label=_("岗位名称"), max_length=160)
    description = forms.CharField(
        label=_("岗位职责"), widget=forms.Textarea(LONG), max_length=3000, required=False
    )
    openings = forms.IntegerField(label=_("招聘人数"), min_value=1, max_value=posts.MOST_OPENINGS)
    education = forms.ChoiceField(
        label=_("学历要求"), choices=[(name, _(title)) for name, title in posts.EDUCATIONS.items()]
    )
    majors = forms.CharField(
        label=_("专业要求"), max_length=300, required=False, help_text=_("不限的留空。")
    )
    age_most = forms.IntegerField(
        label=_("年龄上限（周岁）"),
        min_value=posts.AGES[0],
        max_value=posts.AGES[1],
        required=False,
        help_text=_("不限的留空。"),
    )
    others = forms.CharField(
        label=_("其他条件"),
        max_length=300,
        required=False,
        help_text=_("只能写岗位工作需要的条件，如执业资格；不得指向特定的人，不得有歧视。"),
    )
    delivery = forms.CharField(label=_("工作地点与待遇"), max_length=120, required=False)
    opening_ratio = forms.DecimalField(
        label=_("开考比例（报名人数比招聘人数）"),
        min_value=1,
        max_value=posts.MOST_RATIO,
        decimal_places=2,
        initial=posts.USUAL_RATIO,
        help_text=_("一般 3:1，填 3。达不到的核减人数或取消岗位。"),
    )
    interview_ratio = forms.DecimalField(
        label=_("面试比例（面试人数比招聘人数）"),
        min_value=1,
        max_value=posts.MOST_RATIO,
        decimal_places=2,
        initial=posts.USUAL_RATIO,
        help_text=_("一般 3:1 或 2:1；末位成绩并列的都进入。"),
    )
    written_weight = forms.DecimalField(
        label=_("笔试成绩占总成绩（%）"),
        min_value=posts.WEIGHTS[0],
        max_value=posts.WEIGHTS[1],
        decimal_places=2,
        initial=50,
        help_text=_("其余为面试成绩。"),
    )
    written_pass = forms.DecimalField(
        label=_("笔试合格线"), min_value=0, max_value=100, decimal_places=2, initial=60
    )
    interview_pass = forms.DecimalField(
        label=_("面试合格线"), min_value=0, max_value=100, decimal_places=2, initial=60
    )
    scarce = forms.BooleanField(
        label=_("紧缺岗位：经人事综合管理部门批准可以降低开考比例"), required=False
    )
    ground = forms.ChoiceField(
        label=_("采用直接考察的情形"),
        choices=[("", _("请选择")), *((name, _(title)) for name, title in posts.GROUNDS.items())],
        required=False,
    )
    reason = forms.CharField(
        label=_("具体理由"),
        help_text=_("写明岗位为何急需、人才为何短缺，随公告公开。"),
        widget=forms.Textarea(LONG),
        max_length=300,
        required=False,
    )
    approval = forms.CharField(
        label=_("批准文号"),
        help_text=_("同意该岗位直接考察的文件。"),
        max_length=300,
        required=False,
    )
    service_years = forms.IntegerField(
        label=_("在职年限（年，至少）"),
        min_value=serving.YEARS[0],
        max_value=serving.YEARS[1],
        required=False,
        help_text=_("在编在岗工作的足年，算到报名截止之日。"),
    )
    grade = forms.IntegerField(
        label=_("现任同类岗位等级（级，至少）"),
        min_value=serving.GRADES[0],
        max_value=serving.GRADES[1],
        required=False,
        help_text=_("一级最高，十三级最低：填 8 表示八级及以上。"),
    )


class PostingTimetableForm(forms.Form):
    """When applications close."""

    bids_close_at = forms.DateTimeField(
        label=_("报名截止时间"), widget=MomentInput(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bids_close_at"].widget.attrs["aria-describedby"] = "check-bids_close_at"

    def changes(self) -> dict[str, Any]:
        """Give the fields of the draft that the form sets."""
        return self.cleaned_data
