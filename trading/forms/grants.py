"""The forms of a grant of land: what the announcement says, each parcel, and how it is listed."""

from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import ceilings, listing, rooms
from trading.forms.drafts import OpeningForm
from trading.forms.inputs import MomentInput, amount, offer
from trading.models import Lot, Tender

CHOICES: Final = {
    "after": ceilings.BRANCHES,
    "nobody": ceilings.NOBODY,
    "nearest": ceilings.NEAREST,
    "pays": ceilings.PAYS,
    "promised": ceilings.PROMISED,
}
BRANCH: Final = ("nobody", "over", "nearest", "pays", "promised", "step", "most")
"""What the form says of what follows the highest price, beside its kind."""


class GrantForm(forms.Form):
    """The facts an announcement names (LD39 9)."""

    title = forms.CharField(label=_("项目名称"), max_length=160)
    category = forms.ChoiceField(label=_("用地类别"))
    summary = forms.CharField(
        label=_("出让概况"),
        help_text=_("写明出让依据、竞得人的确定方法、索取出让文件的方式和其他需要公告的事项。"),
        widget=forms.Textarea({"rows": 8}),
        max_length=5000,
        required=False,
    )
    plan_number = forms.CharField(
        label=_("出让方案批准文号"),
        max_length=60,
        required=False,
        help_text=_("经有批准权的人民政府批准的出让方案。"),
    )
    contact_name = forms.CharField(label=_("项目联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", queries.category_choices(tender))


class ParcelForm(forms.Form):
    """One parcel: its particulars and its money."""

    title = forms.CharField(
        label=_("宗地名称"), max_length=160, help_text=_("如：清政储〔2026〕8 号地块")
    )
    budget = amount(_("出让最低价（元）"), help_text=_("按国家规定的最低价标准和地价评估确定。"))
    start_price = amount(_("起始价（元）"), help_text=_("不得低于出让最低价。"))
    deposit = amount(_("竞买保证金（元）"), help_text=_("不得低于出让最低价的 20%。"))
    delivery = forms.CharField(
        label=_("价款缴纳与交地"),
        max_length=120,
        required=False,
        help_text=_("合同签订后一个月内缴纳 50%，余款最迟一年。"),
    )
    description = forms.CharField(
        label=_("其他规划条件和说明"),
        widget=forms.Textarea({"rows": 3}),
        max_length=3000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in listing.PARCEL:
            self.fields[one.name] = forms.CharField(
                label=gettext(one.title),
                help_text=gettext(one.help) if one.help else "",
                max_length=one.longest,
                required=one.needed,
            )

    @property
    def particulars(self) -> list[forms.BoundField]:
        """Give the fields of what the parcel is described by."""
        return [self[one.name] for one in listing.PARCEL]

    def clean(self) -> dict[str, Any]:
        """Put what describes the parcel together, as the rules take it."""
        given = dict(self.cleaned_data)
        said = {one.name: given.pop(one.name, "") for one in listing.PARCEL}
        return {**given, "particulars": said}


class GrantTimetableForm(forms.Form):
    """Until when one may apply and lay down the deposit."""

    bids_close_at = forms.DateTimeField(
        label=_("竞买申请和保证金截止时间"), widget=MomentInput(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bids_close_at"].widget.attrs["aria-describedby"] = "check-bids_close_at"

    def changes(self) -> dict[str, Any]:
        """Give the fields of the draft that the form sets."""
        return {"bids_close_at": self.cleaned_data.get("bids_close_at")}


class GrantTenderForm(GrantForm, OpeningForm):
    """The facts an announcement of a tender names besides: where and how bids are opened."""

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, tender=tender, **kwargs)
        self.offer_ways(tender)


class GrantTenderTimetableForm(GrantTimetableForm):
    """When bids close, which is when they are opened."""

    bids_close_at = forms.DateTimeField(
        label=_("投标截止暨开标时间"), widget=MomentInput(), required=False
    )


class ListingForm(forms.Form):
    """How one parcel is listed and bid for."""

    increment = amount(
        _("加价幅度（元）"), help_text=_("每次报价高出当前价的最小金额，只能是它的整数倍。")
    )
    opens_at = forms.DateTimeField(
        label=_("挂牌开始"),
        widget=MomentInput(),
        help_text=_("公告之日起至少 20 日，并在申请截止之后。"),
    )
    closes_at = forms.DateTimeField(
        label=_("挂牌截止"),
        widget=MomentInput(),
        help_text=_("挂牌时间不少于 10 日，在工作日截止。"),
    )
    quiet_minutes = forms.IntegerField(
        label=_("截止前停止报价（分钟）"),
        min_value=rooms.QUIET_MINUTES[0],
        max_value=rooms.QUIET_MINUTES[1],
        initial=rooms.USUAL_QUIET,
        help_text=_("填 0 表示报价到挂牌截止为止。"),
    )
    inquiry_s = forms.IntegerField(
        label=_("询问是否继续竞价（秒）"),
        min_value=rooms.INQUIRY_SECONDS[0],
        max_value=rooms.INQUIRY_SECONDS[1],
        initial=rooms.USUAL_INQUIRY,
        help_text=_("挂牌截止时逐一询问；不答复即不参加限时竞价。"),
    )
    cycle_s = forms.IntegerField(
        label=_("限时竞价周期（秒）"),
        min_value=rooms.LISTED_CYCLE_SECONDS[0],
        max_value=rooms.LISTED_CYCLE_SECONDS[1],
        initial=rooms.USUAL_LISTED_CYCLE,
        help_text=_("每个有效报价重新计时。"),
    )

    ceiling = amount(
        _("最高限价（元）"),
        required=False,
        help_text=_("不设的留空。报价达到最高限价即停止竞价，由下面选定的办法决定。"),
    )
    after = forms.ChoiceField(label=_("达到最高限价之后"), required=False)
    nobody = forms.ChoiceField(label=_("无人参加、报价或提出条件时"), required=False)
    over = forms.DecimalField(
        label=_("一次报价最多超出最高限价的百分比"),
        max_digits=5,
        decimal_places=2,
        required=False,
        help_text=_("只在选“一次报价”时填写。"),
    )
    nearest = forms.ChoiceField(label=_("一次报价的竞得人"), required=False)
    pays = forms.ChoiceField(label=_("一次报价的成交价"), required=False)
    promised = forms.ChoiceField(
        label=_("竞争的条件"), required=False, help_text=_("只在选“竞争条件”时填写。")
    )
    step = forms.DecimalField(
        label=_("条件的幅度"), max_digits=12, decimal_places=2, required=False
    )
    most = forms.DecimalField(
        label=_("条件的上限"),
        max_digits=12,
        decimal_places=2,
        required=False,
        help_text=_("幅度的整数倍；有人达到上限后，愿意接受的竞买人参加摇号。"),
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"lot{lot.number}"})
        self.lot = lot
        for name, titles in CHOICES.items():
            offer(self, name, [(slug, gettext(said)) for slug, said in titles.items()])

    def terms(self) -> rooms.ListingTerms:
        """Give the terms as the rules take them; what was left open is as usual."""
        given = dict(self.cleaned_data)
        own = {name: given.pop(name) for name in BRANCH}
        kept = {name: said for name, said in own.items() if said not in {None, ""}}
        branch = ceilings.Branch(kind=given.pop("after") or "lottery", **kept)
        return rooms.ListingTerms(**given, branch=branch)


class ReserveForm(forms.Form):
    """The reserve of one lot, and the decision it rests on."""

    price = forms.CharField(
        label=_("底价（元）"),
        max_length=20,
        help_text=_("不低于出让最低价。密封后不再显示。"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    decision = forms.CharField(
        label=_("集体决策文号"), max_length=60, help_text=_("如：清自然资会纪〔2026〕21号；公开。")
    )

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"id_lot{lot.number}_%s"})
        self.lot = lot


def terms_shown(auction: dict[str, Any]) -> dict[str, Any]:
    """Give the terms of a parcel as the form shows them; nothing while there are none."""
    written = rooms.listing_of(auction)
    if written is None:
        return {}
    given = asdict(written)
    branch = given.pop("branch")
    return given | ({"after": branch.pop("kind"), **branch} if written.ceiling else {})
