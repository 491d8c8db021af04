"""Who may read which official paper, and what of it anybody may know: one table, a line a kind.

That a paper exists is a public fact; its digest is in the record. The file itself goes to those the
law gives it to (rulebook 1.3 and 9).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from accounts.domain import AGENCY, AUDITOR, CENTRE_ADMIN, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from evaluation import queries as evaluation
from kernel.desk import DeskItem
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import papers
from trading import queries as trading

if TYPE_CHECKING:
    from ledger.papers import Paper

Rule = Callable[[Actor, "Paper", datetime], bool]


def anybody(_actor: Actor, _paper: "Paper", _at: datetime) -> bool:
    """Let everybody read a public paper."""
    return True


def whom_the_award_concerns(actor: Actor, paper: "Paper", at: datetime) -> bool:
    """Let the bidder it is addressed to, purchaser, agency and oversight read."""
    tender = trading.tender_for(actor, paper.tender, at)
    listed = trading.award_papers(actor, tender)
    return any((row["kind"], row["subject"]) == (paper.kind, paper.subject) for row in listed)


def who_reads_reports(actor: Actor, paper: "Paper", at: datetime) -> bool:
    """Let committee, purchaser, agency and oversight read; a bidder is told its part by letter."""
    tender = trading.tender_for(actor, paper.tender, at)
    if actor.has(REGULATOR, AUDITOR) or actor.has_for(tender.purchaser_id, PURCHASER):
        return True
    return actor.has_for(tender.agency_id, AGENCY) or _sits(actor, paper.tender)


def _sits(actor: Actor, code: str) -> bool:
    try:
        found = evaluation.evaluation_for(actor, code)
    except Missing:
        return False
    return evaluation.seat_of(actor, found) is not None


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its title, who may read the file, and the words of it that are public."""

    title: str
    readers: str
    may_read: Rule
    public: Mapping[str, str]


AWARD: Final = {
    "number": _("编号"),
    "title": _("项目名称"),
    "lot": _("采购包"),
    "lot_title": _("采购包名称"),
    "winner": _("中标人"),
    "amount": _("中标金额"),
    "issued_at": _("签发时间"),
}
DEAL: Final = {
    "number": _("编号"),
    "title": _("项目名称"),
    "lot": _("转让标的"),
    "lot_title": _("标的名称"),
    "amount": _("成交金额"),
    "issued_at": _("签发时间"),
}
SHORTLISTED: Final = {
    "number": _("编号"),
    "title": _("项目名称"),
    "lot": _("采购包"),
    "lot_title": _("采购包名称"),
    "issued_at": _("签发时间"),
}
GRANT: Final = {**DEAL, "lot": _("宗地"), "lot_title": _("宗地名称"), "winner": _("竞得人")}
KINDS: Final[Mapping[str, Kind]] = {
    "opening_record": Kind(
        _("开标记录"),
        _("任何人"),
        anybody,
        {
            "title": _("项目名称"),
            "purchaser": _("采购人"),
            "agency": _("采购代理机构"),
            "started_at": _("开标开始"),
            "ended_at": _("开标结束"),
        },
    ),
    "award_notice": Kind(
        _("中标通知书"),
        _("中标人、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        AWARD,
    ),
    "deal_notice": Kind(
        _("成交通知书"),
        _("成交供应商、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        AWARD,
    ),
    "deal_letter": Kind(
        _("成交结果通知书"),
        _("收件的供应商、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        AWARD,
    ),
    "sale_letter": Kind(
        _("结果通知书"),
        _("收件的单位、转让（出让）方、交易机构与监督部门"),
        whom_the_award_concerns,
        DEAL,
    ),
    "shortlist_notice": Kind(
        _("入围通知书"),
        _("入围供应商、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        SHORTLISTED,
    ),
    "shortlist_letter": Kind(
        _("入围结果通知书"),
        _("收件的供应商、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        SHORTLISTED,
    ),
    "candidate_publicity": Kind(
        _("中标候选人公示"),
        _("任何人"),
        anybody,
        {"code": _("项目编号"), "title": _("项目名称"), "until": _("公示截止")},
    ),
    "hire_publicity": Kind(
        _("拟聘用人员公示"),
        _("任何人"),
        anybody,
        {"tender": _("项目编号"), "title": _("项目名称"), "until": _("公示截止")},
    ),
    "hire_result": Kind(
        _("聘用结果"),
        _("任何人"),
        anybody,
        {"tender": _("项目编号"), "title": _("项目名称"), "filed": _("备案文号")},
    ),
    "draw_record": Kind(
        _("抽取记录"),
        _("任何人"),
        anybody,
        {"tender": _("项目编号"), "title": _("项目名称"), "what": _("抽取事项")},
    ),
    "deal_confirmation": Kind(
        _("成交确认书"),
        _("受让方、转让方、交易机构与监督部门"),
        whom_the_award_concerns,
        DEAL,
    ),
    "transaction_certificate": Kind(
        _("交易凭证"),
        _("受让方、转让方、交易机构与监督部门"),
        whom_the_award_concerns,
        DEAL,
    ),
    "grant_confirmation": Kind(
        _("国有建设用地使用权成交确认书"),
        _("竞得人、出让人、承办机构与监督部门"),
        whom_the_award_concerns,
        GRANT,
    ),
    "result_letter": Kind(
        _("中标结果通知书"),
        _("收件的投标人、采购人、采购代理机构与监督部门"),
        whom_the_award_concerns,
        AWARD,
    ),
    "evaluation_report": Kind(
        _("评审报告"),
        _("评审委员会、采购人、采购代理机构与监督部门"),
        who_reads_reports,
        {},
    ),
    "negotiation_minutes": Kind(
        _("协商情况记录"),
        _("协商人员、采购人、采购代理机构与监督部门"),
        who_reads_reports,
        {},
    ),
    "supervisor_letter": Kind(
        _("社会监督员聘书"),
        _("任何人"),
        anybody,
        {
            "number": _("聘书编号"),
            "name": _("姓名"),
            "unit": _("推荐单位"),
            "from": _("任期自"),
            "until": _("任期至"),
        },
    ),
}


def _missing() -> Missing:
    return Missing("paper.missing", _("没有这份文书，或尚在签发。"))


def paper(kind: str, subject: str) -> "Paper":
    """Give a paper of a known kind; that it was ordered is no secret."""
    found = papers.paper_of(kind, subject) if kind in KINDS else None
    if found is None:
        raise _missing()
    return found


def may_read(actor: Actor, found: "Paper", at: datetime) -> bool:
    """Tell whether the actor may have the file."""
    try:
        return KINDS[found.kind].may_read(actor, found, at)
    except Missing:
        return False


def file_for(actor: Actor, digest: str, at: datetime) -> "Paper":
    """Give a made paper by the digest of its file; to others there is no such file."""
    found = papers.paper_by_digest(digest)
    if found is None or found.document_id != digest or not may_read(actor, found, at):
        raise _missing()
    return found


def reason_unmade(actor: Actor, found: "Paper") -> str:
    """Say why a paper is not there yet; the words of the machine are for the centre's staff."""
    if not found.failure:
        return ""
    if actor.has(CENTRE_OPS, CENTRE_ADMIN):
        return found.failure
    if found.failure.startswith("OSError"):
        return _("服务器缺少排版组件或磁盘不可写，已记录，将自动重试。")
    return _("生成时出错，已记录，将自动重试。")


def desk_items(actor: Actor, _at: datetime) -> list[DeskItem]:
    """Tell the centre's staff which papers are not made, whatever was tried."""
    if not actor.has(CENTRE_OPS, CENTRE_ADMIN):
        return []
    return [
        DeskItem(
            _("文书未能签发"),
            f"{found.tender or found.subject} · {found.failure or found.kind}",
            reverse("paper_check", args=[found.kind, found.subject]),
        )
        for found in papers.troubled()
        if found.kind in KINDS
    ]
