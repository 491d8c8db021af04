"""The forms of a tender by invitation: who, and the nonce of the draw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import invitations
from trading.domain.invitations import ByInvitation
from trading.models import Tender


class InvitedForm(forms.Form):
    """Who is invited, or the pool that so many are drawn from."""

    suppliers = forms.CharField(
        label=_("单位名单"),
        help_text=_("每行一家，填单位全称或统一社会信用代码；须已在本平台注册为供应商。"),
        widget=forms.Textarea({"rows": 8}),
    )
    count = forms.IntegerField(
        label=_("拟邀请家数"), min_value=1, max_value=invitations.MOST_INVITED
    )

    def __init__(self, *args: Any, tender: Tender, how: ByInvitation, **kwargs: Any) -> None:
        invited = queries.invited_of(tender)
        lines = "\n".join(row["name"] for row in queries.named(invited.listed))
        initial = {"suppliers": lines, "count": invited.count or None}
        super().__init__(*args, **{"initial": initial, **kwargs})
        if not how.draws:
            del self.fields["count"]

    def given(self) -> dict[str, Any]:
        """Give the list as the service takes it."""
        lines = self.cleaned_data["suppliers"].splitlines()
        return {
            "suppliers": [line.strip() for line in lines if line.strip()],
            "count": self.cleaned_data.get("count") or 0,
        }


class NonceForm(forms.Form):
    """What the purchaser adds to the committed seed."""

    nonce = forms.CharField(
        label=_("随机数"),
        help_text=_("任意 8 至 64 个字节的文字或十六进制，由采购人在两名以上工作人员监督下给出。"),
        max_length=128,
    )


class InvitedNonceForm(forms.Form):
    """What the purchaser adds to the committed seed, and who of its staff watched."""

    nonce = forms.CharField(
        label=_("随机数"), help_text=_("任意 8 至 64 个字节的文字或十六进制。"), max_length=128
    )
    supervisors = forms.CharField(
        label=_("在场监督的采购人工作人员"),
        help_text=_("每行一人，至少两人。姓名写入记录，随采购文件存档。"),
        widget=forms.Textarea({"rows": 3}),
        max_length=200,
    )

    def given(self) -> dict[str, Any]:
        """Give both as the service takes them."""
        names = self.cleaned_data["supervisors"].splitlines()
        return {"nonce": self.cleaned_data["nonce"], "supervisors": names}
