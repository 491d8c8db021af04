"""The field for files that stand beside something written: an answer, a complaint, an objection."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid
from trading.domain import answer_files, files


class FilesInput(forms.FileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files or none. The rule is asked here too, not by the service alone: a browser loses
    the chosen files with every refusal, so all that is wrong is said at once.
    """

    widget = FilesInput

    def clean(
        self, data: "Sequence[UploadedFile[bytes]] | None", initial: object = None
    ) -> list[files.Upload]:
        """Read what was sent, and refuse it with the sentence of the rule."""
        del initial
        given = [files.Upload("answer", one.name or "", one.read()) for one in data or ()]
        try:
            return answer_files.checked(given)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.text(gettext(refusal.message))) from refusal


def evidence() -> FilesField:
    """Make the field for the proof beside an objection, a complaint or an explanation."""
    return beside(
        _("证据材料"),
        _(
            "PDF、DOCX、XLSX、OFD、ZIP、PNG、JPG，最多 {most} 份，每份不超过 {largest} MB，"
            "一共不超过 {together} MB。只有可以查看本件的单位和监督部门可以查阅。"
        ),
    )


def contact() -> forms.CharField:
    """Make the field for how whoever raises something is reached."""
    return forms.CharField(
        label=_("联系人和联系电话"),
        max_length=120,
        required=False,
        help_text=_("留空的，使用本单位登记的电话。"),
    )


def beside(label: Any, said: Any) -> FilesField:  # noqa: ANN401 - lazy texts
    """Make the field for files beside a text; what is said of them names how many and how large."""
    return FilesField(
        label=label,
        required=False,
        help_text=format_lazy(
            said,
            most=answer_files.MOST,
            largest=answer_files.LARGEST // answer_files.MEGABYTE,
            together=answer_files.LARGEST_TOGETHER // answer_files.MEGABYTE,
        ),
        widget=FilesInput({"accept": ",".join(files.KINDS)}),
    )
