"""What a bidder and the centre say in an auction."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bidding.models import Auction
from bidding.services.auction.acting import KINDS
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


class ExcludeForm(forms.Form):
    """Who is put out, and why."""

    bidder = forms.CharField(
        label=_("竞买人代码，或其统一社会信用代码"),
        help_text=_("公开的只有代码。"),
        max_length=18,
    )
    cause = forms.CharField(
        label=_("事由"),
        help_text=_("例如查实串通、保证金被退票。事由公开，请勿写单位名称。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def given(self) -> dict[str, str]:
        """Give both; what is empty is refused by the service, with its own sentence."""
        self.is_valid()
        said = {name: str(self.cleaned_data.get(name, "")) for name in ("bidder", "cause")}
        return {"bidder": said["bidder"], "reason": said["cause"]}


class VoidForm(forms.Form):
    """Why the result of an auction is void, and by which article."""

    article = forms.CharField(label=_("依据条款"), max_length=80)
    cause = forms.CharField(
        label=_("查明的事实"),
        help_text=_(
            "例如成交单位提供虚假文件隐瞒事实、行贿或者恶意串通。事由公开，请勿写单位名称。"
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    defaulted = forms.BooleanField(
        label=_("成交单位拒绝签订合同或者付款"),
        required=False,
        help_text=_(
            "勾选的，它不能参加再行出让、转让，并补足低于原成交价的差额（拍卖法第三十九条）。"
        ),
    )

    def given(self) -> dict[str, Any]:
        """Give all; what is empty is refused by the service, with its own sentence."""
        self.is_valid()
        said = {name: str(self.cleaned_data.get(name, "")) for name in ("article", "cause")}
        defaulted = bool(self.cleaned_data.get("defaulted"))
        return {"article": said["article"], "reason": said["cause"], "defaulted": defaulted}


class DisqualifyForm(ExcludeForm):
    """Who was found out after the end, what it did, and whether that touched the result."""

    article = forms.CharField(label=_("依据条款"), max_length=80)
    touches = forms.BooleanField(
        label=_("该行为影响了成交结果"),
        required=False,
        help_text=_("例如与竞得人串通。成交结果随之无效，可以依法重新组织。"),
    )

    def given(self) -> dict[str, str]:
        """Give all as text; what is empty is refused by the service, with its own sentence."""
        return {**super().given(), "article": str(self.cleaned_data.get("article", ""))}

    def has_touched(self) -> bool:
        """Tell whether the result was touched."""
        return bool(self.cleaned_data.get("touches"))


class NonceForm(forms.Form):
    """The random text that somebody gives for a draw."""

    nonce = forms.CharField(
        label=_("随机数"),
        help_text=_("任意文字或十六进制，8 至 64 个字节。摇号后与种子一并公布。"),
        max_length=200,
    )

    def given(self) -> str:
        """Give the text; one too short is refused by the service, with its own sentence."""
        self.is_valid()
        return str(self.cleaned_data.get("nonce", ""))


class TrialForm(forms.Form):
    """A weighted quote that is only reckoned: the price, and what is promised of each item."""

    price = forms.CharField(label=_("报价（元）"), max_length=20)
    best = forms.CharField(
        label=_("假设的最高报价（元）"),
        max_length=20,
        required=False,
        help_text=_("别家的报价到期前谁也不知道；不填的，按您的报价最高试算。"),
    )

    def __init__(self, *args: Any, auction: Auction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [item["code"] for item in auction.terms["weights"]["items"]]
        for number, code in enumerate(self.codes):
            self.fields[f"item-{number}"] = forms.DecimalField(
                label=code, min_value=Decimal(0), max_digits=15
            )

    def clean_price(self) -> Decimal:
        """Read the price strictly; none is nothing to reckon with."""
        return _amount(self.cleaned_data["price"], above=Decimal(0))

    def clean_best(self) -> Decimal | None:
        """Read the price that is assumed to be the best one."""
        given = self.cleaned_data["best"].strip()
        return _amount(given, above=Decimal(0)) if given else None

    def items(self) -> dict[str, str]:
        """Give what is promised of each item, as an act holds it."""
        return {code: value for _name, code, value in self.listed()}

    def listed(self) -> list[tuple[str, str, str]]:
        """Give the fields of the items with their codes and values."""
        names = [(f"item-{number}", code) for number, code in enumerate(self.codes)]
        return [(name, code, f"{self.cleaned_data[name]:f}") for name, code in names]


def items_in(sent: Any, auction: Auction) -> dict[str, str]:  # noqa: ANN401 - Django's QueryDict
    """Read what a weighted quote promises beside its price; the rules judge the values."""
    listed = auction.terms.get("weights", {}).get("items", [])
    return {
        item["code"]: sent.get(f"item-{number}", "").strip() for number, item in enumerate(listed)
    }


def _amount(text: str, *, above: Decimal) -> Decimal:
    try:
        read = money.parse(text.strip())
    except DomainError as wrong:
        raise forms.ValidationError(wrong.text()) from wrong
    if read <= above:
        raise forms.ValidationError(gettext("金额应大于零。"))
    return read


def act_of(sent: Any) -> tuple[ActForm, bool]:  # noqa: ANN401 - Django's QueryDict
    """Read an act, and tell whether it is well formed."""
    form = ActForm(sent)
    return form, form.is_valid()
