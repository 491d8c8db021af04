"""The hall's forms: shares and keys as base64url, and the few lines people write."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bidding import domain
from bidding.sealing.stream import HEAD, SEALED_CHUNK
from kernel.errors import Invalid
from kernel.text import gettext_noop as _

KEY_BYTES = 32
LONGEST_NUMBER = 9
MOST_READOUT = HEAD + SEALED_CHUNK


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


def seen(sent: Mapping[str, Any]) -> int | None:
    """Read how many bids the host had seen read when the button was pressed."""
    text = str(sent.get("seen", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else None


class ShareForm(forms.Form):
    """A bidder's share of its bid for one lot."""

    lot = forms.IntegerField(min_value=1)
    share = forms.CharField(max_length=64)

    def given(self) -> tuple[int, bytes]:
        """Give the lot and the share's bytes, or refuse."""
        if not self.is_valid():
            raise _malformed()
        return self.cleaned_data["lot"], decoded(self.cleaned_data["share"])


class RecoveryForm(forms.Form):
    """The lot whose bid is to be recovered."""

    lot = forms.IntegerField(min_value=1)

    def given(self) -> int:
        """Give the lot, or refuse."""
        if not self.is_valid():
            raise Invalid("opening.lot", _("采购包号应为数字。"), field="lot")
        return int(self.cleaned_data["lot"])


class PartForm(forms.Form):
    """A recovery custodian's part of the share of one bid."""

    commit = forms.CharField(max_length=64)
    part = forms.CharField(max_length=64)

    def given(self) -> tuple[str, bytes]:
        """Give the bid's commit and the part's bytes, or refuse."""
        if not self.is_valid():
            raise _malformed()
        return self.cleaned_data["commit"], decoded(self.cleaned_data["part"])


class KeyForm(forms.Form):
    """A custodian's place and private stage key."""

    index = forms.IntegerField(min_value=1)
    private = forms.CharField(max_length=64)

    def given(self) -> tuple[int, bytes]:
        """Give the place and the key's bytes, or refuse."""
        if not self.is_valid():
            raise _malformed()
        return self.cleaned_data["index"], decoded(self.cleaned_data["private"])


class SealsForm(forms.Form):
    """What the bidder's own client found."""

    verdict = forms.ChoiceField(choices=[("intact", ""), ("broken", "")])

    def given(self) -> bool:
        """Tell whether the seals are intact, or refuse."""
        if not self.is_valid():
            raise Invalid(
                "opening.verdict", _("核验结果只能是完好或不符，请用页面上的核验按钮提交。")
            )
        return bool(self.cleaned_data["verdict"] == "intact")


class ResupplyForm(forms.Form):
    """The sealed read-out of a lot, handed in again."""

    lot = forms.IntegerField(min_value=1)
    content = forms.FileField(label=gettext_lazy("密封的开标内容（readout 文件）"))

    def given(self) -> tuple[int, bytes]:
        """Give the lot and the bytes, or refuse what is no sealed read-out by its size."""
        if not self.is_valid() or self.cleaned_data["content"].size > MOST_READOUT:
            raise Invalid("object.malformed", _("请选择提交时保存的密封开标内容文件（readout）。"))
        return self.cleaned_data["lot"], self.cleaned_data["content"].read()


class ExtendForm(forms.Form):
    """More time for the unlock window, with its reason."""

    minutes = forms.IntegerField(
        label=gettext_lazy("延长（分钟）"),
        min_value=1,
        max_value=domain.STEP_MINUTES["unlocking"],
        initial=5,
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200)

    def given(self) -> tuple[int, str]:
        """Give minutes and reason; what cannot be read becomes nothing, which the rule refuses."""
        self.is_valid()
        return self.cleaned_data.get("minutes", 0), self.cleaned_data.get("reason", "")


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
