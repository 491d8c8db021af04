"""The forms by which a committee comes together: who may be drawn, sits, leaves, and leads."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.domain import MOST_MEMBERS, large_cases
from evaluation.forms import StepForm
from evaluation.queries import overview, rules_of, seats_of
from evaluation.queries.judged import priced_bids


class PoolForm(StepForm):
    """Which experts may be drawn, and whether the purchaser sends somebody."""

    speciality = forms.ChoiceField(label=_("评审专业"))
    owner_rep = forms.ChoiceField(
        label=_("采购人代表"),
        required=False,
        help_text=_("可以不派。采购人代表不得担任组长，评审专家不少于成员总数的三分之二。"),
    )

    size = forms.IntegerField(
        label=_("评标委员会人数"),
        required=False,
        min_value=1,
        max_value=MOST_MEMBERS,
        help_text=_("单数，不少于法定人数；不填的，按法定最少人数。"),
    )
    large_case = forms.ChoiceField(
        label=_("应当七人以上的情形"),
        required=False,
        help_text=_("预算金额达到标准的自动适用；技术复杂、社会影响较大的由采购人认定。"),
    )

    def prepare(self, at: datetime) -> None:
        """Offer the specialities of the pool and the purchaser's people."""
        cases = large_cases(rules_of(self.evaluation))
        if cases:
            named = [(case, gettext(title)) for case, title in cases.items()]
            self.offer("large_case", [("", gettext("没有")), *named])
        else:
            del self.fields["large_case"]
        self.offer("speciality", [(name, _(name)) for name in overview.specialities()])
        self.initial.setdefault("speciality", self.evaluation.speciality)
        people = overview.representatives(self.evaluation, at)
        none = [("", gettext("不派代表"))]
        self.offer("owner_rep", none + [(user.username, user.name) for user in people])


class AppointForm(StepForm):
    """Whom the purchaser sends instead."""

    username = forms.ChoiceField(label=_("采购人代表"))

    def prepare(self, at: datetime) -> None:
        """Offer the purchaser's people."""
        people = overview.representatives(self.evaluation, at)
        self.offer("username", [(user.username, user.name) for user in people])


class NonceForm(StepForm):
    """The number given on the spot by somebody who does not know the seed."""

    nonce = forms.CharField(
        label=_("随机数"),
        max_length=128,
        help_text=_("任意文字或十六进制，8 至 64 字节。与事先承诺的种子合在一起决定抽取结果。"),
    )


class ReasonForm(StepForm):
    """Why somebody steps aside."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea({"rows": 2}))


class RemoveForm(StepForm):
    """Which member cannot go on, and why."""

    seat = forms.TypedChoiceField(label=_("需要更换的席位"), coerce=int)
    reason = forms.CharField(
        label=_("更换的理由"),
        max_length=300,
        help_text=_("因健康、擅离职守等原因不能继续评审的。记入评审记录，监督部门可以看到。"),
        widget=forms.Textarea({"rows": 2}),
    )

    def prepare(self, at: datetime) -> None:
        """Offer the places by number: who sits there not everybody may know yet."""
        del at
        seats = seats_of(self.evaluation)
        said = gettext("第 %(number)s 席（%(kind)s）")
        self.offer(
            "seat",
            [
                (seat.number, said % {"number": seat.number, "kind": seat.get_kind_display()})
                for seat in seats
            ],
        )


class VoteForm(StepForm):
    """Whom a member wants to lead."""

    seat = forms.TypedChoiceField(label=_("推选组长"), coerce=int, widget=forms.RadioSelect)

    def prepare(self, at: datetime) -> None:
        """Offer the experts of the committee."""
        del at
        seats = seats_of(self.evaluation).filter(kind="expert")
        self.offer("seat", [(seat.number, seat.person.name) for seat in seats])


class AskPriceForm(StepForm):
    """Which bidder is asked to explain its price, and why."""

    bid = forms.TypedChoiceField(label=_("投标人"), coerce=int)
    reason = forms.CharField(
        label=_("认为报价明显偏低的理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def prepare(self, at: datetime) -> None:
        """Offer the bids still judged, with their prices."""
        del at
        bids = priced_bids(self.evaluation)
        self.offer("bid", [(b.pk, f"{b.lot.number} · {b.bidder.name} · {b.price}") for b in bids])
