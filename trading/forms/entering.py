"""What is filled in for an entry with the centre, and what the centre may say of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import entry
from trading.forms.inputs import offer


class EntryForm(forms.Form):
    """By which contract the agency runs the tender; all else is in the draft already."""

    agency_contract = forms.CharField(
        label=_("招标代理委托合同（编号和日期）"), max_length=entry.LONGEST
    )


class RefuseEntryForm(forms.Form):
    """Which items are missing."""

    missing = forms.MultipleChoiceField(label=_("缺少的材料"), widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label=_("说明（可不填）"), max_length=entry.LONGEST, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "missing", [(code, gettext(title)) for code, title in entry.ITEMS.items()])
