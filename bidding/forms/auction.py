"""What a bidder and the centre say in an auction."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bidding.services.auction.deciding import KINDS
from kernel import money
from kernel.errors import DomainError

LONGEST_KEY = 64


class ActForm(forms.Form):
    """One act: a bid or a maximum with its amount, or an act without one."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in sorted(KINDS)])
    price = forms.CharField(label=_("报价（元）"), max_length=20, required=False)
    key = forms.CharField(max_length=LONGEST_KEY)

    def clean_price(self) -> Decimal | None:
        """Read an amount as it is read everywhere: strictly."""
        given: str = self.cleaned_data["price"].strip()
        if not given:
            return None
        try:
            return money.parse(given)
        except DomainError as wrong:
            raise forms.ValidationError(wrong.text()) from wrong


class OrderForm(forms.Form):
    """The reason of a pause or of going on."""

    reason = forms.CharField(
        label=_("理由"),
        help_text=_("系统故障或监督部门责令。理由公开，剩余时间保留。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def given(self) -> str:
        """Give the reason; an empty one is refused by the service, with its own sentence."""
        self.is_valid()
        return str(self.cleaned_data.get("reason", ""))


def act_of(sent: Any) -> tuple[ActForm, bool]:  # noqa: ANN401 - Django's QueryDict
    """Read an act, and tell whether it is well formed."""
    form = ActForm(sent)
    return form, form.is_valid()
