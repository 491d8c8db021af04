"""What is printed of a challenge, an objection or a complaint, for who may read it: the paper is
made when it is asked for and kept nowhere, because a kept one would tell everybody that it exists.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from accounts.domain import Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.markets import remedy_of, words_of
from trading.models import Challenge, Complaint, Tender
from trading.queries.appeals import reconsider_until
from trading.queries.complaints import complaints_of, copies_for, reads_correction
from trading.queries.headings import paper_head
from trading.queries.parties import party

NO_NOTICE: Final = _("没有这份通知书，或您无权查看。")
NOT_YET: Final = _("投诉尚未处理，没有可下载的决定书。")


def _about(tender: Tender, at: datetime) -> dict[str, Any]:
    return {
        **paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "words": {name: words_of(tender)[name] for name in ("purchaser", "agency")},
        "printed_at": at,
    }


@translation.override(settings.LANGUAGE_CODE)
def challenge_letter(found: Challenge, at: datetime) -> dict[str, Any]:
    """Give a challenge or an objection with its answer, as the law wants both (M94 12, 15)."""
    remedy = remedy_of(found.tender)
    return {
        **_about(found.tender, at),
        "number": found.code,
        "remedy": remedy.title if remedy else "",
        "about": found.about_title,
        "lot": found.lot.title if found.lot else "",
        "filer": found.filer_name,
        "filer_uscc": found.filer.uscc if found.filer else "",
        "person": found.filed_by.name,
        "contact": found.contact,
        "matters": found.matters,
        "claim": found.claim,
        "law": found.law,
        "evidence": [one.name for one in found.evidence.all()],
        "filed_at": found.filed_at,
        "answer_due": found.answer_due,
        "outcome": str(Challenge.Outcome(found.outcome).label) if found.outcome else "",
        "is_rejected": found.state == "rejected",
        "answer": found.answer,
        "redress": found.redress_title,
        "answered_at": found.answered_at or "",
    }


@translation.override(settings.LANGUAGE_CODE)
def complaint_letter(found: Complaint, at: datetime) -> dict[str, Any]:
    """Give the decision on a complaint with its parties, what was claimed and what was found (M94
    29, CP11 21).
    """
    if found.decided_at is None:
        raise Missing("complaint.undecided", NOT_YET)
    return {
        **_about(found.tender, at),
        "number": found.code,
        "body": complaints_of(found.tender).body,
        "about": found.about_title,
        "before": found.challenge.code if found.challenge else "",
        "lot": found.lot.title if found.lot else "",
        "filer": party(found.filer),
        "matters": found.matters,
        "claim": found.claim,
        "law": found.law,
        "received_at": found.received_at,
        "accepted_at": found.accepted_at or "",
        "outcome": str(Complaint.Outcome(found.outcome).label) if found.outcome else "",
        "decision": found.decision,
        "redress": found.redress_title,
        "article": _article(found),
        "reconsider_until": reconsider_until(found) or "",
        "decided_at": found.decided_at,
    }


@translation.override(settings.LANGUAGE_CODE)
def correction_letter(actor: Actor, found: Complaint, at: datetime) -> dict[str, Any]:
    """Give the notice of all that has to be mended in a complaint, and by when (M94 21)."""
    if found.returned_at is None or not reads_correction(actor, found):
        raise Missing("complaint.no_correction_notice", NO_NOTICE)
    told = {"to": [party(found.filer)], "sent_at": found.returned_at, "due": found.correct_until}
    return _notice(found, at) | {"asks": "correction", "to_correct": found.to_correct, **told}


@translation.override(settings.LANGUAGE_CODE)
def copy_letter(actor: Actor, found: Complaint, at: datetime) -> dict[str, Any]:
    """Give the copy of a complaint with the days to explain, for whom it was sent to (M94 21)."""
    copies = list(copies_for(actor, found))
    if not copies:
        raise Missing("complaint.no_copy", NO_NOTICE)
    copies = [one for one in copies if one.sent_at == copies[-1].sent_at]
    told = {"sent_at": copies[0].sent_at, "due": copies[0].explain_due, "to_correct": ""}
    to = [party(one.organisation) for one in copies]
    return _notice(found, at) | {"asks": "explanation", "to": to, **told}


def _notice(found: Complaint, at: datetime) -> dict[str, Any]:
    return {
        **_about(found.tender, at),
        "number": found.code,
        "body": complaints_of(found.tender).body,
        "about": found.about_title,
        "before": found.challenge.code if found.challenge else "",
        "filer": party(found.filer),
        "matters": found.matters,
        "claim": found.claim,
        "law": found.law,
        "evidence": [one.name for one in found.evidence.all()],
        "contact": found.contact,
        "person": found.filed_by.name,
        "received_at": found.received_at,
    }


def _article(found: Complaint) -> str:
    remedy = remedy_of(found.tender)
    return remedy.undone if remedy and found.redress else ""
