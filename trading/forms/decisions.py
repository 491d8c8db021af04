"""The forms of an award committee: what each member said, and whom it chose."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain.separation import LONGEST, MOST_MEMBERS, Ballot
from trading.forms.inputs import offer
from trading.models import Lot

ROWS: Final = 7
MORE_ROWS: Final = 4
TWO_ROUNDS: Final = frozenset({"direct_vote", "round_vote"})
"""The ways with a second ballot; no report recommends more than three, so that none has a third."""


class BallotForm(forms.Form):
    """What one member said; a row with nothing in it does not count."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    post = forms.CharField(label=_("职务"), max_length=40, required=False)
    choice = forms.ChoiceField(label=_("选择"), required=False)
    run_off = forms.ChoiceField(label=_("第二轮"), required=False)
    reason = forms.CharField(label=_("理由"), max_length=LONGEST, required=False)

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((c["uscc"], c["name"]) for c in queries.without_order(lot))]
        offer(self, "choice", choices)
        offer(self, "run_off", choices)
        if lot.tender.award_way not in TWO_ROUNDS:
            del self.fields["run_off"]

    def clean(self) -> dict[str, Any]:
        """Refuse a row that says something of a member without a name or a first choice, lest the
        minutes leave a vote out or count a second choice as the first.
        """
        given = super().clean() or {}
        if any(given.values()):
            if not given.get("name"):
                self.add_error("name", _("这一行写了内容，请填写成员姓名，或清空整行。"))
            if not given.get("choice") and "choice" not in self.errors:
                self.add_error("choice", _("请填写这名成员的第一选择；第二轮投票不能代替。"))
        return given

    def ballot(self) -> Ballot | None:
        """Give the member's ballot, or None for an empty row."""
        given = self.cleaned_data
        if not any(given.values()):
            return None
        said = (given["choice"], given["run_off"]) if given.get("run_off") else (given["choice"],)
        return Ballot(given["name"].strip(), given["post"].strip(), said, given["reason"].strip())


BallotFormSet = forms.formset_factory(
    BallotForm, extra=ROWS, max_num=MOST_MEMBERS, absolute_max=MOST_MEMBERS
)


class DecisionForm(forms.Form):
    """The minutes as a whole; by price there is nothing to say."""

    chosen = forms.ChoiceField(label=_("集体议事选定的候选人"), required=False)
    reason = forms.CharField(
        label=_("定标理由"),
        help_text=_("随中标候选人公示公开。"),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST,
    )

    def __init__(
        self, *args: Any, lot: Lot, rows: Sequence[Mapping[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}"})
        self.lot = lot
        way = lot.tender.award_way
        offer(self, "chosen", [(c["uscc"], c["name"]) for c in queries.without_order(lot)])
        if way != "collective_decision":
            del self.fields["chosen"]
        if way == "price_competition":
            del self.fields["reason"]
        self.ballots = BallotFormSet(
            args[0] if args else None,
            prefix=f"lot{lot.number}-members",
            form_kwargs={"lot": lot},
            initial=rows,
        )
        if rows:
            self.ballots.extra = min(MORE_ROWS, MOST_MEMBERS - len(rows))

    @classmethod
    def widened(cls, sent: Mapping[str, str], lot: Lot) -> "DecisionForm":
        """Give what was sent back, judged by nobody yet, with some more rows for members."""
        prefix = f"lot{lot.number}"
        count = sent.get(f"{prefix}-members-TOTAL_FORMS", "")
        total = min(int(count), MOST_MEMBERS) if count.isdecimal() else ROWS
        rows = [_typed(sent, f"{prefix}-members-{n}", BallotForm) for n in range(total)]
        return cls(lot=lot, rows=rows, initial=_typed(sent, prefix, cls))

    @property
    def enters_draw(self) -> bool:
        """Tell whether the members vote candidates into a draw instead of electing one."""
        return bool(self.lot.tender.award_way == "vote_then_lot")

    @property
    def drops_the_last(self) -> bool:
        """Tell whether each round drops one, until one is left."""
        return bool(self.lot.tender.award_way == "round_vote")

    @property
    def may_widen(self) -> bool:
        """Tell whether the committee may have more members than the page has rows."""
        return self.has_members and self.ballots.total_form_count() < MOST_MEMBERS

    @property
    def has_members(self) -> bool:
        """Tell whether members say something: not where the lowest price decides."""
        return bool(self.lot.tender.award_way != "price_competition")

    def given(self) -> dict[str, Any]:
        """Give the minutes as the service takes them."""
        rows = [form.ballot() for form in self.ballots] if self.has_members else []
        return {"ballots": [row for row in rows if row], **self.cleaned_data}


def _typed(sent: Mapping[str, str], prefix: str, form: type[forms.Form]) -> dict[str, str]:
    return {name: sent.get(f"{prefix}-{name}", "") for name in form.base_fields}


class AwardNonceForm(forms.Form):
    """What a notary or the authority adds to the seed that the platform committed to."""

    nonce = forms.CharField(
        label=_("随机数"),
        help_text=_("任意 8 至 64 个字节的文字或十六进制，由公证人员或监督部门当场给出。"),
        max_length=128,
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}"})
