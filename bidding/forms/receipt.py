"""A receipt to be checked: pasted, or as the file that was downloaded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 4096


class ReceiptForm(forms.Form):
    """Take the text of one receipt from either field."""

    receipt = forms.CharField(
        label=_("回执内容"),
        required=False,
        max_length=LONGEST,
        strip=False,
        help_text=_("把回执文件的全部内容粘贴到这里，包括以“—”开头的签名行。"),
        widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false", "class": "mono"}),
    )
    file = forms.FileField(
        label=_("或选择回执文件"), required=False, help_text=_("*.receipt.txt，不超过 4 KB。")
    )

    def clean(self) -> dict[str, Any]:
        """Take the file when there is one; refuse when there is nothing to check."""
        cleaned = super().clean() or {}
        if (file := cleaned.get("file")) is not None:
            cleaned["receipt"] = file.read(LONGEST).decode("utf-8", "replace")
        if not (cleaned.get("receipt") or "").strip() and not self.errors:
            self.add_error("receipt", _("请粘贴回执内容，或选择回执文件。"))
        return cleaned
