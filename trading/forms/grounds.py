"""Why a draft is not put out to open tender: the ground of the law, and who approved it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trading.domain.grounds import LONGEST
from trading.forms.inputs import DateInput, offer
from trading.markets import method_of
from trading.models import Tender


class GroundForm(forms.Form):
    """The ground, its reason and the approval; published with the notice."""

    ground = forms.ChoiceField(label=_("法定情形"), required=False)
    reason = forms.CharField(
        label=_("具体理由"),
        help_text=_("写明本项目为何属于所选情形，随公告公开。"),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST["reason"],
        required=False,
    )
    approval = forms.CharField(
        label=_("批准或认定文号"),
        help_text=_("达到必须公开招标的标准，或者没有登记本地标准的，写明同意采用该方式的批准。"),
        max_length=LONGEST["approval"],
        required=False,
    )
    approval_by = forms.CharField(
        label=_("批准机关"), max_length=LONGEST["approval_by"], required=False
    )
    approval_on = forms.DateField(
        label=_("批准日期"), widget=DateInput(), required=False, help_text=_("须在公告之前。")
    )
    approval_text = forms.CharField(
        label=_("批准内容"),
        help_text=_("照录批准的主要内容；也可以在文件一节上传“批准单位书面同意”代替。"),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST["approval_text"],
        required=False,
    )
    drawn_from = forms.ChoiceField(label=_("备选名单来源"), required=False)
    solutions = forms.CharField(
        label=_("采购需求不能完整、明确列明的原因"),
        help_text=_(
            "能够列明的请留空。填写的，由供应商提供最终设计方案或者解决方案，"
            "磋商、谈判结束后小组投票推荐三家以上，只有被推荐的供应商提交最后报价。"
        ),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST["solutions"],
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        tender: Tender,
        grounds: Mapping[str, str],
        open_needs: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"initial": tender.grounds, **kwargs})
        method = method_of(tender)
        departs, invites = method.departs, method.by_invitation
        always = departs is not None and departs.binds_always
        none = _("请选择") if always else _("不属于必须公开招标的项目")
        offer(self, "ground", [("", none), *_said(grounds)])
        if invites is not None and invites.draws:
            offer(self, "drawn_from", [("", _("请选择")), *_said(invites.sources)])
        else:
            del self.fields["drawn_from"]
        if not open_needs:
            del self.fields["solutions"]
        if departs is not None and departs.of_source:
            del self.fields["ground"], self.fields["reason"]

    def given(self) -> dict[str, str]:
        """Give what was said as the record keeps it."""
        return {name: str(value or "") for name, value in self.cleaned_data.items()}


def _said(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, gettext(title)) for name, title in titles.items()]
