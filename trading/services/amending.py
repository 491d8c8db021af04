"""Amend a published text; what stood still for a wrong one goes on with it (GPR 31, M94 31)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Conflict, Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import amending, completeness, files
from trading.domain.redress import CORRECTION
from trading.domain.terms import keep_codes
from trading.markets import lifecycle_of, method_of, words_of
from trading.models import Notice, Tender
from trading.services.checking import assign
from trading.services.documents import keep_upload
from trading.services.drafting import cleaned, required
from trading.services.lots import fill_lot
from trading.services.publishing import new_version
from trading.services.suspensions import open_reasons, resume

AMENDABLE: Final = frozenset(
    {
        "summary",
        "place",
        "contact_name",
        "contact_phone",
        "qualification",
        "conformity",
        "scheme",
        "documents_until",
    }
)


@transaction.atomic
def amend_tender(  # noqa: PLR0913 - an amendment is one act with all its parts
    *,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    affects_bids: bool,
    bids_close_at: datetime | None = None,
    documents: Sequence[files.Upload] = (),
    removed: Sequence[int] = (),
    lots: Mapping[int, Mapping[str, Any]] | None = None,
    at: datetime,
) -> Notice:
    """Change a published text, and lots of it by their numbers, by a public amendment; the deadline
    moves when the rule says so (GPR 31).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.amend", tender)
    tender.state, said = lifecycle_of(tender).after(tender.state, "amend"), queries.said_of(tender)
    plan = completeness.plan_amendment(
        queries.facts(tender, at),
        at,
        affects_bids=affects_bids,
        wanted=bids_close_at,
        stands_still=bool(open_reasons(tender)),
    )
    why = required(reason, "reason", 1000)
    before = completeness.missing_before_publication(queries.facts(tender, at))
    changed = _amend_fields(tender, changes) | _amend_lots(tender, lots or {})
    for number in removed:
        gone = queries.attachment_of(tender, number)
        gone.removed_at = at
        gone.save(update_fields=["removed_at"])
        changed.add(gone.kind)
    for upload in documents:
        keep_upload(tender, upload, at)
        changed.add(upload.kind)
    amending.require_said(changed, affects_bids=affects_bids)
    after = completeness.missing_before_publication(queries.facts(tender, at))
    amending.require_lawful(before, after)
    notice = new_version(tender, plan, actor=actor, kind="amendment", body=why, at=at)
    end_corrections(actor, tender, said, at)
    return notice


def _amend_fields(tender: Tender, changes: Mapping[str, Any]) -> set[str]:
    """Change fields of the text, and give those that say something else than before."""
    if unknown := sorted(set(changes) - AMENDABLE):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    told = {name: getattr(tender, name) for name in changes}
    assign(tender, {name: cleaned(tender, name, value) for name, value in changes.items()})
    return {name for name, said in told.items() if getattr(tender, name) != said}


def _amend_lots(tender: Tender, given: Mapping[int, Mapping[str, Any]]) -> set[str]:
    """Change lots that take bids, and give what says something else; what each said before stays in
    the versions before.
    """
    if not given:
        return set()
    if not method_of(tender).amends_lots:
        raise Conflict("amend.lots_fixed", _("本交易方式发布后不能更正标的的内容，只能重新发布。"))
    changed = set[str]()
    for number, values in sorted(given.items()):
        lot = queries.lot_of(tender, number)
        called = str(words_of(tender)["lot_number"] % {"number": number})
        amending.require_amendable(values, lot.state, called)
        told = {name: getattr(lot, name) for name in values}
        fill_lot(lot, values)
        lot.items = keep_codes(told.get("items", lot.items), lot.items)
        changed |= {f"lot.{name}" for name, said in told.items() if getattr(lot, name) != said}
        lot.save()
    return changed


def end_corrections(actor: Actor, tender: Tender, before: Mapping[str, Any], at: datetime) -> None:
    """Let a tender go on that stood still until its text was corrected: not where the amendment
    left all of it as it was before.
    """
    if queries.said_of(tender) == before:
        return
    waiting = tender.suspensions.filter(cause=CORRECTION, ended_at=None)
    for ref in list(waiting.values_list("ref", flat=True)):
        resume(actor=actor, tender=tender, cause=CORRECTION, ref=ref, at=at)
