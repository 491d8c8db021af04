"""The forms of a prequalification: its dates, an application, its review, and its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import consortia, files
from trading.domain.gates import LARGEST_FILE, LONGEST, Application
from trading.domain.prequalification import LONGEST as LONGEST_REVIEW
from trading.domain.prequalification import Committee
from trading.forms.drafts import TimetableForm
from trading.forms.inputs import DateInput, MomentInput
from trading.forms.works import WorksTimetableForm
from trading.models import Tender


def _partners() -> forms.TypedChoiceField:
    counts = [(count, str(count)) for count in range(1, consortia.MOST + 1)]
    return forms.TypedChoiceField(
        label=_("接受联合体：除牵头人外最多成员数"),
        choices=[(0, _("不接受联合体")), *counts],
        coerce=int,
        empty_value=0,  # type: ignore[arg-type]  # the stubs know texts alone
        required=False,
        help_text=_("随资格预审公告公布。"),
    )


class PrequalifiedPurchaseTimetableForm(TimetableForm):
    """The dates of a purchase whose bidders are found first."""

    prequalification_close_at = forms.DateTimeField(
        label=_("资格预审申请截止时间"), widget=MomentInput(), required=False
    )
    most_partners = _partners()


class PrequalifiedWorksTimetableForm(WorksTimetableForm):
    """The dates of construction whose bidders are found first."""

    prequalification_from = forms.DateField(
        label=_("资格预审文件发售开始"), widget=DateInput(), required=False
    )
    prequalification_until = forms.DateField(
        label=_("资格预审文件发售截止"), widget=DateInput(), required=False
    )
    prequalification_close_at = forms.DateTimeField(
        label=_("资格预审申请截止时间"), widget=MomentInput(), required=False
    )
    most_partners = _partners()


class PrequalApplicationForm(forms.Form):
    """What an applicant hands in."""

    statement = forms.CharField(
        label=_("逐条说明如何满足资格条件"),
        max_length=LONGEST["statement"],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("不得填写投标报价。"),
    )
    contact = forms.CharField(label=_("联系人"), max_length=LONGEST["contact"])
    phone = forms.CharField(label=_("联系电话"), max_length=LONGEST["phone"])
    file = forms.FileField(
        label=_("资格预审申请文件"),
        help_text=format_lazy(
            _("证明材料合成一个文件，PDF、OFD 或 ZIP 等，不超过 {most} MB。"),
            most=LARGEST_FILE // 1024 // 1024,
        ),
    )

    partners = forms.CharField(
        label=_("联合体的其他成员"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "贵单位为牵头人。每行一家，填单位全称或统一社会信用代码；"
            "各成员须在申请截止前登录本平台确认。单独申请的留空。"
        ),
    )
    agreement = forms.FileField(label=_("共同投标协议"), required=False)

    def __init__(self, *args: Any, takes_consortia: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if takes_consortia else ("partners", "agreement"):
            del self.fields[name]

    def application(self) -> Application:
        """Give what was handed in as the rules take it."""
        given = dict(self.cleaned_data)
        sent, signed = given.pop("file"), given.pop("agreement", None)
        named = str(given.pop("partners", "")).splitlines()
        return Application(
            file=files.Upload("application", sent.name, sent.read()),
            partners=tuple(name.strip() for name in named if name.strip()),
            agreement=files.Upload("agreement", signed.name, signed.read()) if signed else None,
            **given,
        )


class ReviewPrequalForm(forms.Form):
    """Each published term: met, or the reason why not."""

    def __init__(
        self,
        *args: Any,
        terms: Sequence[Mapping[str, Any]],
        unmet: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [str(term["code"]) for term in terms]
        for term in terms:
            code = str(term["code"])
            self.fields[f"meets_{code}"] = forms.BooleanField(
                label=f"{code} {term['text']}",
                required=False,
                initial=code not in unmet,
                help_text=str(term.get("evidence", "")),
            )
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_("不合格的理由"),
                required=False,
                max_length=LONGEST_REVIEW["reason"],
                initial=unmet.get(code, ""),
                widget=forms.Textarea({"rows": 2}),
            )

    def unmet(self) -> dict[str, str]:
        """Give the terms that are not met with their reasons."""
        given = self.cleaned_data
        return {code: given[f"reason_{code}"] for code in self.codes if not given[f"meets_{code}"]}


class ClosePrequalForm(forms.Form):
    """Who reviewed, and from when the documents are offered, where the review took longer."""

    panel = forms.CharField(
        label=_("资格审查人员"),
        help_text=_("每行一人。"),
        widget=forms.Textarea({"rows": 5}),
        max_length=400,
    )
    representatives = forms.CharField(
        label=_("其中的招标人代表"),
        help_text=_("每行一人，没有的留空。"),
        widget=forms.Textarea({"rows": 2}),
        max_length=400,
        required=False,
    )
    documents_from = forms.DateField(label=_("招标文件提供开始"), widget=DateInput())
    documents_until = forms.DateField(label=_("招标文件提供截止"), widget=DateInput())
    bids_close_at = forms.DateTimeField(label=_("投标截止暨开标时间"), widget=MomentInput())

    def __init__(
        self, *args: Any, has_applicants: bool, committee: Committee | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if committee is not None:
            said = gettext("每行一人。须组建资格审查委员会，成员为 %(least)s 人以上单数。")
            self.fields["panel"].help_text = said % {"least": committee.least}
        if not has_applicants:
            for field in self.fields.values():
                field.required = False

    def given(self, tender: Tender) -> dict[str, Any]:
        """Give both as the service takes them: of the dates those that are other than approved."""
        given = self.cleaned_data
        names = ("documents_from", "documents_until", "bids_close_at")
        dates = {n: given[n] for n in names if given[n] and given[n] != getattr(tender, n)}
        who = {name: given[name].splitlines() for name in ("panel", "representatives")}
        return {**who, "dates": dates}


class AmendGateForm(forms.Form):
    """A public change of what is asked for at a gate, but for what its own form calls otherwise."""

    kind = ""
    affects = ""

    reason = forms.CharField(
        label=_("更正原因与内容"), max_length=1000, widget=forms.Textarea({"rows": 4})
    )
    summary = forms.CharField(
        label=_("项目概况"), widget=forms.Textarea({"rows": 4}), max_length=5000
    )
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)
    closes_at = forms.DateTimeField(
        label=_("新的提交截止时间"),
        widget=MomentInput(),
        required=False,
        help_text=_("不变则留原值；只能推迟。"),
    )

    def given(self, tender: Tender) -> dict[str, Any]:
        """Give the amendment as the service takes it."""
        given, names = self.cleaned_data, ("summary", "contact_name", "contact_phone")
        sent = given.get("file")
        upload = files.Upload(self.kind, sent.name, sent.read()) if sent else None
        return {
            "reason": given["reason"],
            self.affects: given[self.affects],
            "closes_at": given["closes_at"],
            "changes": {n: given[n] for n in names if given[n] != getattr(tender, n)},
            "documents": [upload] if upload else [],
        }


def affecting(label: Any) -> forms.BooleanField:  # noqa: ANN401 - a lazy translation
    """Ask whether an amendment may affect what is handed in."""
    return forms.BooleanField(
        label=label,
        required=False,
        initial=True,
        help_text=_("是的话，距提交截止不足规定的天数时须顺延截止时间。"),
    )


class AmendPrequalForm(AmendGateForm):
    """A public change of what applicants answer."""

    kind = "prequalification"
    affects = "affects_applications"

    affects_applications = affecting(_("可能影响资格预审申请文件编制"))
    file = forms.FileField(label=_("新增的资格预审文件"), required=False)
