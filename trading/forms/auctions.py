"""How one lot of a draft is bid for, and when it can be seen before."""

from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import rooms, viewing
from trading.domain.market import Method
from trading.forms.inputs import DateInput, MomentInput, amount, offer
from trading.models import Lot

OF_EVERY_KIND: Final = frozenset({"kind", "opens_at", "free_minutes"})
OF_KIND: Final = {
    "dynamic": ("increment", "cycle_s"),
    "one_shot": ("round_minutes", "tie"),
    "multi_shot": ("rounds", "round_minutes", "tie"),
    "weighted": (),
    "english": ("increment", "call_s"),
    "dutch": ("increment", "from_price", "every_s"),
    "reverse": ("increment", "window_s", "extend_s", "extensions"),
}
"""The fields that only some kinds of auction have."""
VIEWING: Final = frozenset({"viewing_from", "viewing_until", "viewing_place"})


class WeighedForm(forms.Form):
    """One thing that is scored beside the price."""

    title = forms.CharField(label=_("评分项"), max_length=rooms.LONGEST_ITEM, required=False)
    weight = forms.DecimalField(
        label=_("权重（百分数）"), max_digits=5, decimal_places=2, required=False
    )
    worst = forms.DecimalField(label=_("得 0 分的值"), max_digits=12, required=False)
    best = forms.DecimalField(label=_("得满分的值"), max_digits=12, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the whole line where any of it is written."""
        given = self.cleaned_data
        blank = [name for name in given if given[name] in {None, ""}]
        if blank and len(blank) < len(given):
            for name in blank:
                self.add_error(name, _("请填写完整的一行，或留空整行。"))
        return given

    def given(self) -> rooms.Weighed | None:
        """Give the thing, if the line says any."""
        return rooms.Weighed(**self.cleaned_data) if self.cleaned_data.get("title") else None


WeighedFormSet = forms.formset_factory(WeighedForm, extra=3, max_num=rooms.MOST_ITEMS)


class AuctionForm(forms.Form):
    """How one lot is bid for."""

    kind = forms.ChoiceField(label=_("竞价方式"))
    increment = amount(
        _("加价幅度（元）"),
        required=False,
        help_text=_("每次报价高出当前价的最小金额，只能是它的整数倍。"),
    )
    opens_at = forms.DateTimeField(
        label=_("报价开始"),
        widget=MomentInput(),
        help_text=_("登记或申请截止之后的工作日。截止时间顺延时一并顺延。"),
    )
    free_minutes = forms.IntegerField(
        label=_("自由报价期或首轮报价期（分钟）"),
        min_value=rooms.FREE_MINUTES[0],
        max_value=rooms.FREE_MINUTES[1],
        initial=rooms.USUAL_FREE,
        required=False,
        help_text=_("结束时间固定，期内随时可以报价；5 分钟至 7 天。降价拍卖不填。"),
    )
    cycle_s = forms.IntegerField(
        label=_("延时报价周期（秒）"),
        min_value=rooms.CYCLE_SECONDS[0],
        max_value=rooms.CYCLE_SECONDS[1],
        initial=rooms.USUAL_CYCLE,
        required=False,
        help_text=_("自由报价期结束后，每个有效报价重新计时；一个周期内无人报价即结束。"),
    )
    rounds = forms.IntegerField(
        label=_("报价轮数"),
        min_value=rooms.QUOTE_ROUNDS[0],
        max_value=rooms.QUOTE_ROUNDS[1],
        required=False,
        help_text=_("多次报价的轮数，2 至 10 轮；一次报价不填。"),
    )
    round_minutes = forms.IntegerField(
        label=_("以后每轮报价期（分钟）"),
        min_value=rooms.ROUND_MINUTES[0],
        max_value=rooms.ROUND_MINUTES[1],
        required=False,
        help_text=_("多次报价，或报价相同时再报一轮的，必须填写。"),
    )
    tie = forms.ChoiceField(label=_("最高报价相同时"), required=False)
    call_s = forms.IntegerField(
        label=_("叫价间隔（秒）"),
        min_value=rooms.CALL_SECONDS[0],
        max_value=rooms.CALL_SECONDS[1],
        initial=rooms.USUAL_CALL,
        required=False,
        help_text=_("报价期满后按此间隔逐次叫价，最后一次即落槌；有人报价的，重新叫起。"),
    )
    from_price = amount(
        _("起叫价（元）"), required=False, help_text=_("高于底价，价格从这里逐级降到底价。")
    )
    every_s = forms.IntegerField(
        label=_("降价间隔（秒）"),
        min_value=rooms.FALL_SECONDS[0],
        max_value=rooms.FALL_SECONDS[1],
        initial=rooms.USUAL_FALL,
        required=False,
        help_text=_("每隔这么久降一个幅度；第一个应价者得，降到底价仍无人应价即流拍。"),
    )
    window_s = forms.IntegerField(
        label=_("触发窗口（秒）"),
        min_value=rooms.WINDOW_SECONDS[0],
        max_value=rooms.WINDOW_SECONDS[1],
        initial=rooms.USUAL_EXTENSION,
        required=False,
        help_text=_("截止前这段时间内有有效报价的，截止时间顺延。"),
    )
    extend_s = forms.IntegerField(
        label=_("每次顺延（秒）"),
        min_value=rooms.EXTEND_SECONDS[0],
        max_value=rooms.EXTEND_SECONDS[1],
        initial=rooms.USUAL_EXTENSION,
        required=False,
        help_text=_("从该报价到达时起算，截止时间只会推后，不会提前。"),
    )
    extensions = forms.IntegerField(
        label=_("最多顺延次数"),
        min_value=rooms.EXTENSIONS[0],
        max_value=rooms.EXTENSIONS[1],
        initial=rooms.USUAL_EXTENSIONS,
        required=False,
    )
    viewing_from = forms.DateField(label=_("展示开始"), widget=DateInput(), required=False)
    viewing_until = forms.DateField(
        label=_("展示结束"),
        widget=DateInput(),
        required=False,
        help_text=_("拍卖前展示标的，不少于两日（拍卖法第四十八条）。"),
    )
    viewing_place = forms.CharField(
        label=_("展示地点和方式"), max_length=viewing.LONGEST_PLACE, required=False
    )

    def __init__(self, *args: Any, lot: Lot, method: Method, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}"})
        self.lot, kinds = lot, method.auctions
        asked = {name for kind in kinds for name in OF_KIND[kind]}
        asked |= VIEWING if method.has_viewing else set()
        for name in {*self.fields} - asked - OF_EVERY_KIND:
            del self.fields[name]
        self.items = _items(self, lot) if "weighted" in kinds else None
        offer(self, "kind", [(kind, gettext(rooms.KINDS[kind])) for kind in kinds])
        if "tie" in self.fields:
            offer(self, "tie", [(tie, gettext(title)) for tie, title in rooms.TIES.items()])

    def is_valid(self) -> bool:
        """Ask the list of what is weighed too, so that each line shows its errors."""
        own = super().is_valid()
        listed = self.items is None or not self.items.is_bound or self.items.is_valid()
        return bool(listed) and own

    def terms(self) -> rooms.AuctionTerms:
        """Give the terms as the rules take them."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in VIEWING}
        listed = self.items if self.items is not None and self.items.is_bound else ()
        items = [item for line in listed if (item := line.given()) is not None]
        return rooms.AuctionTerms(**given | {"tie": given.get("tie") or "time"}, items=items)

    def shown(self) -> viewing.Viewing:
        """Give when and where the lot can be seen."""
        return viewing.Viewing(**{n: self.cleaned_data[n] for n in VIEWING if n in self.fields})


def _items(form: AuctionForm, lot: Lot) -> Any:  # noqa: ANN401 - Django makes the class
    """Make the list of what is weighed; it counts only where quotes are weighted."""
    kept = [asdict(item) for item in rooms.weighed_in(lot.auction)]
    is_asked = form.is_bound and form.data.get(f"{form.prefix}-kind") == "weighted"
    return WeighedFormSet(
        form.data if is_asked else None, prefix=f"{form.prefix}-items", initial=kept
    )
