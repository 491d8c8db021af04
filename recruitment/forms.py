"""The forms of a recruitment: parse and check shape; rules are the services'."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recruitment.domain.applying import LEVELS, SERVING, Application
from recruitment.domain.appraisal import MOST_VOTES
from recruitment.domain.hiring import CHECKS, MOST_YEARS
from recruitment.domain.ratio import OUTCOMES
from recruitment.domain.remedies import OUTCOMES as FINDINGS
from recruitment.models import Applicant, Script
from recruitment.services.written import ABSENT
from trading.domain.serving import GRADES

LONG = {"rows": 4}


class ApplicationForm(forms.Form):
    """What an applicant says of themselves, and for which post."""

    post = forms.TypedChoiceField(label=_("报考岗位"), coerce=int)
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=18,
        help_text=_("加密保存，任何页面都不显示全号，只用于核对身份和一人一岗。"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(label=_("手机号码"), max_length=11)
    education = forms.ChoiceField(
        label=_("最高学历"), choices=[(name, _(title)) for name, title in LEVELS.items()]
    )
    school = forms.CharField(label=_("毕业院校"), max_length=80)
    major = forms.CharField(label=_("所学专业"), max_length=80)
    experience = forms.CharField(
        label=_("工作经历与资格证书"),
        max_length=1000,
        required=False,
        help_text=_("岗位要求的执业资格、工作年限写在这里，资格复审时交验原件。"),
        widget=forms.Textarea(LONG),
    )
    employer = forms.CharField(label=_("现工作单位"), max_length=80)
    serving_since = forms.DateField(
        label=_("在编工作起始日期"), widget=forms.DateInput({"type": "date"})
    )
    grade = forms.IntegerField(
        label=_("现任岗位等级"),
        min_value=GRADES[0],
        max_value=GRADES[1],
        help_text=_("一级最高，十三级最低。"),
    )
    consent = forms.CharField(
        label=_("所在单位同意报名的意见"),
        max_length=120,
        help_text=_("同意报名的部门、文号或日期；资格复审时交验盖章的原件。"),
    )
    declared = forms.BooleanField(
        label=_("所填内容真实。弄虚作假的取消资格，并按规定记录。"),
    )

    def __init__(
        self, *args: Any, posts: Sequence[tuple[int, str]], open_to: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = list(posts)
        if open_to != "serving":
            for name in SERVING:
                del self.fields[name]

    def application(self) -> Application:
        """Give what was said as the rules take it."""
        given = self.cleaned_data
        names = (name for name in Application.__dataclass_fields__ if name in given)
        return Application(**{name: str(given[name]) for name in names})


class ReviewForm(forms.Form):
    """A yes, or a no with its reason."""

    passed = forms.TypedChoiceField(
        label=_("审查结论"),
        choices=[("yes", _("通过")), ("no", _("不通过"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("不通过的理由"),
        max_length=300,
        required=False,
        help_text=_("写明不符合哪项条件，本人可以看到。"),
        widget=forms.Textarea(LONG),
    )


class SettleForm(forms.Form):
    """What becomes of a post by its opening ratio."""

    outcome = forms.ChoiceField(label=_("核定结果"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        required=False,
        help_text=_("核减、取消，或批准紧缺岗位降低比例的，写明理由，公开。"),
    )

    def __init__(
        self, *args: Any, number: int, outcomes: Sequence[str], left: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"post{number}"})
        field = self.fields["outcome"]
        titles = {name: gettext(title) for name, title in OUTCOMES.items()}
        titles["reduced"] = gettext("核减为 %(left)s 人") % {"left": left}
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, titles[name]) for name in outcomes]
        if len(outcomes) == 1:
            self.initial["outcome"] = outcomes[0]


class MarksForm(forms.Form):
    """A field for each paper, by its code: a mark, or the word for an empty seat."""

    def __init__(self, *args: Any, scripts: Sequence[Script], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for script in scripts:
            self.fields[f"script-{script.code}"] = forms.CharField(
                label=script.code,
                max_length=6,
                required=False,
                initial=_("缺考") if script.absent else script.mark,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )

    def marks(self) -> dict[str, str]:
        """Give the marks by code; what was left empty is not marked yet."""
        given = {
            name.removeprefix("script-"): str(value).strip()
            for name, value in self.cleaned_data.items()
        }
        empty_seat = {"缺考", gettext("缺考"), ABSENT}
        return {
            code: ABSENT if value in empty_seat else value for code, value in given.items() if value
        }


class PanelForm(forms.Form):
    """How many examiners sit."""

    size = forms.IntegerField(label=_("考官人数（单数）"), min_value=1, max_value=99, initial=7)


class NonceForm(forms.Form):
    """What somebody else puts into the draw."""

    nonce = forms.CharField(
        label=_("随机数"),
        max_length=64,
        help_text=_("任意文字，8 个字节以上，如现场摇出的号码。种子已先行承诺，谁也不能左右结果。"),
    )


class RecusalForm(forms.Form):
    """Why an examiner steps aside."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(LONG))


class MarkForm(forms.Form):
    """One examiner's mark."""

    mark = forms.CharField(
        label=_("评分（0—100）"),
        max_length=6,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )


class ExtraForm(forms.Form):
    """How somebody did at an extra test; why, where something was entered before."""

    mark = forms.CharField(
        label=_("加试成绩（0—100）"),
        max_length=6,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("更正的理由"),
        max_length=300,
        required=False,
        help_text=_("更正已登记的加试成绩时填写，与更正前后的成绩一并公开。"),
        widget=forms.Textarea(LONG),
    )


def votes(title: Any) -> forms.IntegerField:  # noqa: ANN401 - a lazy text
    """Make a field for the votes of one grade."""
    return forms.IntegerField(label=title, min_value=0, max_value=MOST_VOTES, initial=0)


class AppraisalForm(forms.Form):
    """How colleagues voted on somebody who competes for a post."""

    excellent = votes(_("优秀（票）"))
    competent = votes(_("称职（票）"))
    basic = votes(_("基本称职（票）"))
    incompetent = votes(_("不称职（票）"))


class CorrectedAppraisalForm(AppraisalForm):
    """The votes as they should have been entered, and why they were not."""

    reason = forms.CharField(
        label=_("更正的理由"),
        max_length=300,
        help_text=_("写明原登记错在何处、依据哪份计票记录，与更正前后的分数一并公开。"),
        widget=forms.Textarea(LONG),
    )


class CheckForm(forms.Form):
    """A check and its outcome."""

    kind = forms.ChoiceField(
        label=_("项目"),
        choices=[(name, _(title)) for name, title in CHECKS.items()],
        widget=forms.RadioSelect,
    )
    passed = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("yes", _("合格")), ("no", _("不合格或放弃"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("情况"),
        max_length=300,
        required=False,
        help_text=_("不合格或放弃的，写明情况。"),
        widget=forms.Textarea(LONG),
    )

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(kind, gettext(CHECKS[kind])) for kind in kinds]
        if len(kinds) == 1:
            self.initial["kind"] = kinds[0]


class FilingForm(forms.Form):
    """The number under which a hire is filed."""

    number = forms.CharField(label=_("备案文号"), max_length=60)


class EmploymentForm(forms.Form):
    """Term and trial of a contract."""

    years = forms.IntegerField(
        label=_("合同期限（年）"), min_value=1, max_value=MOST_YEARS, initial=3
    )
    first_job = forms.BooleanField(label=_("初次就业"), required=False)
    trial_months = forms.IntegerField(
        label=_("试用期（月）"), min_value=0, max_value=12, initial=12
    )

    def __init__(self, *args: Any, serving: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if serving:
            del self.fields["first_job"]
            self.initial["trial_months"] = None

    def clean(self) -> dict[str, Any]:
        """Say of whoever serves elsewhere what nobody has to be asked."""
        return {"first_job": False, **(super().clean() or {})}


class DeclineForm(forms.Form):
    """Why somebody is not hired after all."""

    reason = forms.CharField(label=_("情况"), max_length=300, widget=forms.Textarea(LONG))


class DisqualifyForm(forms.Form):
    """What somebody did, and by which rule they are out."""

    reason = forms.CharField(label=_("事实和依据"), max_length=300, widget=forms.Textarea(LONG))


class RecountForm(forms.Form):
    """Why a written score should be looked at again."""

    reason = forms.CharField(
        label=_("复核理由"),
        max_length=300,
        help_text=_(
            "复核只看是否漏评、错加、登分有误。复核页面只列答卷编号，不列姓名；"
            "请不要写姓名和准考证号。成绩按准考证号公布，复核的人可能由分数推知是谁。"
        ),
        widget=forms.Textarea(LONG),
    )


class RecountAnswerForm(forms.Form):
    """What the paper is worth after all."""

    mark = forms.CharField(
        label=_("复核后的分数（0—100）"),
        max_length=6,
        help_text=_("没有变化的，保留原分数。"),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    answer = forms.CharField(label=_("复核情况"), max_length=300, widget=forms.Textarea(LONG))


class ReportForm(forms.Form):
    """A report on somebody a post is to go to."""

    number = forms.TypedChoiceField(label=_("被举报的拟聘用人员"), coerce=int)
    text = forms.CharField(
        label=_("事实和线索"),
        max_length=2000,
        help_text=_("加密保存，只有人事综合管理部门可以看到；招聘单位和被举报人都看不到您是谁。"),
        widget=forms.Textarea(LONG),
    )

    def __init__(self, *args: Any, people: Iterable[Applicant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["number"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(a.number, f"{a.lot.title}　{a.name}") for a in people]


class FindingForm(forms.Form):
    """What a report was found to be, and what either side is told."""

    finding = forms.ChoiceField(
        label=_("核查结论"),
        choices=[(name, _(title)) for name, title in FINDINGS.items()],
        help_text=_("属实的，取消其应聘资格。"),
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("给举报人的答复"), max_length=1000, widget=forms.Textarea(LONG)
    )
    reason = forms.CharField(
        label=_("给被取消资格的人的事实和依据"),
        max_length=300,
        required=False,
        help_text=_("属实的须填写。不得透露举报人。"),
        widget=forms.Textarea(LONG),
    )
