"""What a construction tender needs before its notice (BL 16 to 20, NT10 5, rulebook 2.1)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.text import gettext_noop as _
from trading.domain import deposits, performance
from trading.domain.completeness import Demands, custody_findings, judging
from trading.domain.findings import Finding, undated, unwritten

if TYPE_CHECKING:
    from trading.domain.completeness import TenderFacts

NOTICE: Final = "《招标公告和公示信息发布管理办法》第五条"
DOCUMENT: Final = "《招标投标法》第十九条"
CEILING: Final = "《招标投标法实施条例》第二十七条"


def basic(facts: "TenderFacts") -> Iterator[Finding]:
    """List what the first section lacks of what a notice must say, and a deposit too high."""
    needed = (
        ("title", facts.title, _("项目名称")),
        ("summary", facts.summary, _("招标范围与工程概况")),
        ("plan_number", facts.plan_number, _("项目审批或投资项目代码")),
        ("funding", facts.funding, _("资金来源")),
        ("contact_name", facts.contact_name, _("项目联系人")),
        ("contact_phone", facts.contact_phone, _("联系电话")),
        ("place", facts.place, _("开标地点")),
    )
    yield from unwritten(needed, NOTICE)
    estimate = sum((lot.budget for lot in facts.lots), Decimal(0))
    yield from deposits.findings(facts.bid_security, estimate, deposits.limits_of(facts.rules))
    yield from performance.findings(facts)


def lots(facts: "TenderFacts") -> Iterator[Finding]:
    """List lots without an estimate or a ceiling; bids above the ceiling are rejected by it."""
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一个标段。"), {}, NOTICE)
    for lot in facts.lots:
        if lot.budget <= 0 or lot.ceiling <= 0:
            message = _("第 %(number)s 标段没有写明合同估算价或最高投标限价。")
            yield Finding("lots.no_budget", "lots", message, {"number": lot.number}, CEILING)


def terms(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the terms the committee reviews: nothing else may reject a bid."""
    if not facts.qualification:
        message = _("没有投标人资格条件。")
        yield Finding("qualification.none", "qualification", message, {}, DOCUMENT)
    if not facts.conformity:
        message = _("没有响应性评审条款。")
        yield Finding("conformity.none", "conformity", message, {}, DOCUMENT)


def dates(facts: "TenderFacts") -> Iterator[Finding]:
    """List the dates still open."""
    needed = (
        ("documents_from", facts.documents_from, _("招标文件发售开始日期")),
        ("documents_until", facts.documents_until, _("招标文件发售截止日期")),
        ("bids_close_at", facts.bids_close_at, _("投标截止时间")),
    )
    yield from undated(needed, NOTICE)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the tender document itself as a file."""
    if "tender_document" not in facts.attachments:
        yield Finding("documents.none", "documents", _("尚未上传招标文件。"), {}, DOCUMENT)


OPEN_TENDER: Final = Demands(
    checks=(basic, lots, terms, judging, dates, documents, custody_findings),
    dates={
        "documents_from": "documents_from",
        "documents_until": "documents_until",
        "bids_close_at": "bids_close",
    },
)
