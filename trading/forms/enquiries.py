"""What a supplier asks of a procurement at any time, and what is answered."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EnquiryForm(forms.Form):
    """What is asked."""

    question = forms.CharField(
        label=_("询问事项"), max_length=4000, widget=forms.Textarea({"rows": 4})
    )


class EnquiryAnswerForm(forms.Form):
    """What is answered to it."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("只答复提问的供应商，不得涉及商业秘密；影响响应文件编制的，请发布更正公告。"),
    )
