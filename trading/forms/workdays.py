"""What an official notice says of a day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.forms.inputs import DateInput


class DayForm(forms.Form):
    """A day, whether offices work on it, and the notice that says so."""

    day = forms.DateField(label=_("日期"), widget=DateInput())
    is_working = forms.TypedChoiceField(
        label=_("这一天"),
        choices=[("no", _("放假")), ("yes", _("上班"))],
        coerce=lambda given: given == "yes",
    )
    title = forms.CharField(
        label=_("通知名称"),
        max_length=200,
        help_text=_("发文机关的正式通知。更正时登记更正通知，原登记保留。"),
    )
    number = forms.CharField(label=_("通知文号"), max_length=80, required=False)
