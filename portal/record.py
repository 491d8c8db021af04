"""A tender's record as people read it: every public fact in order, each with its proof, and the
private tree once closing has published it.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import Request
from bidding.queries import receipts
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import canonical, proofs, sequencer
from ledger import queries as ledger
from portal.words import FIELDS, MONEY
from trading import queries as trading
from trading.views.pages import tender_page

if TYPE_CHECKING:
    from ledger.models import PrivateTree
    from ledger.services import Entry
    from trading.models import Tender

PAGE = 40
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
HEX = re.compile(r"[0-9a-f]{32,}")
LONG = 24


def told(name: str, value: object) -> dict[str, Any]:
    """Say how a value of a fact is to be shown: its label, and what it is."""
    return {"label": FIELDS.get(name, name), **_shown(name, value)}


def _shown(name: str, value: object) -> dict[str, Any]:
    if value is None or value in ("", [], {}):
        return {"as": "nothing", "value": ""}
    if isinstance(value, bool):
        return {"as": "text", "value": _("是") if value else _("否")}
    if isinstance(value, dict | list):
        return {"as": "data", "value": _nested(value)}
    text = str(value)
    if TIME.match(text):
        return {"as": "time", "value": datetime.fromisoformat(text)}
    if name in MONEY and (amount := _amount(text)) is not None:
        return {"as": "money", "value": amount}
    coded = HEX.fullmatch(text) or (len(text) > LONG and text.isascii() and " " not in text)
    return {"as": "code" if coded else "text", "value": text}


def _nested(value: object) -> str:
    return canonical.encode(value).decode()


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def published_tender(request: Request, code: str) -> "tuple[Tender, dict[str, Any]]":
    """Give a tender that has a public record."""
    tender, context = tender_page(request, code)
    if tender.published_at is None:
        raise Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))
    return tender, context


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0  # noqa: PLR2004


@require_safe
def record(request: Request, code: str) -> HttpResponse:
    """Show the record of a tender, a page of facts at a time."""
    tender, context = published_tender(request, code)
    after = _whole(request.GET.get("after", ""))
    facts = ledger.public_facts_of(tender.code).select_related("leaf")
    rows = list(facts.filter(id__gt=after)[: PAGE + 1])
    context |= {
        "rows": [_row(entry) for entry in rows[:PAGE]],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_later": bool(after),
        "fact_count": facts.count(),
        "checkpoint": proofs.latest_checkpoint(),
        "tree": _tree(ledger.private_tree(tender.code)),
    }
    return render(request, "portal/record.html", context)


def _row(entry: "Entry") -> dict[str, Any]:
    place = getattr(entry, "leaf", None)
    return {
        "entry": entry,
        "title": ledger.title_of(entry.kind),
        "index": None if place is None else place.index,
        "values": [told(name, value) for name, value in entry.data.items()],
    }


def _tree(tree: "PrivateTree | None") -> dict[str, Any] | None:
    """Show what closing published of the private tree: how large it is, and its root."""
    if tree is None:
        return None
    return {"size": tree.size, "root": bytes(tree.root).hex(), "published_at": tree.published_at}


@require_safe
def bundle_file(request: Request, code: str) -> HttpResponse:
    """Give the tender's record as one file that checks offline."""
    tender = trading.tender_for(request.actor, code, request.at)
    if tender.published_at is None:
        raise Missing("tender.missing", _("没有这个采购项目，或您无权查看。"))
    answer = JsonResponse(bundle(tender.code), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{tender.code}.record.json"'
    return answer


def bundle(code: str) -> dict[str, Any]:
    """Put together facts, proofs to one checkpoint, the private tree and the public keys."""
    entries = list(ledger.public_facts_of(code))
    checkpoint = proofs.latest_checkpoint()
    proven = {} if checkpoint is None else proofs.proofs_to(checkpoint, entries)
    tree = ledger.private_tree(code)
    return {
        "v": 1,
        "tender": code,
        "installation": settings.INSTALLATION,
        "keys": {
            "log": str(sequencer.log_signer().verifier),
            "receipt": str(receipts.receipt_verifier()),
        },
        "checkpoint": None if checkpoint is None else checkpoint.note,
        "facts": [fact_with_proof(entry, proven.get(entry.pk)) for entry in entries],
        "private_tree": None if tree is None else tree_with_leaves(tree),
    }


def fact_with_proof(entry: "Entry", proof: dict[str, Any] | None) -> dict[str, Any]:
    """Give a fact as it is told to everybody, with its title and its proof."""
    return {**ledger.frame(entry), "title": ledger.title_of(entry.kind), "proof": proof}


def tree_with_leaves(tree: "PrivateTree") -> dict[str, Any]:
    """Give a private tree as closing published it."""
    return {
        "size": tree.size,
        "root": bytes(tree.root).hex(),
        "published_at": canonical.timestamp(tree.published_at),
        "leaves": tree.leaves,
    }


def titled(entries: Iterable["Entry"]) -> list[dict[str, Any]]:
    """Give facts as they are told to everybody, with titles."""
    return [{**ledger.frame(entry), "title": ledger.title_of(entry.kind)} for entry in entries]
