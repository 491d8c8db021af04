"""What is said of one who registered for a sale, and what it answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trading.domain.qualifying import LONGEST


class QualificationCheckForm(forms.Form):
    """Whether whoever is to have a parcel is judged after the bidding, not everybody before."""

    qualification_after = forms.BooleanField(
        label=_("竞价结束后再审查竞得人的资格"),
        required=False,
        help_text=_("不选的，申请截止后逐家审查，符合条件的才参加竞价；竞价须在审查期之后开始。"),
    )


class ConfirmTakerForm(forms.Form):
    """Which opinion was read: after so many turns."""

    turns = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReturnTakerForm(ConfirmTakerForm):
    """Why the opinion that was read is sent back."""

    reason = forms.CharField(
        label=_("退回审查意见的理由"),
        max_length=LONGEST["reason"],
        widget=forms.Textarea({"rows": 3}),
        help_text=_("只有本项目一方看到，不告知被审查的单位。"),
    )


class AnswerTakerForm(forms.Form):
    """What somebody refused says to it, once."""

    answer = forms.CharField(
        label=_("申辩、补正"),
        max_length=LONGEST["answer"],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("逐条说明如何满足资格条件。只能提交一次，提交后不能更改。"),
    )
