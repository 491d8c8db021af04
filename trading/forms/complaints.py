"""The forms of complaints: filed by a bidder, decided by the authority."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain.complaints import Complaints
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


class DecisionForm(forms.Form):
    """The decision of the authority, which is published."""

    outcome = forms.ChoiceField(
        label=_("处理结论"), choices=Complaint.Outcome.choices, widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("处理决定（随公告公开）"), max_length=4000, widget=forms.Textarea(LONG)
    )

    def __init__(self, *args: Any, ways: Sequence[str], lots: Sequence[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_redress(self, ways, lots)

    def given(self) -> dict[str, Any]:
        """Give what was decided, and what is undone by it."""
        return {**self.cleaned_data, **redress_in(self.cleaned_data)}


class ExtensionForm(forms.Form):
    """The days of tests and expert reports, which do not count."""

    days = forms.IntegerField(label=_("不计入的天数"), min_value=1, max_value=365)
    reason = forms.CharField(
        label=_("检验、检测、鉴定的内容"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
