"""What is asked of the figures that the platform publishes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain.statistics.asked import BY, GROUPS, Asked, year_of
from trading.domain.statistics.items import DENOMINATORS
from trading.forms.inputs import DateInput, offer
from trading.periods import market_titles, method_titles


class StatisticsForm(forms.Form):
    """A period, a market and its method, how figures are grouped, and what rates divide by."""

    since = forms.DateField(label=_("统计期从"), widget=DateInput(), required=False)
    until = forms.DateField(label=_("至"), widget=DateInput(), required=False)
    by = forms.ChoiceField(label=_("按哪个日期归入统计期"), required=False)
    market = forms.ChoiceField(label=_("市场"), required=False)
    method = forms.ChoiceField(label=_("交易方式"), required=False)
    group = forms.ChoiceField(label=_("分组"), required=False)
    denominator = forms.ChoiceField(label=_("节资率的分母"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("全部"))]
        market = self.data.get("market", "")
        first = everything if market in market_titles() else [("", gettext("全部（请先选市场）"))]
        offer(self, "by", _choices(BY))
        offer(self, "market", everything + _choices(market_titles()))
        offer(self, "method", first + _choices(method_titles(market)))
        offer(self, "group", _choices(GROUPS))
        offer(self, "denominator", _choices(DENOMINATORS))

    def asked(self, today: date) -> Asked:
        """Give the question; what is malformed asks nothing, and its field says so."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Asked(**{**vars(year_of(today)), **given})


def _choices(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(slug, gettext(title)) for slug, title in titles.items()]
