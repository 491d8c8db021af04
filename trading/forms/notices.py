"""The forms around what is published: filters, amendments, registration, questions."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import NOTICE_KINDS, files
from trading.domain.amending import LOT_FIELDS
from trading.forms.inputs import DateInput, MomentInput, amount, offer
from trading.markets import method_of, words_of
from trading.models import Attachment, Lot, Tender

LONG: Final = {"rows": 3}


class AmendmentForm(forms.Form):
    """A public change of a published text."""

    reason = forms.CharField(
        label=_("更正原因与内容"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
    affects_bids = forms.BooleanField(required=False, initial=True)
    summary = forms.CharField(widget=forms.Textarea({"rows": 4}), required=False, max_length=5000)
    place = forms.CharField(label=_("开标地点"), max_length=120, required=False)
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    bids_close_at = forms.DateTimeField(
        widget=MomentInput(),
        required=False,
        help_text=_("不变则留原值；只能推迟。"),
    )
    kind = forms.ChoiceField(
        label=_("新增文件的类别"), choices=Attachment.Kind.choices, required=False
    )
    file = forms.FileField(label=_("新增文件"), required=False)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = words_of(tender)
        for name in ("summary", "bids_close_at", "affects_bids"):
            self.fields[name].label = gettext(words[f"amend_{name}"])
        self.fields["reason"].help_text = gettext(words["amend_reason_help"])
        self.fields["affects_bids"].help_text = gettext(words["amend_affects_help"])
        if not method_of(tender).is_sealed:
            del self.fields["place"]
        if method_of(tender).has_posts:
            del self.fields["kind"], self.fields["file"]

    def changes(self, tender: Tender) -> dict[str, Any]:
        """Give the fields that differ from the text in force."""
        names = ("summary", "place", "contact_name", "contact_phone")
        given = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return {name: value for name, value in given.items() if value != getattr(tender, name)}

    def uploads(self) -> list[files.Upload]:
        """Give the new file, when there is one."""
        given = self.cleaned_data.get("file")
        return [files.Upload(self.cleaned_data["kind"], given.name, given.read())] if given else []


class AmendLotForm(forms.Form):
    """A public change of one lot."""

    reason = forms.CharField(
        label=_("更正原因与内容"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
    affects_bids = forms.BooleanField(required=False, initial=True)
    title = forms.CharField(label=_("名称"), max_length=160)
    description = forms.CharField(
        label=_("内容"), widget=forms.Textarea(LONG), max_length=3000, required=False
    )
    quantity = forms.CharField(label=_("数量"), max_length=40, required=False)
    delivery = forms.CharField(label=_("交付或服务期限"), max_length=120, required=False)
    ceiling = amount(_("最高限价（元）"))
    bids_close_at = forms.DateTimeField(
        widget=MomentInput(), required=False, help_text=_("不变则留原值；只能推迟。")
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        shown = {name: getattr(lot, name) for name in LOT_FIELDS - {"items"}}
        kwargs["initial"] = {**shown, "bids_close_at": lot.tender.bids_close_at}
        super().__init__(*args, **kwargs)
        words = words_of(lot.tender)
        for name in ("bids_close_at", "affects_bids"):
            self.fields[name].label = gettext(words[f"amend_{name}"])
        self.fields["affects_bids"].help_text = gettext(words["amend_affects_help"])

    def changes(self, lot: Lot) -> dict[str, Any]:
        """Give what differs from the lot in force."""
        given = {name: self.cleaned_data[name] for name in sorted(LOT_FIELDS - {"items"})}
        return {name: value for name, value in given.items() if value != getattr(lot, name)}


class RegistrationForm(forms.Form):
    """Whom the agency may call about this tender, once names are known."""

    lots = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    contact = forms.CharField(label=_("联系人"), max_length=40)
    phone = forms.CharField(label=_("联系电话"), max_length=30)

    def __init__(self, *args: Any, lots: list[tuple[str, str]], label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lots"].label = label
        offer(self, "lots", lots)


class QuestionForm(forms.Form):
    """A question about the documents."""

    question = forms.CharField(
        label=_("疑问"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("答复后与疑问一并公开，不显示提问单位。请勿写入能辨认贵单位的内容。"),
    )


class AnswerForm(forms.Form):
    """The agency's answer to a question."""

    answer = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea({"rows": 4}))
    affects_bids = forms.BooleanField(label=_("可能影响投标文件编制"), required=False)


class FilterForm(forms.Form):
    """What narrows the list of notices."""

    q = forms.CharField(label=_("关键词"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("公告类型"), required=False)
    market = forms.ChoiceField(label=_("市场"), required=False)
    category = forms.ChoiceField(label=_("类别"), required=False)
    group = forms.ChoiceField(label=_("进度"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    since = forms.DateField(label=_("发布日期从"), widget=DateInput(), required=False)
    until = forms.DateField(label=_("至"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext("全部"))]
        kinds = [(kind, gettext(title)) for kind, title in NOTICE_KINDS.items()]
        groups = [(name, gettext(title)) for name, (title, _states) in queries.GROUPS.items()]
        offer(self, "kind", everything + kinds)
        offer(self, "market", everything + queries.market_choices())
        offer(self, "category", everything + queries.category_choices())
        offer(self, "group", everything + groups)
        offer(self, "region", everything + queries.region_choices())

    def filters(self) -> queries.Filters:
        """Give the filters; what is malformed narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return queries.Filters(
            query=given.get("q", ""),
            kind=given.get("kind", ""),
            market=given.get("market", ""),
            category=given.get("category", ""),
            group=given.get("group", ""),
            region=given.get("region", ""),
            since=given.get("since"),
            until=given.get("until"),
        )
