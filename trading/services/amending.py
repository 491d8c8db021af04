"""Amend a published text; what stood still for a wrong one goes on with it (GPR 31, M94 31)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.domain import Actor
from kernel.errors import Invalid
from kernel.text import gettext_noop as _
from trading import policy, queries
from trading.domain import completeness, files
from trading.domain.redress import CORRECTION
from trading.markets import lifecycle_of
from trading.models import Notice, Tender
from trading.services.checking import assign
from trading.services.documents import keep_upload
from trading.services.drafting import cleaned, required
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
    at: datetime,
) -> Notice:
    """Change a published text by a public amendment; the deadline moves when the rule says so
    (GPR 31).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.amend", tender)
    tender.state = lifecycle_of(tender).after(tender.state, "amend")
    plan = completeness.plan_amendment(
        queries.facts(tender, at),
        at,
        affects_bids=affects_bids,
        wanted=bids_close_at,
        stands_still=bool(open_reasons(tender)),
    )
    why = required(reason, "reason", 1000)
    if unknown := sorted(set(changes) - AMENDABLE):
        raise Invalid("tender.unknown_field", _("不能修改：%(names)s"), names="、".join(unknown))
    assign(tender, {name: cleaned(tender, name, value) for name, value in changes.items()})
    for number in removed:
        gone = queries.attachment_of(tender, number)
        gone.removed_at = at
        gone.save(update_fields=["removed_at"])
    for upload in documents:
        keep_upload(tender, upload, at)
    notice = new_version(tender, plan, actor=actor, kind="amendment", body=why, at=at)
    end_corrections(actor, tender, at)
    return notice


def end_corrections(actor: Actor, tender: Tender, at: datetime) -> None:
    """Let a tender go on that stood still until its text was corrected."""
    waiting = tender.suspensions.filter(cause=CORRECTION, ended_at=None)
    for ref in list(waiting.values_list("ref", flat=True)):
        resume(actor=actor, tender=tender, cause=CORRECTION, ref=ref, at=at)
