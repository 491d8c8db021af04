"""The forms of a motion: what the lead puts to the members, and what each says to it."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation import statutory
from evaluation.forms import StepForm, is_yes
from evaluation.queries import lots_of, motions
from evaluation.queries.judged import judged_bids


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

    def prepare(self, at: datetime) -> None:
        """Name what yes and no mean for a bid, where it is one that is voted on."""
        del at
        waiting = motions.open_motions(self.evaluation).first()
        if waiting is not None and waiting.bid_id is not None:
            yes, no = gettext("是，否决该投标"), gettext("否，不否决")
            self.offer("agrees", [("yes", yes), ("no", no)])


class RejectionForm(StepForm):
    """Which bid falls under which ground of the law, and by what facts."""

    bid = forms.TypedChoiceField(label=_("投标人"), coerce=int)
    ground = forms.ChoiceField(label=_("法定否决情形"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("事实和页码"), max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def prepare(self, at: datetime) -> None:
        """Offer the bids still judged and the grounds of the market's law."""
        del at
        bids = judged_bids(self.evaluation)
        self.offer("bid", [(bid.pk, f"{bid.lot.number} · {bid.bidder.name}") for bid in bids])
        grounds = statutory.grounds(self.evaluation.tender.market)
        said = [(code, f"{gettext(g.title)}（{g.article}）") for code, g in grounds.items()]
        self.offer("ground", said)
