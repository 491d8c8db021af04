"""The forms of an evaluation: they parse, the services decide."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation import minutes
from evaluation.domain import (
    CLARIFY_GROUNDS,
    EXPLAIN_MINUTES,
    MOST_MINUTES,
)
from evaluation.models import Check, Evaluation
from evaluation.queries import leaves, lots_of, seats_of, valid_bids
from evaluation.services.clarifying import Question
from evaluation.services.review import Opinion
from kernel.errors import Conflict, Invalid
from trading.forms.files import FilesField, beside
from trading.markets import method_of

YES_NO: Final = (("yes", _("通过")), ("no", _("不通过")))


def accepted(form: forms.BaseForm, service: Callable[[], object]) -> bool:
    """Call the service; a refusal that better input would mend goes beside its field."""
    try:
        service()
    except (Conflict, Invalid) as refusal:
        named = str(refusal.facts.get("field", ""))
        message = refusal.text(gettext(refusal.message))
        form.add_error(named if named in form.fields else None, message)
        return False
    return True


def is_yes(value: str) -> bool:
    """Read the answer of a choice between yes and no."""
    return value == "yes"


class StepForm(forms.Form):
    """A step that needs nothing but the will to take it."""

    def __init__(self, *args: Any, evaluation: Evaluation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evaluation = evaluation
        self.prepare(at)

    def prepare(self, at: datetime) -> None:
        """Offer the choices that depend on the evaluation."""

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Give a field its choices."""
        chosen = self.fields[name]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = list(choices)


class FactorForm(forms.Form):
    """The number somebody present gives for the draw of the factor."""

    nonce = forms.CharField(
        label=_("现场给出的随机数"),
        max_length=128,
        help_text=_("任意文字或十六进制，8 至 64 个字节。给出后立即抽取，不能重抽。"),
    )


class LockForm(StepForm):
    """The lot whose marks are locked."""

    lot = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)


def _places(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Name every mark of the evaluation as forms do: lot, bid, criterion."""
    return [
        (f"{lot.number}.{bid.pk}.{leaf.code}", f"{lot.number} · {bid.bidder.name} · {leaf.title}")
        for lot in lots_of(evaluation)
        for bid in valid_bids(lot)
        for leaf in leaves(evaluation)
    ]


class PlaceForm(StepForm):
    """Something about one mark of one bid."""

    place = forms.ChoiceField(label=_("评分项"))

    def prepare(self, at: datetime) -> None:
        """Offer every mark."""
        del at
        self.offer("place", _places(self.evaluation))

    def clean(self) -> dict[str, Any]:
        """Take the mark's name apart."""
        data = super().clean() or {}
        lot, bid, criterion = data.pop("place", "0.0.").split(".", 2)
        return data | {"lot": int(lot), "bid": int(bid), "criterion": criterion}


class KeepForm(PlaceForm):
    """Why one's own mark, far from the others', stands."""

    reason = forms.CharField(
        label=_("保留理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class RemarkForm(PlaceForm):
    """A mark given anew, with the reason."""

    mark = forms.DecimalField(label=_("新的分数"), max_digits=6, decimal_places=2, min_value=0)
    comment = forms.CharField(
        label=_("修改或者保留的理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class ReopenForm(PlaceForm):
    """Whose locked mark is opened again, and why."""

    seat = forms.TypedChoiceField(label=_("成员"), coerce=int)
    reason = forms.CharField(
        label=_("退回理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    field_order = ("seat", "place", "reason")

    def prepare(self, at: datetime) -> None:
        """Offer marks and members."""
        super().prepare(at)
        members = seats_of(self.evaluation)
        self.offer("seat", [(seat.number, seat.person.name) for seat in members])


class AskForm(StepForm):
    """What a bidder is asked to make clear."""

    bid = forms.TypedChoiceField(label=_("投标人"), coerce=int)
    ground = forms.ChoiceField(
        label=_("情形"),
        choices=[(name, _(title)) for name, title in CLARIFY_GROUNDS.items()],
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=_("投标文件中的位置"),
        max_length=120,
        help_text=_("文件名与页码，例如“技术方案第 12 页”。"),
    )
    text = forms.CharField(
        label=_("要求澄清的问题"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("只问投标文件中已有的内容，不得暗示或者诱导供应商作出澄清。"),
    )
    minutes = forms.IntegerField(
        label=_("答复时间（分钟）"),
        min_value=EXPLAIN_MINUTES,
        max_value=MOST_MINUTES,
        initial=EXPLAIN_MINUTES,
    )

    def prepare(self, at: datetime) -> None:
        """Offer the bids that are not out."""
        del at
        self.fields["ground"].choices = [(k, gettext(v)) for k, v in CLARIFY_GROUNDS.items()]  # type: ignore[attr-defined]
        bids = [bid for lot in lots_of(self.evaluation) for bid in valid_bids(lot)]
        self.offer("bid", [(bid.pk, f"{bid.lot.number} · {bid.bidder.name}") for bid in bids])

    def clean(self) -> dict[str, Any]:
        """Put the question together."""
        data = super().clean() or {}
        if self.errors:
            return data
        bid = data.pop("bid")
        return {"bid": bid, "question": Question(**data)}


class JudgeForm(StepForm):
    """A member's opinion whether an answer stays within the bid."""

    within = forms.TypedChoiceField(
        label=_("我的意见"),
        choices=(("yes", _("未超出投标文件，采纳")), ("no", _("改变实质性内容，不予采纳"))),
        coerce=is_yes,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("认定理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class LowPriceForm(StepForm):
    """A member's opinion on an unusually low price."""

    review = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)
    accepted = forms.TypedChoiceField(
        label=_("认定"),
        choices=(("yes", _("报价合理")), ("no", _("不能证明合理性"))),
        coerce=is_yes,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("认定理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class MinutesForm(StepForm):
    """What the minutes of talks with one supplier say; other reports need nothing (M74 42)."""

    def prepare(self, at: datetime) -> None:
        """Ask for every part where minutes are kept."""
        del at
        if method_of(self.evaluation.tender).keeps_minutes:
            for name, title in minutes.FIELDS.items():
                self.fields[name] = forms.CharField(
                    label=gettext(title),
                    max_length=minutes.LONGEST,
                    widget=forms.Textarea({"rows": 3}),
                )

    def clean(self) -> dict[str, Any]:
        """Put the minutes together."""
        data = super().clean() or {}
        return {"minutes": data} if self.fields and not self.errors else data


class SignForm(StepForm):
    """A member's signature, with dissent if there is any."""

    dissent = forms.CharField(
        label=_("不同意见"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("没有不同意见请留空。有不同意见的写明理由，载入评审报告。"),
    )


def proof(label: Any) -> FilesField:  # noqa: ANN401 - a lazy text
    """Make the field for the files beside an answer."""
    return beside(
        label,
        _(
            "PDF、DOCX、XLSX、OFD、ZIP、PNG、JPG，最多 {most} 份，每份不超过 {largest} MB，"
            "一共不超过 {together} MB。评标委员会、采购人、采购代理机构和监督部门可以查阅，"
            "其他投标人看不到。"
        ),
    )


class QuestionForm(forms.Form):
    """A bidder's answer to something the committee asked."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ClarifyForm(QuestionForm):
    """A bidder's written clarification, confirmed as its own."""

    text = forms.CharField(label=_("书面澄清"), max_length=5000, widget=forms.Textarea({"rows": 6}))
    attached = proof(_("所附文件"))
    confirmed = forms.BooleanField(
        label=_("以上澄清由本单位作出，没有超出投标文件的范围，没有改变其实质性内容。"),
        error_messages={"required": _("请先确认，再提交澄清。")},
    )


class CorrectionForm(QuestionForm):
    """Whether a bidder confirms a correction."""

    accepted = forms.TypedChoiceField(choices=YES_NO, coerce=is_yes, widget=forms.HiddenInput)


class ExplainForm(QuestionForm):
    """A bidder's written explanation of its price."""

    text = forms.CharField(
        label=_("书面说明"),
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("说明成本构成并列明证明材料，例如原材料、人工、运输、税费和利润。"),
    )
    attached = proof(_("证明材料"))


class OpinionForm(forms.Form):
    """One's opinions on every clause of one bid."""

    def __init__(
        self,
        *args: Any,
        clauses: Sequence[dict[str, str]],
        given: dict[str, Check],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clauses = clauses
        for clause in clauses:
            self._add(clause, given.get(clause["code"]))

    def _add(self, clause: dict[str, str], check: Check | None) -> None:
        code = clause["code"]
        self.fields[f"{code}.passed"] = forms.TypedChoiceField(
            label=clause["text"],
            choices=YES_NO,
            coerce=is_yes,
            widget=forms.RadioSelect,
            help_text=clause["evidence"],
            initial=None if check is None else ("yes" if check.passed else "no"),
        )
        self.fields[f"{code}.reason"] = forms.CharField(
            label=_("不通过的理由"),
            max_length=300,
            required=False,
            widget=forms.Textarea({"rows": 2}),
            initial=check.reason if check else "",
        )
        self.fields[f"{code}.page"] = forms.CharField(
            label=_("文件页码"),
            max_length=40,
            required=False,
            initial=check.page if check else "",
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason beside every no."""
        data = super().clean() or {}
        for clause in self.clauses:
            passed = data.get(f"{clause['code']}.passed")
            if passed is False and not data.get(f"{clause['code']}.reason"):
                message = gettext("“%(label)s　%(text)s”认定不通过，请写明理由。") % clause
                self.add_error(f"{clause['code']}.reason", message)
        return data

    def rows(self) -> list[dict[str, Any]]:
        """Give the clauses with their fields, for the page."""
        return [
            {
                "clause": clause,
                "passed": self[f"{clause['code']}.passed"],
                "reason": self[f"{clause['code']}.reason"],
                "page": self[f"{clause['code']}.page"],
            }
            for clause in self.clauses
        ]

    def opinions(self) -> list[Opinion]:
        """Give what was said of each clause."""
        data = self.cleaned_data
        return [
            Opinion(c["code"], *(data[f"{c['code']}.{part}"] for part in PARTS_OF_OPINION))
            for c in self.clauses
        ]


PARTS_OF_OPINION: Final = ("passed", "reason", "page")
