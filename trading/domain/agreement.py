"""A transfer by agreement off the exchange (非公开协议转让, SA32 31 and 32): only in the cases the
law names, approved by whom it names, to one taker and never below the valuation.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from trading.domain import particulars, rooms
from trading.domain.findings import Finding
from trading.domain.particulars import Particular

if TYPE_CHECKING:
    from trading.domain.completeness import LotFacts, TenderFacts

ARTICLE: Final = "《企业国有资产交易监督管理办法》第三十一条"
PRICE_ARTICLE: Final = "《企业国有资产交易监督管理办法》第三十二条"
GROUNDS: Final = {
    "key_sector": _("重要行业和关键领域企业的重组整合，须在国有及国有控股企业之间转让"),
    "restructuring": _("同一国家出资企业及其控股、实际控制企业之间的内部重组整合"),
}
"""The only cases there are (SA32 31)."""
TAKER: Final = "taker"
TERMS: Final = (
    Particular(TAKER, _("受让方"), needed=False),
    Particular("taker_uscc", _("受让方统一社会信用代码"), longest=18),
    Particular("relation", _("转让方与受让方的关系"), _("写明各自的出资人和控制关系。"), 300),
    Particular("ground", _("协议转让的情形"), choices=GROUNDS),
    Particular(
        "reasons", _("符合该情形的理由"), _("重组整合的方案和为什么不公开转让。"), longest=1000
    ),
    Particular(
        "approver",
        _("批准单位"),
        _("重要行业和关键领域的为国资监管机构；内部重组整合的为国家出资企业。"),
    ),
)
"""What an agreement says of each thing that is transferred; the taker's name is the register's."""


def require_heard(until: date | None, unanswered: int, on: date) -> None:
    """Refuse to confirm a taker nobody competed with before the public was heard: its days to
    object are over, and every objection is answered.
    """
    if until is not None and on <= until:
        raise Conflict(
            "agreement.objection_running",
            _("对协议转让公告的异议期到 %(until)s 为止，期满后才能确认受让方。"),
            until=str(until),
        )
    if unanswered:
        raise Conflict(
            "agreement.unanswered",
            _("还有 %(count)s 件对协议转让公告的异议没有答复，答复后才能确认受让方。"),
            count=unanswered,
        )


def lots(facts: "TenderFacts") -> Iterator[Finding]:
    """List what a transfer lacks: a ground the law names, who approved, a lawful price."""
    if not facts.lots:
        yield Finding("lots.none", "lots", _("至少需要一个转让标的。"), {}, ARTICLE)
    for lot in facts.lots:
        yield from _lot(lot)


def _lot(lot: "LotFacts") -> Iterator[Finding]:
    number = {"number": lot.number}
    for one in particulars.missing(lot.particulars, TERMS):
        message = _("标的 %(number)s 缺少%(title)s。")
        yield Finding("lots.agreed", "lots", message, {**number, "title": one.title}, ARTICLE)
    if lot.budget <= 0:
        message = _("标的 %(number)s 没有评估价。")
        yield Finding("lots.no_valuation", "lots", message, number, PRICE_ARTICLE)
    if (price := rooms.start_price(lot.auction)) <= 0 or price < lot.budget:
        message = _("标的 %(number)s 的协议转让价格低于评估结果。")
        yield Finding("lots.start_price", "lots", message, number, PRICE_ARTICLE)
    if lot.deposit > 0:
        message = _("标的 %(number)s 协议转让，不收取交易保证金。")
        yield Finding("lots.deposit", "lots", message, number)


def equity(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for equity: the cases of SA32 31 are those of enterprises."""
    if facts.category != "equity":
        message = _("第三十一条的非公开协议转让只适用于产权（股权）转让。")
        yield Finding("basic.category", "basic", message, {}, ARTICLE)


def documents(facts: "TenderFacts") -> Iterator[Finding]:
    """Ask for the agreement itself, and for the approval in writing."""
    if "contract_draft" not in facts.attachments:
        message = _("尚未上传转让协议（合同草案）。")
        yield Finding("documents.no_agreement", "documents", message, {}, ARTICLE)
    if "consent" not in facts.attachments:
        message = _("尚未上传批准单位的书面批准。")
        yield Finding("documents.no_consent", "documents", message, {}, ARTICLE)
