"""The forms of complaints: filed by a bidder, decided by the authority."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading.domain.complaints import Complaints
from trading.forms.files import contact, evidence
from trading.forms.inputs import DateInput, offer
from trading.forms.redress import add_redress, redress_in
from trading.models import Complaint, Lot

LONG = {"rows": 5}


class ComplaintForm(forms.Form):
    """A complaint with the parts its form must hold (M94 18, CP11 7)."""

    ground = forms.ChoiceField(label=_("投诉对象"))
    known_on = forms.DateField(
        label=_("知道或者应当知道的日期"),
        widget=DateInput(),
        required=False,
        help_text=_("已经提出过的不用填写，从答复之日起算。"),
    )
    matters = forms.CharField(
        label=_("投诉事项与事实依据"), max_length=4000, widget=forms.Textarea(LONG)
    )
    claim = forms.CharField(label=_("请求"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    law = forms.CharField(label=_("法律依据"), max_length=300)
    contact = contact()
    attached = evidence()

    def __init__(
        self,
        *args: Any,
        windows: Sequence[Mapping[str, Any]],
        terms: Complaints,
        when: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "ground", [(w["ground"], _named(w)) for w in windows if w["is_open"]])
        self.fields["ground"].help_text = when
        if not terms.direct:
            del self.fields["known_on"]


def _named(window: Mapping[str, Any]) -> str:
    title = gettext(window["title"])
    return f"{title}（{window['ground']}）" if window["until"] else title


class ReturnForm(forms.Form):
    """What a complaint lacks, all of it at once, and by when it is mended (M94 21)."""

    to_correct = forms.CharField(
        label=_("需要补正的事项（一次性告知）"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    correct_until = forms.DateField(label=_("补正期限"), widget=DateInput())


class CorrectionForm(forms.Form):
    """A complaint that is mended: the parts its filer wrote."""

    matters = forms.CharField(
        label=_("投诉事项与事实依据"), max_length=4000, widget=forms.Textarea(LONG)
    )
    claim = forms.CharField(label=_("请求"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    law = forms.CharField(label=_("法律依据"), max_length=300)
    attached = evidence()


class CopiesForm(forms.Form):
    """To which suppliers a copy goes besides those the complaint is against."""

    suppliers = forms.MultipleChoiceField(
        label=_("与投诉事项有关的供应商"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, related: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not related:
            del self.fields["suppliers"]
            return
        offer(self, "suppliers", [(one.uscc, one.name) for one in related])


class ExplanationForm(forms.Form):
    """What one whom a complaint concerns says to it."""

    explanation = forms.CharField(label=_("书面说明"), max_length=4000, widget=forms.Textarea(LONG))
    attached = evidence()


class DecisionForm(forms.Form):
    """The decision of the authority, which is published."""

    outcome = forms.ChoiceField(
        label=_("处理结论"), choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("处理决定（随公告公开）"), max_length=4000, widget=forms.Textarea(LONG)
    )

    def __init__(
        self,
        *args: Any,
        ways: Sequence[str],
        lots: Sequence[Lot],
        own: Lot | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        add_redress(self, ways, lots, own=own)

    def given(self) -> dict[str, Any]:
        """Give what was decided, and what is undone by it."""
        return {**self.cleaned_data, **redress_in(self.cleaned_data)}


class ExtensionForm(forms.Form):
    """The days of tests and expert reports, which do not count."""

    days = forms.IntegerField(label=_("不计入的天数"), min_value=1, max_value=365)
    reason = forms.CharField(
        label=_("检验、检测、鉴定的内容"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
