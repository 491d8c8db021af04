"""Who holds a priority right over a lot, and how it is exercised."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import priority
from trading.forms.inputs import DateInput, offer
from trading.markets import method_of
from trading.models import Lot


class HolderForm(forms.Form):
    """One holder; its place in the list is its rank."""

    name = forms.CharField(label=_("名称"), max_length=priority.LONGEST_NAME, required=False)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)

    def given(self) -> priority.Holder | None:
        """Give the holder, if the line says any."""
        name, code = self.cleaned_data.get("name", ""), self.cleaned_data.get("uscc", "")
        return priority.Holder(name, code) if name or code else None


HolderFormSet = forms.formset_factory(HolderForm, extra=2, max_num=priority.MOST_HOLDERS)


class AnswerForm(forms.Form):
    """Whether a holder takes a lot at the price that was formed."""

    answer = forms.ChoiceField(
        label=_("是否按该价格行使优先购买权"),
        choices=[("exercise", _("行使：以该价格受让")), ("waive", _("放弃"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"id_lot{lot.number}_%s"})
        self.lot = lot

    def exercises(self) -> bool:
        """Tell whether it takes the lot."""
        return bool(self.cleaned_data["answer"] == "exercise")


class PriorityForm(forms.Form):
    """The priority rights over one lot."""

    mode = forms.ChoiceField(label=_("有无优先购买权与行使方式"))
    notified_on = forms.DateField(
        label=_("书面通知优先购买权人的日期"),
        widget=DateInput(),
        required=False,
        help_text=_("股东自通知之日起三十日未答复的视为放弃；披露期满不得早于这一期限。"),
    )
    window_minutes = forms.IntegerField(
        label=_("场外行使的答复期（分钟）"),
        min_value=priority.WINDOW_MINUTES[0],
        max_value=priority.WINDOW_MINUTES[1],
        initial=priority.USUAL_WINDOW,
        required=False,
        help_text=_("竞价结束后每次询问的时间，逾期视为放弃；场内行使不用填。"),
    )
    same_rank = forms.BooleanField(
        label=_("各优先购买权人顺位相同"),
        required=False,
        help_text=_("不勾选时，按名单的先后为顺位，顺位在前者优先；勾选时先行使者得。"),
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        right = priority.of(lot.auction)
        told = ("mode", "notified_on", "same_rank")
        initial: dict[str, Any] = {name: right[name] for name in told if name in right}
        if "window_s" in right:
            initial["window_minutes"] = right["window_s"] // 60
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}", "initial": initial})
        self.lot = lot
        modes = method_of(lot.tender).priority_modes
        choices = [(mode, gettext(priority.MODES[mode])) for mode in modes]
        offer(self, "mode", [("", gettext("请选择")), *choices])
        self.holders: Any = HolderFormSet(
            self.data or None if self.is_bound else None,
            prefix=f"lot{lot.number}-holders",
            initial=right.get("holders", []),
        )

    def is_valid(self) -> bool:
        """Ask the list of holders too, so that each line shows its errors."""
        own = super().is_valid()
        return bool(self.holders.is_valid()) and own

    def right(self) -> priority.PriorityTerms:
        """Give what was said as the rules take it."""
        named = [holder for line in self.holders if (holder := line.given()) is not None]
        return priority.PriorityTerms(holders=named, **self.cleaned_data)
