"""What is told of a sale in advance, where it hands over control of an enterprise."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.domain import predisclosure
from trading.forms.inputs import DateInput

ANSWERS: Final = (
    ("no", _("不导致实际控制权转移，直接正式披露")),
    ("yes", _("导致实际控制权转移，先信息预披露")),
)


def _told(name: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=_(predisclosure.TEXTS[name]),
        widget=forms.Textarea({"rows": rows}),
        max_length=predisclosure.LONGEST,
        required=False,
    )


class PreDisclosureForm(forms.Form):
    """Whether control changes, and what the public is then told before the terms (SA32 13, 15)."""

    control_changes = forms.ChoiceField(
        label=_("转让后标的企业的实际控制权"), choices=ANSWERS, widget=forms.RadioSelect()
    )
    approved_on = forms.DateField(
        label=_("转让行为获批准的日期"),
        widget=DateInput(),
        required=False,
        help_text=_("预披露应在获批后十个工作日内发布，不少于二十个工作日。"),
    )
    subject = _told("subject")
    holders = _told("holders")
    decisions = _told("decisions")
    accounts = _told("accounts")

    def __init__(self, *args: Any, said: Mapping[str, Any], **kwargs: Any) -> None:
        initial = dict(said)
        if said:
            initial["control_changes"] = "yes" if said["control_changes"] else "no"
        super().__init__(*args, **kwargs | {"initial": initial})

    def said(self) -> dict[str, Any]:
        """Give what the draft then says."""
        given = self.cleaned_data
        changes = given["control_changes"] == "yes"
        if not changes:
            return {"control_changes": False}
        texts = {name: given[name] for name in predisclosure.TEXTS}
        return {"control_changes": True, "approved_on": given["approved_on"], **texts}
