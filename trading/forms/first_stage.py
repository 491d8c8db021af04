"""The forms of the first stage of two: dates, a proposal, an amendment, and the call for bids."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trading.domain.gates import LARGEST_FILE, LONGEST
from trading.forms.inputs import DateInput, MomentInput
from trading.forms.prequalification import AmendGateForm, PrequalApplicationForm, affecting
from trading.forms.works import WorksTimetableForm


class TwoStageTimetableForm(WorksTimetableForm):
    """The dates of construction whose document is made from proposals."""

    proposals_from = forms.DateField(
        label=_("第一阶段招标文件发售开始"), widget=DateInput(), required=False
    )
    proposals_until = forms.DateField(
        label=_("第一阶段招标文件发售截止"), widget=DateInput(), required=False
    )
    proposals_close_at = forms.DateTimeField(
        label=_("技术建议提交截止时间"), widget=MomentInput(), required=False
    )


class ProposalForm(PrequalApplicationForm):
    """What a proposer hands in: no price, and nobody else with it."""

    statement = forms.CharField(
        label=_("技术建议要点"),
        max_length=LONGEST["statement"],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("不得填写投标报价。"),
    )
    file = forms.FileField(
        label=_("技术建议书"),
        help_text=format_lazy(
            _("合成一个文件，PDF、OFD 或 ZIP 等，不超过 {most} MB，不得含投标报价。"),
            most=LARGEST_FILE // 1024 // 1024,
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, takes_consortia=False, **kwargs)


class AmendFirstStageForm(AmendGateForm):
    """A public change of what is asked to be proposed."""

    kind = "first_stage"
    affects = "affects_proposals"

    affects_proposals = affecting(_("可能影响技术建议编制"))
    file = forms.FileField(label=_("新增的第一阶段招标文件"), required=False)


class CallForm(forms.Form):
    """The digest of the text that was read before bids are called for."""

    digest = forms.CharField(widget=forms.HiddenInput(), max_length=64)
