"""What anybody brings to be checked: a PDF, or the place of a fact."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

LARGEST = 10 * 1024 * 1024


class DocumentForm(forms.Form):
    """Take one PDF."""

    file = forms.FileField(
        label=_("PDF 文书"),
        help_text=_(
            "开标记录、中标通知书、评审报告、聘书等，不超过 10 MB。文件只用于核验，不保存。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": _("请选择要查验的 PDF 文件。"),
            "empty": _("这个文件是空的，请另选。"),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is too large to be one of our papers."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("文件超过 10 MB，不是本平台签发的文书。"))
        return file


class FactForm(forms.Form):
    """Take the place of a fact: its stream, and its number there."""

    stream = forms.RegexField(
        label=_("记录流"),
        regex=r"^[a-z]+(\.[A-Za-z0-9._-]+)?$",
        max_length=80,
        help_text=_("例如 tender.ZC-2026-0007，印在每条记录旁。"),
        error_messages={"invalid": _("记录流由字母、数字、点和连字符组成。")},
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )
    number = forms.IntegerField(label=_("序号"), min_value=1, max_value=2**62)
