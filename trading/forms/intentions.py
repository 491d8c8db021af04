"""What a purchaser says of what it means to buy."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from trading.domain import intentions
from trading.domain.intentions import Intended
from trading.forms.inputs import amount, offer
from trading.models import Tender
from trading.queries.intentions import asks_intention, intended_by


class MonthInput(forms.DateInput):
    """A month as browsers pick it."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m")


class IntentionForm(forms.Form):
    """What is to be bought, for how much, and when; for whom, where one acts for several."""

    purchaser = forms.ChoiceField(label=_("采购人"))
    title = forms.CharField(label=_("项目名称"), max_length=intentions.LONGEST_TITLE)
    needs = forms.CharField(
        label=_("采购需求概况"),
        help_text=_("写明标的名称、主要功能或者目标、数量，以及质量、服务、安全、时限等要求。"),
        max_length=intentions.LONGEST_NEEDS,
        widget=forms.Textarea({"rows": 5}),
    )
    budget = amount(_("预算金额（元）"))
    expected_on = forms.DateField(
        label=_("预计采购时间"),
        input_formats=["%Y-%m"],
        widget=MonthInput(),
        help_text=_("填写到月。"),
    )
    note = forms.CharField(label=_("备注"), max_length=intentions.LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, buyers: Sequence[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "purchaser", [(body.uscc, body.name) for body in buyers])
        if not buyers[1:]:
            del self.fields["purchaser"]

    def intended(self) -> Intended:
        """Give what was said."""
        names = (one.name for one in fields(Intended))
        return Intended(**{name: self.cleaned_data[name] for name in names})

    def chosen(self) -> dict[str, str]:
        """Give whose intention it is, where that was asked."""
        said = self.cleaned_data.get("purchaser")
        return {"purchaser": said} if said else {}


class NamedIntentionForm(forms.Form):
    """Which published intention a draft rests on; no field where none is asked for."""

    intention = forms.ChoiceField(
        label=_("采购意向"),
        required=False,
        help_text=_("选择采购人已公开的采购意向；公告里会注明。"),
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"intention": tender.intention}, **kwargs})
        named = [(made.code, f"{made.code} {made.title}") for made in intended_by(tender)]
        offer(self, "intention", [("", "—"), *named])
        if not asks_intention(tender):
            del self.fields["intention"]
