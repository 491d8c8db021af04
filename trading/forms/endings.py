"""How a contract ended that was not performed."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import ending, files
from trading.forms.inputs import DateInput, offer


class EndContractForm(forms.Form):
    """On which ground a contract ended, why, since when, and the paper that says so."""

    ground = forms.ChoiceField(label=_("合同终止情形"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("合同终止理由"),
        max_length=ending.LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("在合同页面公开，请勿填写不宜公开的内容。"),
    )
    ended_on = forms.DateField(label=_("合同终止日期"), widget=DateInput())
    file = forms.FileField(
        label=_("合同终止文书"),
        required=False,
        help_text=_("解除协议、通知或者裁判文书，PDF 或 OFD。"),
    )

    def __init__(self, *args: Any, market: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = ending.grounds_in(market).items()
        offer(self, "ground", [(n, f"{gettext(o.title)}（{o.article}）") for n, o in grounds])

    def given(self) -> dict[str, Any]:
        """Give what was typed, and the file, as the rules take them."""
        said = dict(self.cleaned_data)
        paper = said.pop("file")
        document = files.Upload("contract_draft", paper.name, paper.read()) if paper else None
        return {"given": ending.Given(**said), "document": document}
