"""The forms of orders: to stand still and go on, and to declare lots failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import attempts, failing
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


class RetenderForm(forms.Form):
    """In which way something is tried once more."""

    method = forms.ChoiceField(
        label=_("交易方式"),
        help_text=_("招标失败后变更采购方式的，须经批准，并对招标文件和招标程序进行审查。"),
    )

    def __init__(self, *args: Any, ways: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "method", [(slug, gettext(title)) for slug, title in ways.items()])
        if len(ways) == 1:
            del self.fields["method"]


class StopForm(forms.Form):
    """Why a project is not tendered any more, and who consented."""

    needs_approval = forms.BooleanField(
        label=_("属于必须审批、核准的项目"),
        required=False,
        initial=True,
        help_text=_("属于的，须经原审批、核准部门同意；其他项目招标人可以自行决定。"),
    )
    approval = forms.CharField(
        label=_("同意不再招标的文号"), max_length=attempts.LONGEST_APPROVAL, required=False
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(LONG),
        help_text=_("随公告公开。"),
    )


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
