"""The forms of the result: winners, challenges, contracts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.money import format_yuan
from trading.domain import files
from trading.forms.inputs import offer
from trading.markets import market_of, method_of
from trading.models import Challenge, Lot

LONG: Final = {"rows": 3}


class ChoiceForm(forms.Form):
    """The winner of one lot."""

    rank = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("不选排名第一的法定理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lot = lot
        self.fields["rank"].label = gettext(market_of(lot.tender).words["winner_label"])
        # Where a price was formed live there is nothing to choose: the highest offer has it.
        ranked = lot.candidates if method_of(lot.tender).is_sealed else lot.candidates[:1]
        offer(self, "rank", [(c["rank"], _in_words(c)) for c in ranked])


def _in_words(candidate: Mapping[str, Any]) -> str:
    """Name a candidate with rank, price and total; an amount never breaks after its sign."""
    price = f"¥\N{NO-BREAK SPACE}{format_yuan(Decimal(candidate['price']))}"
    return f"{candidate['rank']}. {candidate['name']}　{price}　{candidate['total']}"


class ChallengeForm(forms.Form):
    """A challenge with the parts its form must hold (M94 12)."""

    about = forms.ChoiceField(
        label=_("质疑对象"),
        choices=Challenge.About.choices,
        help_text=_("已届满或者尚未发生的不能选择（政府采购法第五十二条）。"),
    )
    matters = forms.CharField(
        label=_("质疑事项与事实依据"), max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    claim = forms.CharField(
        label=_("与质疑事项相关的请求"), max_length=4000, widget=forms.Textarea(LONG)
    )
    law = forms.CharField(label=_("法律依据"), max_length=300)
    affects_result = forms.BooleanField(
        label=_("该事项可能影响中标结果"), required=False, initial=True
    )

    def __init__(self, *args: Any, windows: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "about", [(w["about"], w["title"]) for w in windows if w["is_open"]])


class ChallengeAnswerForm(forms.Form):
    """The written answer to a challenge."""

    outcome = forms.ChoiceField(
        label=_("结论"), choices=Challenge.Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea({"rows": 5}))


class FileForm(forms.Form):
    """A signed contract."""

    file = forms.FileField(label=_("合同文本"), help_text=_("已签署的合同，PDF 或 OFD。"))

    def upload(self) -> files.Upload:
        """Give the file as the rules take it."""
        given = self.cleaned_data["file"]
        return files.Upload("contract_draft", given.name, given.read())
