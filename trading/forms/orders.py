"""The forms of orders: to stand still and go on, and to declare lots failed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import failing
from trading.domain.orders import ARTICLE
from trading.forms.inputs import DateInput, offer
from trading.models import Lot

LONG = {"rows": 3}


class SuspendForm(forms.Form):
    """Why a tender stands still, by which article or until when."""

    article = forms.CharField(label=_("依据条款"), max_length=ARTICLE)
    until = forms.DateField(label=_("暂停至（最后一日）"), widget=DateInput())
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(LONG),
        help_text=_("随暂停公告公开，请勿写参加单位的名称。"),
    )

    def __init__(self, *args: Any, is_authority: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_authority:
            self.fields["until"].required = False
            self.fields["until"].help_text = gettext("不填写的，直到决定恢复。")
        else:
            del self.fields["article"]


class FailForm(forms.Form):
    """Which lots fail, on which ground of the law, and the facts."""

    ground = forms.ChoiceField(label=_("法定情形"), widget=forms.RadioSelect)
    lots = forms.TypedMultipleChoiceField(
        label=_("标段（包）"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("查明的事实"),
        max_length=failing.LONGEST,
        widget=forms.Textarea(LONG),
        help_text=_("随公告公开。"),
    )

    def __init__(
        self, *args: Any, grounds: Sequence[str], lots: Sequence[Lot], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "ground", [(name, gettext(failing.GROUNDS[name])) for name in grounds])
        offer(self, "lots", [(lot.number, f"{lot.number}　{lot.title}") for lot in lots])
        if len(lots) == 1:
            self.initial.setdefault("lots", [lots[0].number])
