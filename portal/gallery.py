"""Every component of the design system on one page, for those who build and those who test pages.

Served in development only (portal.urls). The people, firms and figures are the demo town's.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label="项目名称",
        help_text="写明采购人和标的，与采购文件封面一致。例：市第一人民医院彩色超声诊断系统采购",
        max_length=80,
    )
    budget = forms.DecimalField(
        label="预算金额",
        help_text="含税。最高限价不得超过预算（政府采购法实施条例第30条）。",
        max_digits=16,
        decimal_places=2,
    )
    closes_at = forms.DateTimeField(
        label="投标截止时间",
        help_text="自招标文件发出之日起不少于20日（政府采购法第35条）。最早可定 2026年12月15日。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    method = forms.ChoiceField(
        label="评审方法",
        choices=[("points", "综合评分法"), ("lowest", "最低评标价法")],
        widget=forms.RadioSelect,
        help_text="技术、服务采购项目应当采用综合评分法。",
    )
    category = forms.ChoiceField(
        label="品目",
        choices=[("a", "A02320300 医用超声波仪器及设备"), ("b", "C21040000 物业管理服务")],
    )
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    small_firm = forms.BooleanField(
        label="专门面向中小企业采购",
        required=False,
        help_text="预留份额的依据见政府采购促进中小企业发展管理办法第6条。",
    )


BIDDERS = (
    ("清河医疗器械有限公司", "91330108MA2AX4KX0E", "1180000.00", "第1", "best"),
    ("江南远景科技股份有限公司", "91330106MA27W4PX2B", "1236800.00", "第2", ""),
    ("北辰康健设备（集团）有限公司", "91110108MA01B2KX7L", "1249999.99", "第3", ""),
    ("海岱精诚商贸有限公司", "91370102MA3C4N5Y6H", "98000.00", "否决：低于成本且未能说明", "void"),
)


def steps(at: datetime) -> list[dict[str, object]]:
    """List the phases of a tender on its opening day."""
    titles = ("公告", "投标", "开标", "评审", "定标", "结果公告", "合同")
    states = ("done", "done", "current", "ahead", "ahead", "ahead", "ahead")
    return [
        {"title": title, "state": state, "at": at + timedelta(days=4 * (place - 2))}
        for place, (title, state) in enumerate(zip(titles, states, strict=True))
    ]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once."""
    at = timezone.now()
    bad = SampleForm({"title": "", "budget": "12.345", "method": "points", "category": "a"})
    bad.is_valid()
    bad.add_error(
        None, "最高限价 ¥ 1,300,000.00 高于预算金额 ¥ 1,250,000.00。请改低限价，或先调整预算。"
    )
    context = {
        "board": "board" in request.GET,
        "soon": at + timedelta(minutes=8),
        "later": at + timedelta(days=3, hours=2),
        "past": at - timedelta(days=1),
        "steps": steps(at),
        "form": SampleForm(initial={"budget": "1250000.00"}, prefix="good"),
        "bad": bad,
        "bidders": [(n, u, Decimal(a), r, t) for n, u, a, r, t in BIDDERS],
        "amount": Decimal("1180000.00"),
        "page": Paginator(range(128), 20).page(2),
        "tones": ("quiet", "open", "live", "note", "good", "care", "bad"),
    }
    return render(request, "portal/gallery.html", context)
