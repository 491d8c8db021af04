"""What narrows the list of rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.forms.inputs import DateInput, offer
from trading.periods import market_titles, method_titles


class RuleForm(forms.Form):
    """A day, a market and its method, a kind of rule, and words."""

    q = forms.CharField(label=_("关键词"), max_length=60, required=False)
    on = forms.DateField(label=_("哪一天的规则"), widget=DateInput(), required=False)
    market = forms.ChoiceField(label=_("市场"), required=False)
    method = forms.ChoiceField(label=_("交易方式"), required=False)
    kind = forms.ChoiceField(label=_("种类"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("全部"))]
        market = self.data.get("market", "")
        offer(self, "market", everything + _choices(market_titles()))
        first = [
            ("", gettext("全部") if market in market_titles() else gettext("全部（请先选市场）"))
        ]
        offer(self, "method", first + _choices(method_titles(market)))
        offer(self, "kind", everything + _choices(queries.KINDS))

    def filters(self, today: date) -> queries.RuleFilters:
        """Give the filters; what is malformed narrows nothing, and its field says so."""
        self.is_valid()
        given = self.cleaned_data
        return queries.RuleFilters(
            on=given.get("on") or today,
            market=given.get("market", ""),
            method=given.get("method", ""),
            kind=given.get("kind", ""),
            query=given.get("q", ""),
        )


def _choices(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(slug, gettext(title)) for slug, title in titles.items()]
