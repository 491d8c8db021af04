"""A payment of the price, as who runs the sale records it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import settlement
from trading.forms.inputs import DateInput, amount, offer


class PaymentForm(forms.Form):
    """One payment, and until when the rest follows where it is paid by instalments."""

    amount = amount(_("到账金额（元）"))
    paid_on = forms.DateField(label=_("付款日期"), widget=DateInput())
    source = forms.ChoiceField(label=_("款项来源"))
    rest_due = forms.DateField(
        label=_("余款付清日期"),
        widget=DateInput(),
        required=False,
        help_text=_(
            "分期付款的才填：首付款不低于总价款的三成，余款提供担保，并在合同生效之日起一年内付清。"
        ),
    )

    def __init__(self, *args: Any, by_exchange: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_exchange:
            self.fields["rest_due"].help_text = gettext(
                "合同约定的余款付清日期；不填的，按规则最迟的日期。"
            )
        sources = [(name, gettext(title)) for name, title in settlement.SOURCES.items()]
        offer(self, "source", sources)

    def payment(self) -> settlement.Given:
        """Give the payment as the rules take it."""
        return settlement.Given(**self.cleaned_data)
