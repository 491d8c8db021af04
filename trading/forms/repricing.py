"""New terms for what nobody has registered for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import money
from trading.domain import files, repricing
from trading.forms.inputs import MomentInput, amount
from trading.models import Lot


class NewTermsForm(forms.Form):
    """What one lot is offered for from now on."""

    start_price = amount(_("新的转让底价（元）"))
    deposit = amount(_("交易保证金（元）"))
    delivery = forms.CharField(
        label=_("价款支付与交割"), max_length=repricing.LONGEST_DELIVERY, required=False
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        initial = {
            "start_price": lot.start_price,
            "deposit": lot.deposit,
            "delivery": lot.delivery,
        }
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}", "initial": initial})
        self.lot = lot
        self.fields["start_price"].help_text = gettext(
            "原底价 %(before)s 元，评估价 %(valuation)s 元；低于评估价九成须有批准单位书面同意。"
        ) % {
            "before": money.format_yuan(lot.start_price),
            "valuation": money.format_yuan(lot.budget),
        }

    def terms(self) -> repricing.NewTerms:
        """Give the terms as the rules take them."""
        return repricing.NewTerms(**self.cleaned_data)


class RepricingForm(forms.Form):
    """What is said of the new disclosure as a whole."""

    reason = forms.CharField(
        label=_("调整的内容和理由"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("公告正文：写明调整前后的条件。"),
    )
    bids_close_at = forms.DateTimeField(
        label=_("新的披露期满时间"),
        widget=MomentInput(),
        help_text=_("自今日起重新计算完整的披露期；竞价时间随之顺延。"),
    )
    consent = forms.FileField(
        label=_("批准单位的书面同意"),
        required=False,
        help_text=_("新的底价低于评估价九成时必须上传。"),
    )

    def __init__(self, *args: Any, lots: Sequence[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else None
        self.lots = [NewTermsForm(given, lot=lot) for lot in lots]

    def is_valid(self) -> bool:
        """Ask every lot too, so that each shows its errors."""
        held = [form.is_valid() for form in self.lots]
        return super().is_valid() and all(held)

    def given(self) -> dict[str, Any]:
        """Give everything as the service takes it."""
        upload = self.cleaned_data["consent"]
        kept = files.Upload("consent", upload.name, upload.read()) if upload else None
        return {
            "lots": {form.lot.number: form.terms() for form in self.lots},
            "reason": self.cleaned_data["reason"],
            "bids_close_at": self.cleaned_data["bids_close_at"],
            "consent": kept,
        }
