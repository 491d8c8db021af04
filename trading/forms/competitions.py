"""The forms of a second competition: what is bought, the text of the invitation, and low offers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading.forms.frameworks import offer_buyers
from trading.forms.inputs import MomentInput
from trading.models import Tender

LONG = {"rows": 5}


class OpenCompetitionForm(forms.Form):
    """What a purchaser calls from a framework, and how much of it."""

    purchaser = forms.ChoiceField(label=_("采购人"))
    title = forms.CharField(label=_("项目名称"), max_length=160)
    content = forms.CharField(
        label=_("采购需求概况"),
        widget=forms.Textarea(LONG),
        max_length=3000,
        help_text=_("写明本次采购的内容和要求，不得改变框架协议的实质性条款。"),
    )
    quantity = forms.DecimalField(label=_("数量"), min_value=0, max_digits=12, decimal_places=2)
    delivery = forms.CharField(label=_("交付或服务期限"), max_length=120, required=False)

    def __init__(self, *args: Any, buying: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_buyers(self, buying)


class CompetitionForm(forms.Form):
    """The facts an invitation names."""

    title = forms.CharField(label=_("项目名称"), max_length=160)
    summary = forms.CharField(
        label=_("采购需求概况"), widget=forms.Textarea(LONG), max_length=5000, required=False
    )
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:  # noqa: ARG002
        super().__init__(*args, **kwargs)


class CompetitionTimetableForm(forms.Form):
    """By when those asked make themselves ready."""

    bids_close_at = forms.DateTimeField(
        label=_("响应截止时间"), widget=MomentInput(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bids_close_at"].widget.attrs["aria-describedby"] = "check-bids_close_at"

    def changes(self) -> dict[str, Any]:
        """Give the fields of the draft that the form sets."""
        return self.cleaned_data


class ExplanationForm(forms.Form):
    """Why a low offer can be kept."""

    explanation = forms.CharField(
        label=_("书面说明"),
        widget=forms.Textarea({"rows": 6}),
        max_length=4000,
        help_text=_("说明成本构成和报价依据；提交后不能更改。"),
    )


class PriceDecisionForm(forms.Form):
    """Whether it was shown that a low offer is sound."""

    is_proven = forms.ChoiceField(
        label=_("审查结论"),
        choices=[("yes", _("报价合理，报价有效")), ("no", _("不能证明报价合理，报价无效"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("审查意见"), max_length=300, widget=forms.Textarea({"rows": 3})
    )

    def given(self) -> dict[str, Any]:
        """Give the decision as the service takes it."""
        said = self.cleaned_data
        return {"is_proven": said["is_proven"] == "yes", "reason": said["reason"]}
