"""The hall's forms: shares and keys as base64url, and the few lines people write."""

import base64
import binascii
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bidding import domain
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

KEY_BYTES = 32


def decoded(text: str) -> bytes:
    """Read 32 bytes of unpadded base64url, or refuse."""
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise _malformed() from error
    if len(value) != KEY_BYTES or base64.urlsafe_b64encode(value).rstrip(b"=").decode() != text:
        raise _malformed()
    return value


def _malformed() -> Invalid:
    return Invalid(
        "opening.malformed_key", _("密钥须为三十二字节的 base64url。请用原设备重新提交。")
    )


class ShareForm(forms.Form):
    """A bidder's share of one bid."""

    bid = forms.IntegerField(min_value=1)
    share = forms.CharField(max_length=64)

    def given(self) -> dict[str, Any]:
        """Give the bid and the share's bytes, or refuse."""
        if not self.is_valid():
            raise _malformed()
        return {"bid": self.cleaned_data["bid"], "share": decoded(self.cleaned_data["share"])}


class KeyForm(forms.Form):
    """A custodian's private stage key."""

    private_key = forms.CharField(max_length=64)

    def given(self) -> bytes:
        """Give the key's bytes, or refuse."""
        if not self.is_valid():
            raise _malformed()
        return decoded(self.cleaned_data["private_key"])


class ExtendForm(forms.Form):
    """More time for the unlock window, with its reason."""

    minutes = forms.IntegerField(
        label=gettext_lazy("延长（分钟）"),
        min_value=1,
        max_value=domain.STEP_MINUTES["unlocking"],
        initial=5,
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)


class ObjectionForm(forms.Form):
    """An objection raised in the hall."""

    text = forms.CharField(
        label=gettext_lazy("异议内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "写明对哪一环节、哪一项有异议及理由。提交后公开，由主持人当场书面答复。"
        ),
    )


class AnswerForm(forms.Form):
    """The host's written answer."""

    text = forms.CharField(
        label=gettext_lazy("答复"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
