"""The forms of the talks: what the panel asks each supplier, and what a supplier answers."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evaluation.domain import EXPLAIN_MINUTES, MOST_MINUTES
from evaluation.forms import StepForm, is_yes
from evaluation.queries.talks import talking
from evaluation.services.paneling import Said

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


class DocumentForm(StepForm):
    """Whether a member confirms the document, or what it wants mended."""

    agrees = forms.TypedChoiceField(
        label=_("对采购文件的意见"),
        choices=(("yes", _("确认")), ("no", _("要求修改"))),
        coerce=is_yes,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("要求修改的，写明哪一条、为什么、怎样改。"),
    )


class SolutionsForm(StepForm):
    """Which suppliers' solutions a member recommends; the reason goes to who is not recommended."""

    def prepare(self, at: datetime) -> None:
        """Ask about every supplier that is still talked with."""
        del at
        for bid in talking(self.evaluation):
            named = f"{bid.lot.number} · {bid.bidder.name}"
            self.fields[f"agrees-{bid.pk}"] = forms.TypedChoiceField(
                label=named,
                choices=(("yes", _("推荐")), ("no", _("不推荐"))),
                coerce=is_yes,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason-{bid.pk}"] = forms.CharField(
                label=format_lazy("{}　{}", named, _("不推荐的理由")),
                required=False,
                max_length=300,
                widget=forms.Textarea({"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """Gather what is said by bid."""
        data = super().clean() or {}
        said = {
            int(name.removeprefix("agrees-")): Said(
                agrees, data.get(name.replace("agrees", "reason"), "")
            )
            for name, agrees in data.items()
            if name.startswith("agrees-")
        }
        return {"given": said}


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
