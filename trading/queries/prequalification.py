"""Who applied to be prequalified and what was found: for an applicant its own, for the side that
reviews all of them once applications are closed, for nobody else anything.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from accounts.domain import BIDDER, Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from trading.domain import consortia
from trading.domain.gates import PREQUALIFICATION
from trading.domain.prequalification import Committee, Verdict
from trading.markets import method_of, words_of
from trading.models import Tender
from trading.queries.gates import (
    OWN,
    Filed,
    filed_by,
    filed_for_review,
    gate_fields,
    gated_for,
    own_filed,
)
from trading.queries.headings import paper_head
from trading.queries.parties import party
from trading.queries.rules import rules_of
from trading.queries.tenders import own_codes

OVER: Final = ("announced", "failed")
"""Where a prequalification that ended has led to."""


def prequalified_for(actor: Actor, code: str, at: datetime) -> Tender:
    """Give a tender that is or was open to applications; others have no such page."""
    return gated_for(actor, code, at, PREQUALIFICATION)


def is_kept_out(tender: Tender, uscc: str) -> bool:
    """Tell whether somebody applied and was found not to pass."""
    found = next((one for one in filed_for_review(tender) if one.owner == uscc), None)
    return found is not None and found.verdict is not None and not found.verdict.passed


def least_prequalified(tender: Tender) -> int:
    """Give how many must pass for the bidding to go on (BLR 19)."""
    rules = rules_of(tender, tender.published_at or tender.drafted_at)
    return int(rules.value("least_prequalified", "min"))


def review_committee(tender: Tender) -> Committee | None:
    """Give what its review committee is held to; None where no committee has to be."""
    how = method_of(tender).prequalification
    if how is None or not how.panel_article or not tender.state_funded:
        return None
    rules = rules_of(tender, tender.published_at or tender.drafted_at)
    size, thirds = rules.value("committee_size", "min"), rules.value("expert_share", "min")
    return Committee(int(size), thirds, how.panel_article)


def prequal_fields(tender: Tender) -> dict[str, Any]:
    """Give what the prequalification notice says: what every gate says, and by which article how
    many have to pass.
    """
    how = method_of(tender).prequalification
    return {
        **gate_fields(tender),
        "article": how.article if how else "",
        "least": least_prequalified(tender),
        "most_partners": tender.most_partners,
    }


def own_result(actor: Actor, code: str, at: datetime) -> tuple[Tender, Filed]:
    """Give what an applicant was told at the end; before it, and to others, there is nothing."""
    tender = prequalified_for(actor, code, at)
    filed, _turns_taken = own_filed(actor, tender)
    if filed is None or filed.decided_at is None:
        raise Missing("prequal.no_result", _("没有资格预审结果通知书。"))
    return tender, filed


def told_out(actor: Actor, at: datetime) -> Iterator[tuple[Tender, Filed, date]]:
    """List the prequalifications that ended with the actor's own organisations not let in, each
    until the last day to object, whether it failed for all or they did not pass.
    """
    own = own_codes(actor) if actor.organisations(BIDDER) else set()
    ended = Tender.objects.filter(state__in=OVER, prequalification_close_at__lt=at).order_by("pk")
    tenders = {tender.code: tender for tender in ended} if own else {}
    events = private.events_of_owners((code, uscc) for code in tenders for uscc in sorted(own))
    for (code, uscc), mine in events.items():
        filed = filed_by(uscc, "", [event for event in mine if event.kind in OWN])
        if filed is None or filed.decided_at is None or not filed.verdict:
            continue
        rules = rules_of(tenders[code], tenders[code].drafted_at)
        last = rules.last_day("prequalification_result", local_date(filed.decided_at))
        if local_date(at) <= last and not (filed.goes_on and filed.verdict.passed):
            yield tenders[code], filed, last


def result_letter(tender: Tender, filed: Filed, at: datetime) -> dict[str, Any]:
    """Give what the written result says: whoever passed is invited by it, whoever did not learns
    why (BLR 19).
    """
    verdict, how = filed.verdict or Verdict({}), method_of(tender).prequalification
    terms = {str(term["code"]): str(term["text"]) for term in tender.qualification}
    terms |= {consortia.LAW: consortia.LAW_SAID}
    return {
        **paper_head(tender),
        "tender": tender.code,
        "title": tender.title,
        "applicant": {"name": filed.name, "uscc": filed.owner},
        "partners": [{"name": one.name, "uscc": one.uscc} for one in filed.partners],
        "passed": verdict.passed,
        "unmet": [
            {"code": code, "text": terms.get(code, ""), "reason": reason}
            for code, reason in verdict.unmet.items()
        ],
        "goes_on": filed.goes_on,
        "least": least_prequalified(tender),
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
        "bids_close_at": tender.bids_close_at,
        "place": tender.place,
        "decided_at": filed.decided_at,
        "printed_at": at,
        "words": {name: words_of(tender)[name] for name in ("purchaser", "agency", "documents")},
        "remedy": how.remedy if how else "",
        "voided": how.voided if how and filed.is_too_late else "",
    }
