"""The text bidders answer and the custody policy they seal to, as their digests freeze them."""

import hashlib
from datetime import datetime
from typing import Any, Final

from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import canonical
from trading.domain import STAGES, WINDOWS, media, required
from trading.domain.market import Method
from trading.domain.predisclosure import TEXTS
from trading.markets import method_of
from trading.models import Attachment, Custodian, Lot, Tender
from trading.queries.attempts import attempt_text
from trading.queries.competitions import competition_text
from trading.queries.frameworks import framework_text
from trading.queries.intentions import intention_of
from trading.queries.parties import party
from trading.queries.predisclosed import conditions_told, lots_told
from trading.queries.rules import rules_of
from trading.queries.sources import source_if_any, source_text
from trading.queries.tenders import attachments_of, custodians_of

TEXT_KINDS: Final = ("tender", "amendment", "clarification", "extension", "repricing")
"""The notices that publish a version of the text."""


def text_of(tender: Tender) -> dict[str, Any]:
    """Give the whole text that bidders answer, attachments by digest; its hash freezes it."""
    method = method_of(tender)
    return {
        "v": 1,
        "code": tender.code,
        "market": tender.market,
        "method": tender.method,
        "category": tender.category,
        "title": tender.title,
        "summary": tender.summary,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "region": tender.region,
        "plan_number": tender.plan_number,
        **({"budget_level": tender.budget_level} if tender.budget_level else {}),
        **({"trade_class": tender.trade_class} if tender.trade_class else {}),
        **attempt_text(tender),
        **_stated_text(tender),
        "qualification": tender.qualification,
        **_text_of_method(tender),
        "bids_close_at": tender.bids_close_at,
        "lots": [_lot_text(lot, method) for lot in tender.lots.all()],
        "attachments": [_attachment_text(kept) for kept in attachments_of(tender)],
        "clarifications": [
            {"question": said.question, "answer": said.answer}
            for said in tender.clarifications.exclude(answered_at=None).order_by(
                "answered_at", "id"
            )
        ],
    }


NO_CORRECTION: Final = frozenset({"contact", "bids_close_at", "clarifications"})
"""What of a text says how it is bid for, not what: nothing that was found wrong is mended by it."""


def said_of(tender: Tender) -> dict[str, Any]:
    """Give what a text says that may be found wrong, to see whether an amendment changed it."""
    return {name: said for name, said in text_of(tender).items() if name not in NO_CORRECTION}


def _stated_text(tender: Tender) -> dict[str, Any]:
    """Give the paragraphs the rules ask for that have no place of their own, and how long the
    notice stays; nothing where there is none, so that a text frozen before stays itself.
    """
    rules = rules_of(tender, tender.published_at or tender.drafted_at)
    asked = {row.code for _document, row in required.called(rules)}
    stays = rules.find_period("notice_stays", rules.day) if "notice_period" in asked else None
    said = {"notice_days": {"value": stays.value, "unit": stays.unit}} if stays else {}
    return said | ({"stated": tender.particulars} if tender.particulars else {})


def _text_of_method(tender: Tender) -> dict[str, Any]:
    """Give what the text says as the method has it."""
    method = method_of(tender)
    text = {**_sealed_text(tender), **_source_text(tender)} if method.is_sealed else {}
    text |= {"extension": tender.extension} if method.extends else {}
    if method.judges_after and tender.qualification:
        text["qualification_after"] = tender.qualification_after
    text |= competition_text(tender)
    return text | ({"pre_disclosure": tender.pre_disclosure} if method.pre_discloses else {})


def pre_disclosure_of(tender: Tender) -> dict[str, Any]:
    """Give what a sale told of in advance says of itself: neither a price nor the terms of its
    bidding (SA32 15).
    """
    said = tender.pre_disclosure
    return {
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "lots": lots_told(tender),
        "approved_on": said["approved_on"],
        "told": [{"title": title, "text": said[name]} for name, title in TEXTS.items()],
        "conditions": conditions_told(tender),
    }


def _sealed_text(tender: Tender) -> dict[str, Any]:
    """Give what the text says where bids are sealed and judged."""
    return {
        **_purchase_text(tender),
        **_funding_text(tender),
        **({"media": media.listed(tender.other_media)} if tender.other_media else {}),
        **({"award_way": tender.award_way} if tender.award_way else {}),
        **({"grounds": tender.grounds} if method_of(tender).departs else {}),
        **({"framework": said} if (said := framework_text(tender)) else {}),
        **_gate_text(tender),
        "place": tender.place,
        "conformity": tender.conformity,
        "scheme": tender.scheme,
        "stages": list(STAGES[tender.stages]),
        "threshold": tender.threshold,
        **_recovery_text(tender),
        "validity_days": tender.validity_days,
    }


def _purchase_text(tender: Tender) -> dict[str, Any]:
    """Say whose money it is, what is laid down for it all and when the documents are given out;
    of what is sold each lot has money of its own.
    """
    if method_of(tender).sells:
        return {}
    return {
        "funding": tender.funding,
        **_intention_text(tender),
        **({"listed_case": tender.listed_case} if tender.listed_case else {}),
        "bid_security": f"{tender.bid_security:.2f}",
        **_performance_text(tender),
        "documents_from": tender.documents_from,
        "documents_until": tender.documents_until,
    }


def _intention_text(tender: Tender) -> dict[str, Any]:
    """Name the intention the purchaser told of before, where the draft does."""
    made = intention_of(tender)
    if made is None or made.published_at is None:
        return {}
    told = {"code": made.code, "title": made.title, "published_on": local_date(made.published_at)}
    return {"intention": told}


def _gate_text(tender: Tender) -> dict[str, Any]:
    """Say when something was handed in, where those who may bid are found first."""
    method, gate = method_of(tender), method_of(tender).gate
    if gate is None:
        return {}
    said = {name: getattr(tender, name) for name in gate.dates if name in method.demands.dates}
    if method.first_stage:
        return {"first_stage": said}
    # Left out where none is accepted, so that a text frozen before there were any stays itself.
    said |= {"most_partners": tender.most_partners} if tender.most_partners else {}
    return {"prequalification": said}


def _source_text(tender: Tender) -> dict[str, Any]:
    """Say who alone is invited and why, where one is."""
    source = source_if_any(tender)
    return {"source": source_text(source)} if source else {}


def _performance_text(tender: Tender) -> dict[str, Any]:
    """Say which security the winner lodges before the contract is signed; nothing where none is."""
    if tender.performance_share <= 0:
        return {}
    share = f"{tender.performance_share:.2f}"
    return {"performance": {"share": share, "forms": tender.performance_forms}}


def _funding_text(tender: Tender) -> dict[str, Any]:
    """Say whether state money leads, where the award depends on it."""
    if not method_of(tender).binds_state_funds:
        return {}
    return {"state_funded": tender.state_funded}


def digest_of(value: object) -> str:
    """Hash a value in its one canonical form."""
    return hashlib.sha256(canonical.encode(value)).hexdigest()


def require_as_approved(tender: Tender) -> dict[str, Any]:
    """Give the text if it is the one that was approved; refuse if anything slipped in since."""
    text = text_of(tender)
    if digest_of(text) != tender.text_digest:
        raise Conflict(
            "tender.not_as_approved", _("文本与采购人审核通过时不一致，请退回重新审核。")
        )
    return text


def document_versions(tender: Tender) -> list[str]:
    """List the digests of all published versions of the text, oldest first."""
    notices = tender.notices.filter(kind__in=TEXT_KINDS)
    return [digest_of(notice.fields["text"]) for notice in notices.order_by("number")]


def policy_of(tender: Tender) -> dict[str, Any]:
    """Give the custody policy: who holds which public keys, and how many open a stage
    (sealing.md 4.1).
    """
    opening, recovery = custodians_of(tender), custodians_of(tender, "recovery")
    policy = {
        "v": 1,
        "tender": tender.code,
        "suite": 1,
        "mode": "joint",
        "stages": list(WINDOWS[tender.stages][0]),
        **_circle(tender, tender.threshold, opening),
        "deadline": {"interval": "[open, close)", "decided_by": "arrival", "moved_by": "fact"},
    }
    if recovery:
        policy["recovery"] = _circle(tender, tender.recovery_threshold, recovery)
    return policy


def policy_for(tender: Tender, stage: str) -> dict[str, Any]:
    """Give the frozen custody policy that a stage is sealed to: where it has a window of its own,
    the same people and keys for it alone, so that anybody can tell it from the published one.
    """
    frozen: dict[str, Any] = tender.policy
    return frozen if stage in frozen["stages"] else {**frozen, "stages": [stage]}


def _circle(tender: Tender, k: int, holders: list[Custodian]) -> dict[str, Any]:
    return {
        "k": k,
        "n": len(holders),
        "custodians": [
            {
                "index": holder.index,
                "name": holder.person.name,
                "office": holder.office,
                "public_keys": {
                    stage: holder.public_keys[stage]
                    for stage in STAGES[tender.stages]
                    if stage in holder.public_keys
                },
            }
            for holder in holders
        ],
    }


def _recovery_text(tender: Tender) -> dict[str, Any]:
    """Say how many of how many may recover a lost share; nothing when there is no such set."""
    count = tender.custodians.filter(circle="recovery").count()
    return {"recovery": {"k": tender.recovery_threshold, "n": count}} if count else {}


def _lot_text(lot: Lot, method: Method) -> dict[str, Any]:
    common = {
        "number": lot.number,
        "title": lot.title,
        "description": lot.description,
        "quantity": lot.quantity,
        "delivery": lot.delivery,
    }
    if method.particulars:
        common["particulars"] = lot.particulars
    if method.has_posts:
        # Left out where it is written, so that a text frozen before there were others stays itself.
        other = {} if method.first_score == "written" else {"first_score": method.first_score}
        return {**common, "post": lot.post, **other}
    common["budget"] = f"{lot.budget:.2f}"
    if not (method.sells or method.auctions):
        for_whom = {"reserved": lot.reserved} if lot.reserved else {}
        return {**common, **for_whom, "ceiling": f"{lot.ceiling:.2f}", "items": lot.items}
    return {**common, "deposit": f"{lot.deposit:.2f}", "auction": lot.auction}


def _attachment_text(kept: Attachment) -> dict[str, Any]:
    return {
        "kind": kept.kind,
        "name": kept.name,
        "sha256": kept.document.digest,
        "sm3": kept.document.sm3,
        "size": kept.document.size,
    }


def is_amended_since(tender: Tender, at: datetime) -> bool:
    """Tell whether the text was published anew, whole or amended, after an instant."""
    return tender.notices.filter(kind__in=TEXT_KINDS, published_at__gt=at).exists()
