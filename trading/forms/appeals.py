"""The forms of appeals: that a ruling was taken somewhere, and how that ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import appeals
from trading.forms.inputs import DateInput, offer


class AppealForm(forms.Form):
    """Who took a ruling where, and when."""

    way = forms.ChoiceField(label=_("途径"))
    body = forms.CharField(label=_("复议机关、受理法院"), max_length=80)
    appellant = forms.ChoiceField(label=_("申请人、原告"))
    filed_on = forms.DateField(label=_("申请、起诉日期"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "way", [(way, gettext(said)) for way, said in appeals.WAYS.items()])
        who = [(one, gettext(said)) for one, said in appeals.APPELLANTS.items()]
        offer(self, "appellant", who)


class AppealOutcomeForm(forms.Form):
    """How an appeal ended."""

    outcome = forms.ChoiceField(label=_("结果"))
    decided_on = forms.DateField(label=_("审结日期"), widget=DateInput())
    received_on = forms.DateField(label=_("收到文书日期"), widget=DateInput())
    document = forms.CharField(label=_("文书编号"), max_length=80, required=False)
    in_force = forms.BooleanField(label=_("文书已经发生法律效力"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "outcome", [(one, gettext(said)) for one, said in appeals.OUTCOMES.items()])
