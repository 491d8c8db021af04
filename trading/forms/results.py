"""The forms of the result: winners, challenges, contracts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.money import format_yuan
from trading import queries
from trading.domain import award, files, scheme
from trading.domain.passing import Passing
from trading.domain.remedies import Remedy
from trading.forms.files import contact, evidence
from trading.forms.inputs import offer
from trading.forms.redress import NOTHING, add_redress, redress_in
from trading.markets import method_of, words_of
from trading.models import Challenge, Lot

LONG: Final = {"rows": 3}


class ChoiceForm(forms.Form):
    """The winner of one lot."""

    supplier = forms.ChoiceField(widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("依次确定其他候选人的法定情形"),
        required=False,
        help_text=_("只在不确定排名第一的中标候选人时选择，并写明事实。"),
    )
    reason = forms.CharField(
        label=_("不选排名第一的法定理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lot = lot
        self.fields["supplier"].label = gettext(words_of(lot.tender)["winner_label"])
        # Where something is sold there is nothing to choose: the best offer has it.
        method = method_of(lot.tender)
        left = queries.candidates_left(lot)
        ranked = left[:1] if method.best_only else left
        apart = bool(lot.tender.award_way)
        if apart:
            chosen = lot.decision.get("chosen", "")
            ranked = [{**c, "total": ""} for c in ranked if c["uscc"] == chosen]
        if apart or method.best_only:
            del self.fields["reason"]
        first = ranked[0]["uscc"] if apart and ranked else queries.first_of(lot)
        self.initial.setdefault("supplier", first)
        if not first and "reason" in self.fields:
            said = gettext(
                "并列第一的候选人由采购人按采购文件规定的方式确定：%(rule)s。请写明理由。"
            )
            self.fields["reason"].label = gettext("确定的理由")
            self.fields["reason"].help_text = said % {"rule": scheme.tie_rule(lot.tender.scheme)}
        if method.binds_state_funds and not apart:
            grounds = [(name, gettext(title)) for name, title in award.GROUNDS.items()]
            offer(self, "ground", [("", "—"), *grounds])
        else:
            del self.fields["ground"]
        if method.second_stage:
            self.kept = queries.kept_of(lot)
            self.competes_alone = queries.competes_alone(self.kept, lot.tender)
            del self.fields["supplier"], self.fields["reason"]
            return
        offer(self, "supplier", [(c["uscc"], _in_words(c, apart=apart)) for c in ranked])


class PassOverForm(forms.Form):
    """Who of a lot is passed over, why, and what follows."""

    supplier = forms.CharField(widget=forms.HiddenInput, required=False)
    ground = forms.ChoiceField(label=_("法定情形"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("查明的事实"),
        help_text=_("随公告公开。写明何时、以何种方式放弃或者查实，附证明材料文号。"),
        max_length=300,
        widget=forms.Textarea(LONG),
    )
    retender = forms.BooleanField(
        label=_("不再从其余候选人中确定，重新招标（采购）"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        asks_security: bool,
        law: Passing,
        grounds: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retender"].help_text = gettext(law.choice)
        offered = [
            (name, gettext(title))
            for name, title in grounds.items()
            if asks_security or name != "no_security"
        ]
        offer(self, "ground", offered)


class VoidForm(forms.Form):
    """Why the result of a lot is void, and by which article."""

    article = forms.CharField(label=_("依据条款"), max_length=80)
    reason = forms.CharField(
        label=_("查明的事实"),
        help_text=_("随公告公开，结果尚未公布的请勿写单位名称。"),
        max_length=300,
        widget=forms.Textarea(LONG),
    )
    defaulted = forms.BooleanField(
        label=_("成交单位拒绝签订合同或者付款"),
        required=False,
        help_text=_(
            "勾选的，它不能参加再行出让、转让，并补足低于原成交价的差额（拍卖法第三十九条）。"
        ),
    )


class DisqualifyForm(forms.Form):
    """Which bidder of a lot was found out, what it did, and whether that touched the result."""

    supplier = forms.ChoiceField(label=_("投标人"), widget=forms.RadioSelect)
    article = forms.CharField(label=_("依据条款"), max_length=80)
    reason = forms.CharField(
        label=_("查明的事实"),
        help_text=_("随公告公开。写明提供虚假文件、行贿或者串通的事实，附处理文号。"),
        max_length=300,
        widget=forms.Textarea(LONG),
    )
    touches = forms.BooleanField(
        label=_("该行为影响了本标的的成交结果"),
        required=False,
        help_text=_("例如与取得人串通。成交结果随之无效，不由下一名取得，可以依法重新组织。"),
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = queries.bidders_to_find(lot)
        offer(self, "supplier", [(one["uscc"], one["name"]) for one in rows])


def _in_words(candidate: Mapping[str, Any], *, apart: bool) -> str:
    """Name a candidate with rank, price and total; an amount never breaks after its sign."""
    price = f"¥\N{NO-BREAK SPACE}{format_yuan(Decimal(candidate['price']))}"
    if apart:
        return f"{candidate['name']}　{price}"
    return f"{candidate['rank']}. {candidate['name']}　{price}　{candidate['total']}"


class ChallengeForm(forms.Form):
    """A challenge with the parts its form must hold (M94 12)."""

    about = forms.ChoiceField(label=_("对象"))
    matters = forms.CharField(
        label=_("事项与事实依据"), max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    claim = forms.CharField(label=_("请求"), max_length=4000, widget=forms.Textarea(LONG))
    law = forms.CharField(label=_("法律依据"), max_length=300)
    affects_result = forms.BooleanField(
        label=_("该事项可能影响采购或者招标的结果"), required=False, initial=True
    )
    unit = forms.CharField(
        label=_("所代表的单位"),
        max_length=120,
        required=False,
        help_text=_("以个人名义提出的留空。"),
    )
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=120,
        help_text=_("电话、邮箱或者地址，只有答复人和监督部门看到。"),
    )
    attached = evidence()

    def __init__(
        self,
        *args: Any,
        windows: Sequence[Mapping[str, Any]],
        remedy: Remedy,
        when: str,
        is_person: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "about", [(w["about"], gettext(w["title"])) for w in windows if w["is_open"]])
        self.fields["about"].help_text = when
        if not remedy.asks_effect:
            del self.fields["affects_result"]
        if not is_person:
            del self.fields["unit"]
            self.fields["contact"] = contact()


class ChallengeAnswerForm(forms.Form):
    """The written answer to a challenge."""

    outcome = forms.ChoiceField(
        label=_("结论"), choices=Challenge.Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea({"rows": 5}))

    def __init__(
        self,
        *args: Any,
        ways: Sequence[str] = (),
        lots: Sequence[Lot] = (),
        itself: str = "",
        own: Lot | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        add_redress(self, ways, lots, itself, own)

    def given(self) -> dict[str, Any]:
        """Give the answer, and what is undone by it: nothing said, and the law says it."""
        kept = {name: self.cleaned_data[name] for name in ("outcome", "answer")}
        chosen = redress_in(self.cleaned_data)
        if not chosen["redress"]:
            chosen["redress"] = "" if self.cleaned_data.get("redress") == NOTHING else None
        return kept | chosen


class FileForm(forms.Form):
    """A signed contract."""

    file = forms.FileField(label=_("合同文本"), help_text=_("已签署的合同，PDF 或 OFD。"))

    def upload(self) -> files.Upload:
        """Give the file as the rules take it."""
        given = self.cleaned_data["file"]
        return files.Upload("contract_draft", given.name, given.read())
