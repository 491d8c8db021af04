"""What a recruitment gets in writing: whom posts are to go to, and who got them (PIR 12, PO6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from kernel.text import gettext_noop as _
from ledger import papers
from recruitment.models import Employment, Publicity
from trading import queries as trading
from trading.markets import method_of, words_of
from trading.models import Notice, Tender

FIRST_SCORES: Final = {"written": _("笔试"), "appraisal": _("民主测评"), "none": ""}
"""What the first score is called, by what a method begins with."""


def order_publicity(
    tender: Tender, notice: Notice, posts: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Order the publicity as it stands before the public, beside its notice."""
    publicity = Publicity.objects.get(tender=tender)
    content = {
        **_common(tender, at),
        "until": publicity.until,
        "first_score": FIRST_SCORES[method_of(tender).first_score],
        "posts": [
            {**post, "rows": [{**row, "first": _first(tender, row)} for row in post["rows"]]}
            for post in posts
        ],
        "remedy": words_of(tender)["result_remedy"],
    }
    _order("hire_publicity", f"{tender.code}.{notice.number}", tender, content, at)


def _first(tender: Tender, row: Mapping[str, Any]) -> str:
    return str(row.get(method_of(tender).first_score, ""))


def order_result(tender: Tender, at: datetime) -> None:
    """Order the list of those with a contract; who fell away is not named."""
    signed = Employment.objects.filter(
        applicant__tender=tender, applicant__state="hired"
    ).select_related("applicant__lot")
    publicity = Publicity.objects.get(tender=tender)
    rows = signed.order_by("applicant__lot__number", "applicant__rank")
    # A post held by a report is filed later, under another number: each names its own.
    under = {one.pk: publicity.filed_under(one.applicant.lot.number) for one in rows}
    content = {
        **_common(tender, at),
        "filed": "、".join(dict.fromkeys(under.values())),
        "rows": [
            {
                "lot": one.applicant.lot.number,
                "post": one.applicant.lot.title,
                "name": one.applicant.name,
                "ticket": one.applicant.ticket,
                "total": f"{one.applicant.total:.2f}",
                "filed": under[one.pk],
                "signed_at": one.signed_at,
            }
            for one in rows
        ],
    }
    _order("hire_result", f"{tender.code}.result", tender, content, at)


def _common(tender: Tender, at: datetime) -> dict[str, Any]:
    words = words_of(tender)
    return {
        **trading.paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "contact": tender.contact_name,
        "phone": tender.contact_phone or tender.agency.phone,
        "words": {name: words[name] for name in ("purchaser", "agency")},
        "issued_at": at,
    }


def _order(kind: str, subject: str, tender: Tender, content: dict[str, Any], at: datetime) -> None:
    papers.order(
        kind=kind,
        subject=subject,
        stream=tender.stream,
        tender=tender.code,
        content=content,
        at=at,
    )
