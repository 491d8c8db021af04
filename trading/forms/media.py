"""The media of a notice as a form: a list in the draft, a record after publication."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import media
from trading.forms.inputs import offer


class LinesField(forms.CharField):
    """A list with a line for each entry."""

    widget = forms.Textarea({"rows": 3})

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - a list, or the text typed
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - a text in, a list out
        """Read lines as a list."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:  # noqa: ANN401 - the service checks the list
        """Leave the list to the rule."""

    def run_validators(self, value: Any) -> None:  # noqa: ANN401 - as above
        """Leave the list to the rule."""


class MediumForm(forms.Form):
    """Where a notice stands in another medium."""

    medium = forms.ChoiceField(label=_("发布媒介"))
    address = forms.CharField(
        label=_("公告网址"), max_length=media.LONGEST_ADDRESS, widget=forms.URLInput()
    )
    digest = forms.CharField(
        label=_("所存页面的 SHA-256 摘要"),
        max_length=64,
        help_text=_("把该媒介的公告页面存成文件，填写文件的摘要，文件存档备查。"),
    )
    identical = forms.BooleanField(label=_("已核对，与本平台的公告内容一致"), required=False)

    def __init__(self, *args: Any, named: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "medium", [(one, gettext(one)) for one in media.listed(named)])
