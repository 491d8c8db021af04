"""What the rules ask a draft for beside its method's own fields: paragraphs of the notice, and by
whose word a failed tender goes another way.
"""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading import queries
from trading.domain import attempts
from trading.domain.particulars import Particular
from trading.forms.inputs import offer
from trading.models import Tender

LONG: Final = {"rows": 3}


class ConversionForm(forms.Form):
    """Who approved another way after a failed tender, and what the review of that tender found."""

    conversion_approval = forms.CharField(
        label=_("变更采购方式的批准文号"),
        max_length=attempts.LONGEST_APPROVAL,
        required=False,
        help_text=_("招标失败后改用其他采购方式的，须报财政部门批准（87号令第四十三条）。"),
    )
    conversion_review = forms.CharField(
        label=_("招标文件和招标程序的审查意见"),
        max_length=attempts.LONGEST_REVIEW,
        required=False,
        widget=forms.Textarea(LONG),
        help_text=_("写明招标文件没有不合理条款、招标程序符合规定；有问题的，改正后重新招标。"),
    )

    def leave_out_conversion(self, tender: Tender) -> None:
        """Ask nothing of it where no failed tender is followed in another way."""
        if not queries.attempt_facts(tender).converts:
            del self.fields["conversion_approval"], self.fields["conversion_review"]


class StatedForm(forms.Form):
    """The paragraphs the rules ask a notice for that have no place of their own."""

    prefix = "said"

    def __init__(self, *args: Any, asked: Sequence[Particular], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in asked:
            self.fields[one.name] = _field(one)
            if one.choices:
                named = [(choice, gettext(title)) for choice, title in one.choices.items()]
                offer(self, one.name, [("", gettext("请选择")), *named])


def _field(one: Particular) -> forms.Field:
    label, said = gettext(one.title), gettext(one.help) if one.help else ""
    if one.choices:
        return forms.ChoiceField(label=label, help_text=said, required=False)
    return forms.CharField(
        label=label,
        help_text=said,
        required=False,
        max_length=one.longest,
        widget=forms.Textarea(LONG),
    )
