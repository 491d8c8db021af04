"""The forms of the talks: what the panel asks each supplier, and what a supplier answers."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.domain import EXPLAIN_MINUTES, MOST_MINUTES
from evaluation.forms import StepForm
from evaluation.queries.talks import talking

LONG = {"rows": 3}


def minutes(label: Any) -> forms.IntegerField:  # noqa: ANN401 - a lazy text
    """Make the field for the time that all suppliers have alike."""
    return forms.IntegerField(
        label=label, min_value=EXPLAIN_MINUTES, max_value=MOST_MINUTES, initial=EXPLAIN_MINUTES
    )


class RoundForm(StepForm):
    """What each supplier is asked by itself, and what changes for all."""

    change = forms.CharField(
        label=_("对采购文件的实质性变动（发给所有供应商）"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(LONG),
        help_text=_(
            "没有变动请留空。只能变动采购需求中的技术、服务要求和合同草案条款，须经采购人代表确认；"
            "变动同时书面通知所有参加的供应商，并给予相同的重新响应时间。"
        ),
    )
    minutes = minutes(_("答复时间（分钟）"))

    def prepare(self, at: datetime) -> None:
        """Ask for a question to each supplier that is still talked with."""
        del at
        for bid in talking(self.evaluation):
            self.fields[f"bid-{bid.pk}"] = forms.CharField(
                label=f"{bid.lot.number} · {bid.bidder.name}",
                required=False,
                max_length=2000,
                widget=forms.Textarea(LONG),
            )
        self.order_fields([*(n for n in self.fields if n.startswith("bid-")), "change", "minutes"])

    def clean(self) -> dict[str, Any]:
        """Gather the questions by bid."""
        data = super().clean() or {}
        asked = {n: data.pop(n) for n in list(data) if n.startswith("bid-")}
        questions = {int(n.removeprefix("bid-")): text for n, text in asked.items() if text}
        return data | {"questions": questions}


class QuotesForm(StepForm):
    """How long suppliers have for their one last quote."""

    minutes = minutes(_("提交最后报价的时间（分钟）"))


class TurnForm(forms.Form):
    """A supplier's written answer of a round."""

    turn = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    text = forms.CharField(
        label=_("书面答复"),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("由贵单位法定代表人或授权代表确认；提交后不能更改，其他供应商看不到。"),
    )


class LeaveForm(forms.Form):
    """The lot a supplier no longer wants to talk about."""

    lot = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
