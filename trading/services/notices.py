"""Publish a notice: a text that is never changed, only followed by another."""

from datetime import datetime
from typing import Any

from ledger import canonical
from trading import search
from trading.domain import NOTICE_KINDS, required
from trading.markets import method_of, notices_of
from trading.models import Notice, Tender
from trading.queries import digest_of, rules_of


def notice_title(tender: Tender, kind: str) -> str:
    """Name a notice of a tender as its market calls its kind."""
    usual = f"{method_of(tender).title}公告" if kind == "tender" else NOTICE_KINDS[kind]
    return f"{tender.title}{notices_of(tender).get(kind, usual)}"


def publish_notice(
    *, tender: Tender, kind: str, title: str, fields: dict[str, Any], body: str = "", at: datetime
) -> Notice:
    """Add the tender's next notice and make it findable; the tender's row is locked by the caller.

    Called by the services of this app only: a notice is the public face of a move, never a move.
    """
    if document := required.OF_KIND.get(kind):
        rows = rules_of(tender, at).fields(document)
        required.require_said(document, rows, fields)
    number, plain = tender.notices.count() + 1, canonical.to_plain(fields)
    content = {
        "tender": tender.code,
        "number": number,
        "kind": kind,
        "title": title,
        "fields": plain,
        "body": body,
        "published_at": at,
    }
    notice = Notice.objects.create(
        tender=tender,
        number=number,
        kind=kind,
        title=title,
        fields=plain,
        body=body,
        digest=digest_of(content),
        published_at=at,
    )
    search.index([notice])
    return notice
