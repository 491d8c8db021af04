"""The versions of a published text, and what differs from one to the next."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext

from kernel.calendar import SHANGHAI
from kernel.text import gettext_noop as _
from trading.domain import predisclosure, priced
from trading.domain.agreement import TERMS
from trading.domain.listing import PARCEL
from trading.markets import market_of
from trading.models import Notice, Tender
from trading.queries.texts import TEXT_KINDS, digest_of

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LABELS: Final = {
    "title": _("名称"),
    "category": _("类别"),
    "summary": _("采购需求"),
    "purchaser": _("采购人"),
    "agency": _("代理机构"),
    "contact": _("联系人"),
    "name": _("名称"),
    "phone": _("电话"),
    "address": _("地址"),
    "plan_number": _("采购计划编号"),
    "budget_level": _("预算级次"),
    "trade_class": _("工程行业"),
    "funding": _("资金来源"),
    "place": _("开标地点"),
    "qualification": _("资格条件"),
    "qualification_after": _("竞价结束后再审查竞得人的资格"),
    "conformity": _("符合性条款"),
    "text": _("条款"),
    "evidence": _("证明材料"),
    "scheme": _("评分办法"),
    "criteria": _("评审因素"),
    "children": _("下级因素"),
    "full": _("分值"),
    "rule": _("评分标准"),
    "price": _("价格"),
    "weight": _("分值"),
    "deductions": _("价格扣除"),
    "ties": _("并列第一的确定方式"),
    "options": _("评审细则"),
    "media": _("发布媒介"),
    "intention": _("采购意向"),
    "published_on": _("公开日期"),
    priced.NAME: priced.TITLE,
    "bid_security": _("投标保证金"),
    "performance": _("履约保证金"),
    "share": _("占合同金额（%）"),
    "forms": _("提交形式"),
    "validity_days": _("投标有效期"),
    "documents_from": _("采购文件提供开始"),
    "documents_until": _("采购文件提供截止"),
    "bids_close_at": _("投标截止时间"),
    "lots": _("采购包"),
    "description": _("内容"),
    "quantity": _("数量"),
    "delivery": _("期限"),
    "budget": _("预算金额"),
    "ceiling": _("最高限价"),
    "reserved": _("专门面向中小企业"),
    "items": _("分项"),
    "stated": _("公告其他必备内容"),
    "notice_days": _("公告期限"),
    "value": _("数值"),
    "follows": _("前次项目"),
    "attempt": _("本次为第几次"),
    "review": _("招标文件和招标程序的审查意见"),
    "attachments": _("附件"),
    "kind": _("类别"),
    "sha256": "SHA-256",
    "sm3": "SM3",
    "size": _("字节数"),
    "clarifications": _("澄清"),
    "question": _("问"),
    "answer": _("答"),
    "code": _("编号"),
    "number": _("编号"),
    "method": _("评审方法"),
    "region": _("地区"),
    "uscc": _("统一社会信用代码"),
    "small_firm": _("小微企业扣除"),
    "part": _("部分"),
    "subjective": _("主观分"),
    "stages": _("阶段"),
    "threshold": _("启封所需人数"),
    "spec": _("规格与要求"),
    "unit": _("计量单位"),
    "recovery": _("恢复托管人"),
    "award_way": _("定标方法"),
    "grounds": _("采用该方式的依据"),
    "article": _("依据"),
    "approval_by": _("批准机关"),
    "approval_on": _("批准日期"),
    "approval_text": _("批准内容"),
    "approval": _("批准或认定文号"),
    "drawn_from": _("备选名单来源"),
    "deposit": _("交易保证金"),
    "auction": _("竞价规则"),
    "start_price": _("转让底价"),
    "increment": _("加价幅度"),
    "opens_at": _("报价开始"),
    "closes_at": _("报价结束"),
    "extension": _("延长"),
    "pre_disclosure": _("信息预披露"),
    "control_changes": _("实际控制权是否转移"),
    "approved_on": _("转让行为获批准"),
    "particulars": _("标的情况"),
    "source": _("单一来源"),
    "supplier": _("拟定的唯一供应商"),
    "ground": _("适用情形"),
    "reason": _("原因及相关说明"),
    "arguments": _("专业人员论证意见"),
    "employer": _("工作单位"),
    "opinion": _("论证意见"),
    "authority": _("财政部门联系方式"),
    "base_contract": _("原合同"),
    "base_amount": _("原合同采购金额"),
    "base_added": _("此前已添购金额"),
    "quiet_s": _("截止前停止报价（秒）"),
    "inquiry_s": _("询问时限（秒）"),
    "add_s": _("重新计时（秒）"),
    "cap": _("最高限价"),
    "after_cap": _("达到最高限价之后"),
    "window_s": _("时限（秒）"),
    "nobody": _("无人参加、报价或提出条件时"),
    "over": _("一次报价最多超出（比例）"),
    "nearest": _("一次报价的竞得人"),
    "pays": _("一次报价的成交价"),
    "promised": _("竞争的条件"),
    "step": _("条件的幅度"),
    "most": _("条件的上限"),
    "post": _("岗位条件"),
    "openings": _("招聘人数"),
    "education": _("学历要求"),
    "majors": _("专业要求"),
    "age_most": _("年龄上限"),
    "others": _("其他条件"),
    "opening_ratio": _("开考比例"),
    "interview_ratio": _("面试比例"),
    "written_weight": _("笔试成绩比重"),
    "written_pass": _("笔试合格线"),
    "interview_pass": _("面试合格线"),
    "scarce": _("紧缺岗位"),
}
WITHIN: Final[Mapping[str, Mapping[str, str]]] = {
    priced.NAME: priced.LABELS,
    "pre_disclosure": predisclosure.TEXTS,
    "particulars": {one.name: one.title for one in (*PARCEL, *TERMS)},
    "post": {
        "ground": _("采用直接考察的情形"),
        "reason": _("具体理由"),
        "approval": _("批准文号"),
        "service_years": _("在职年限（年，至少）"),
        "grade": _("现任同类岗位等级（级，至少）"),
    },
}
"""What the parts of a part are called in it alone: elsewhere a name may mean another thing."""


@dataclass(frozen=True)
class Change:
    """One place where a version differs from the one before it."""

    path: str
    before: str
    after: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Version:
    """One version of the text, the notice that published it, and what changed in it."""

    number: int
    notice: Notice
    digest: str
    changes: tuple[Change, ...]


def versions(tender: Tender) -> list[Version]:
    """Give every published version with its difference to the one before, newest first."""
    labels = {**LABELS, **market_of(tender).labels}
    texts = list(tender.notices.filter(kind__in=TEXT_KINDS).order_by("number"))
    found = [Version(1, first, digest_of(first.fields["text"]), ()) for first in texts[:1]]
    for number, (before, after) in enumerate(pairwise(texts), start=2):
        changes = tuple(_changes(before.fields["text"], after.fields["text"], labels))
        found.append(Version(number, after, digest_of(after.fields["text"]), changes))
    return found[::-1]


def changes_in(notice: Notice) -> tuple[Change, ...]:
    """Give what a notice changed in the text, before and after; nothing where it is the first."""
    earlier = notice.tender.notices.filter(kind__in=TEXT_KINDS, number__lt=notice.number)
    before = earlier.order_by("number").last()
    if before is None or notice.kind not in TEXT_KINDS:
        return ()
    labels = {**LABELS, **market_of(notice.tender).labels}
    return tuple(_changes(before.fields["text"], notice.fields["text"], labels))


def _changes(
    before: object, after: object, labels: Mapping[str, str], path: str = ""
) -> Iterator[Change]:
    """Walk two texts side by side; lists are compared place by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            where = f"{path} › {gettext(labels.get(key) or key)}".strip(" ›")
            within = {**labels, **WITHIN.get(key, {})}
            yield from _changes(before.get(key), after.get(key), within, where)
    elif isinstance(before, list) and isinstance(after, list):
        for n in range(max(len(before), len(after))):
            pair = (before[n : n + 1] or [None])[0], (after[n : n + 1] or [None])[0]
            yield from _changes(*pair, labels, f"{path} {n + 1}")
    elif before != after:
        yield _change(path, _readable(before, labels), _readable(after, labels))


def _change(path: str, old: str, new: str) -> Change:
    marked = difflib.ndiff(old.splitlines() or [""], new.splitlines() or [""])
    lines = tuple((line[:1].strip() or "=", line[2:]) for line in marked if line[:1] != "?")
    return Change(path, old, new, lines)


def _readable(value: object, labels: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "\n".join(
            f"{gettext(labels.get(key) or key)}："
            f"{_readable(part, {**labels, **WITHIN.get(key, {})})}"
            for key, part in value.items()
        )
    if isinstance(value, str) and INSTANT.fullmatch(value):
        local = datetime.fromisoformat(value).astimezone(SHANGHAI)
        return local.strftime("%Y-%m-%d %H:%M")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
