"""What an entry with the centre consists of, and whether the rules ask for one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from trading.domain import entry
from trading.markets import lifecycle_of, method_of
from trading.models import Tender
from trading.periods import Figure
from trading.queries.rules import rules_of
from trading.queries.tenders import attachments_of


def entry_rule(tender: Tender, at: datetime) -> Figure | None:
    """Give the row by which the centre registers this tender before it is announced, or None."""
    if "submit_entry" not in lifecycle_of(tender).moves:
        return None
    row = rules_of(tender, at).find("entry_review", "exact")
    return row if row is not None and row.value else None


def needs_entry(tender: Tender, at: datetime) -> bool:
    """Tell whether the centre registers this tender before it is announced."""
    return entry_rule(tender, at) is not None


def entry_said(tender: Tender, say: Callable[[str], str] = str) -> dict[str, str]:
    """Give what the entry says of each item: by which number, and which files, never the text;
    `say` puts the name of the method into the reader's language.
    """
    method, approval = method_of(tender), tender.grounds.get("approval", "")
    kinds = ["tender_document", *([method.gate.document] if method.gate else [])]
    files = attachments_of(tender).filter(kind__in=kinds)
    return {
        "approval": tender.plan_number,
        "funds": tender.funding,
        "agency_contract": tender.entry_contract,
        "method": "，".join(filter(None, (say(method.title), approval))),
        "documents": "、".join(files.values_list("name", flat=True)),
    }


def entry_items(tender: Tender) -> list[dict[str, Any]]:
    """List the items with what is said of each."""
    said = entry_said(tender, gettext)
    titles = entry.ITEMS.items()
    return [{"code": code, "title": title, "said": said[code]} for code, title in titles]
