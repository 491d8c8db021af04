"""The forms of money around a bid: they parse, the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deposits.domain import claims, outcomes
from deposits.models import Refund
from trading.domain import files
from trading.forms.inputs import DateInput, amount


class LetterFileForm(forms.Form):
    """The file of a guarantee letter."""

    file = forms.FileField(label=_("保函文件"), help_text=_("PDF 或 OFD，不超过 50 MB。"))

    def upload(self) -> files.Upload:
        """Give the file as the rules take it."""
        given = self.cleaned_data["file"]
        return files.Upload("other", given.name, given.read())


class GuaranteeForm(LetterFileForm):
    """A guarantee letter with what it says of itself."""

    issuer = forms.CharField(label=_("出具机构"), max_length=100)
    letter_number = forms.CharField(label=_("保函编号"), max_length=60)
    amount = amount(_("担保金额（元）"))
    valid_until = forms.DateField(label=_("有效期至"), widget=DateInput)
    beneficiary = forms.CharField(label=_("受益人"), max_length=120)

    field_order = ["issuer", "letter_number", "amount", "valid_until", "beneficiary", "file"]

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return told | {"amount": f"{told['amount']:.2f}", "document": self.upload()}


class SecurityLetterForm(GuaranteeForm):
    """A performance guarantee with what it says of itself."""

    valid_until = forms.DateField(
        label=_("有效期至"),
        widget=DateInput,
        help_text=_(
            "应覆盖整个履约期。系统只核对是否晚于合同签订期限，是否覆盖履约期由采购人核对。"
        ),
    )


class SecurityReceiptForm(forms.Form):
    """A transfer that the bank has credited."""

    amount = amount(_("到账金额（元）"))
    bank = forms.CharField(label=_("银行流水号"), max_length=40)

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {
            "amount": f"{self.cleaned_data['amount']:.2f}",
            "bank": self.cleaned_data["bank"],
        }


class SecurityReleaseForm(forms.Form):
    """Nothing to fill in: the contract was performed."""

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {}


class SecurityDropForm(forms.Form):
    """Why a contract will not be signed."""

    article = forms.CharField(label=_("依据条款"), max_length=80)
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("供应商会看到这段理由。确认后合同不能再签订。"),
    )

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return dict(self.cleaned_data)


class SecurityReturnForm(forms.Form):
    """The bank's number of the money that went back; a letter has none."""

    bank = forms.CharField(
        label=_("银行流水号"), max_length=40, required=False, help_text=_("退还保函的不填。")
    )

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return {"bank": self.cleaned_data["bank"]}


class ForfeitForm(forms.Form):
    """Why a deposit is not given back."""

    ground = forms.ChoiceField(label=_("情形"), widget=forms.RadioSelect)
    article = forms.CharField(label=_("依据条款"), max_length=80)
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("供应商会看到这段理由。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ground"]
        if isinstance(field, forms.ChoiceField):
            names = outcomes.OUTCOMES
            field.choices = [(ground, gettext(names[ground])) for ground in outcomes.GROUNDS]


class LiftForm(forms.Form):
    """Why a deposit that was held is given back."""

    reason = forms.CharField(
        label=_("退还理由"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("写明经查未发现应当不予退还的情形，或者其他退还的理由。"),
    )


class ClaimForm(forms.Form):
    """When the guarantor was asked to pay."""

    on = forms.DateField(label=_("提出索赔的日期"), widget=DateInput)


class ClaimAnswerForm(forms.Form):
    """What the guarantor answered, when, and the bank's number or the reason."""

    answer = forms.ChoiceField(label=_("索赔的结果"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("赔付、答复或者撤回的日期"), widget=DateInput)
    bank = forms.CharField(
        label=_("银行流水号"),
        max_length=40,
        required=False,
        help_text=_("已赔付的填写。赔付直接付给受益人，不经交易中心账户。"),
    )
    reason = forms.CharField(
        label=_("拒绝赔付或者撤回索赔的理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, gettext(title)) for name, title in claims.ANSWERS.items()]


class SecurityForfeitForm(forms.Form):
    """Why the security of a contract that is not performed is kept."""

    article = forms.CharField(label=_("依据条款"), max_length=80, initial="《招标投标法》第六十条")
    reason = forms.CharField(
        label=_("不履行合同的事实和理由"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("供应商会看到这段理由。保函由采购人向出具机构索赔。"),
    )

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return dict(self.cleaned_data)


class SecurityRestoreForm(forms.Form):
    """Why that decision is taken back."""

    reason = forms.CharField(
        label=_("撤销理由"), max_length=300, widget=forms.Textarea({"rows": 3})
    )

    def given(self) -> dict[str, Any]:
        """Give what the service takes."""
        return dict(self.cleaned_data)


class UndoForm(forms.Form):
    """Why a decision is taken back."""

    reason = forms.CharField(
        label=_("撤销理由"), max_length=300, widget=forms.Textarea({"rows": 3})
    )


class RefundsForm(forms.Form):
    """The bank's numbers of the refunds that went out on a day; an empty one stays due."""

    paid_on = forms.DateField(label=_("银行付款日期"), widget=DateInput)

    def __init__(self, *args: Any, refunds: Sequence[Refund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refunds = refunds
        for refund in refunds:
            self.fields[_name(refund)] = forms.CharField(
                label=_("银行流水号"), max_length=40, required=False
            )

    def rows(self) -> list[tuple[Refund, forms.BoundField]]:
        """Give each refund with its field."""
        return [(refund, self[_name(refund)]) for refund in self.refunds]

    def payments(self) -> dict[int, str]:
        """Give the numbers that were filled in, by refund."""
        told = {refund.pk: self.cleaned_data[_name(refund)].strip() for refund in self.refunds}
        return {key: number for key, number in told.items() if number}


def _name(refund: Refund) -> str:
    return f"number_{refund.pk}"
