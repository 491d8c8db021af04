"""The report on what was delivered under a contract."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain import acceptance
from trading.forms.inputs import DateInput


class AcceptanceForm(forms.Form):
    """What was found of each item and standard, by whom, and what those served say."""

    held_on = forms.DateField(label=_("验收日期"), widget=DateInput())
    reviewers = forms.CharField(
        label=_("验收人"),
        help_text=_("每行一人。编制采购文件的经办人不能担任验收人。"),
        widget=forms.Textarea({"rows": 3}),
    )
    serves_public = forms.BooleanField(
        label=_("向社会公众提供的公共服务项目"),
        help_text=_("须邀请服务对象参与并出具意见，验收结果向社会公告。"),
        required=False,
    )
    opinion = forms.CharField(
        label=_("服务对象的意见"),
        max_length=acceptance.LONGEST_OPINION,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )

    def __init__(self, *args: Any, parts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(parts)
        for number, (kind, title) in enumerate(parts):
            # The names of items are the tender's own words, those of standards are ours.
            said = title if kind == "item" else gettext(title)
            self.fields[f"result_{number}"] = forms.CharField(
                label=gettext("%(part)s的履约情况") % {"part": said},
                max_length=acceptance.LONGEST_RESULT,
                widget=forms.Textarea({"rows": 2}),
            )
            self.fields[f"passed_{number}"] = forms.ChoiceField(
                label=gettext("%(part)s是否合格") % {"part": said},
                choices=(("yes", _("合格")), ("no", _("不合格"))),
                widget=forms.RadioSelect,
            )
        asked = [f"{name}_{n}" for n in range(self.count) for name in ("result", "passed")]
        self.order_fields(["held_on", *asked, "reviewers", "serves_public", "opinion"])

    def given(self) -> acceptance.Report:
        """Give the report as the rules take it."""
        said = self.cleaned_data
        return acceptance.Report(
            held_on=said["held_on"],
            lines=[
                acceptance.Line(said[f"result_{n}"], said[f"passed_{n}"] == "yes")
                for n in range(self.count)
            ],
            reviewers=said["reviewers"].splitlines(),
            serves_public=said["serves_public"],
            opinion=said["opinion"],
        )
