"""What people type into the monitoring pages."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import accepted
from monitoring.domain import CATEGORIES, Sight
from monitoring.satisfaction import MARKS, SERVICES
from trading.forms.inputs import offer


def done(form: forms.Form, service: Callable[[], object]) -> bool:
    """Call the service; false when it refused, with its words beside the field."""
    return accepted(form, service) is not None


class LeadTextForm(forms.Form):
    """What somebody reports, adds or answers."""

    text = forms.CharField(
        label=_("内容"), max_length=4000, widget=forms.Textarea({"rows": 8, "autocomplete": "off"})
    )


class LeadForm(LeadTextForm):
    """A lead without a name."""

    tender = forms.CharField(
        label=_("项目编号"),
        max_length=40,
        required=False,
        help_text=_("线索涉及某个项目时填写；不清楚的留空。"),
    )


class ReceiptForm(forms.Form):
    """The code by which a lead is followed."""

    receipt = forms.CharField(
        label=_("回执码"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )


class ObservationForm(forms.Form):
    """An observation: the category, a sentence, and what was on the screen."""

    category = forms.ChoiceField(
        label=_("类别"), choices=[(name, _(title)) for name, title in CATEGORIES.items()]
    )
    text = forms.CharField(label=_("一句话说明"), max_length=1000)
    observed_at = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    fact = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    supersedes = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30)

    def clean_observed_at(self) -> datetime | None:
        """Read the instant; without one the instant of filing counts."""
        text = self.cleaned_data["observed_at"]
        if not text:
            return None
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as wrong:
            raise forms.ValidationError(_("观察时刻不是有效的时间。")) from wrong
        if instant.tzinfo is None:
            raise forms.ValidationError(_("观察时刻须带时区。"))
        return instant

    def sight(self, at: datetime) -> Sight:
        """Give what was on the screen when the first key went down."""
        cleaned = self.cleaned_data
        return Sight(cleaned["observed_at"] or at, cleaned["fact"])


class ReplyForm(forms.Form):
    """An answer, a ground for contesting, or a ruling."""

    text = forms.CharField(
        label=_("内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NominationForm(forms.Form):
    """A unit nominates a person."""

    username = forms.CharField(
        label=_("被推荐人的账号"),
        max_length=30,
        help_text=_("被推荐人须已注册个人账号并同意推荐。"),
    )
    uscc = forms.CharField(
        label=_("推荐单位统一社会信用代码"),
        max_length=18,
        help_text=_("由推荐单位的人员登录后填写。"),
    )
    background = forms.CharField(
        label=_("身份与单位"), max_length=160, help_text=_("例如：市人大代表，第三中学教师。")
    )
    opinion = forms.CharField(
        label=_("推荐单位意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class VettingForm(forms.Form):
    """What the vetting of a nominee found."""

    passed = forms.TypedChoiceField(
        label=_("审查结论"),
        choices=[("yes", _("通过，予以公示")), ("no", _("不通过"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    interests = forms.CharField(
        label=_("存在利害关系的单位"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "近三年任职、持股、近亲属任职的单位，每行一个统一社会信用代码。仅用于回避，不公开。"
        ),
    )
    reason = forms.CharField(
        label=_("不通过的理由"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_interests(self) -> list[str]:
        """Read one credit code a line."""
        return [line.strip().upper() for line in self.cleaned_data["interests"].split() if line]


class RatingForm(forms.Form):
    """How content somebody was with a service."""

    service = forms.ChoiceField(label=_("服务"), widget=forms.RadioSelect)
    mark = forms.TypedChoiceField(
        label=_("满意度"),
        choices=[(mark, _(title)) for mark, title in MARKS.items()],
        coerce=int,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, services: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = [(name, gettext(SERVICES[name])) for name in services]
        offer(self, "service", left)


class ReasonForm(forms.Form):
    """A reason to be recorded."""

    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class NonceForm(forms.Form):
    """The word that nobody could know when the seed was committed."""

    nonce = forms.CharField(
        label=_("随机数"),
        max_length=200,
        help_text=_(
            "任意文字，例如当天彩票号码或现场观众给出的一句话；公布后任何人都能复算抽取结果。"
        ),
    )
