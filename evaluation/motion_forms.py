"""The forms of a motion: what the lead puts to the members, and what each says to it."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.forms import StepForm, is_yes
from evaluation.queries import lots_of, motions


class MotionForm(StepForm):
    """What is put to the members: that a lot fails, on which ground of the law."""

    lot = forms.TypedChoiceField(label=_("标段（包）"), coerce=int)
    ground = forms.ChoiceField(label=_("法定情形"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("事实"), max_length=300, widget=forms.Textarea({"rows": 2}))

    def prepare(self, at: datetime) -> None:
        """Offer the lots still to be judged and the grounds of the method's law."""
        del at
        lots = lots_of(self.evaluation)
        self.offer("lot", [(lot.number, f"{lot.number}　{lot.title}") for lot in lots])
        self.offer("ground", [(g, gettext(t)) for g, t in motions.grounds_of(self.evaluation)])


class MotionVoteForm(StepForm):
    """Whether a member finds that the lot fails, and why."""

    motion = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**15)
    agrees = forms.TypedChoiceField(
        label=_("表决"),
        choices=(("yes", _("是，该标段（包）废标")), ("no", _("否，继续评审"))),
        coerce=is_yes,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea({"rows": 2}))
