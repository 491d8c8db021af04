"""Give a tender as the rules see it."""

from datetime import datetime
from typing import Any

from kernel.calendar import local_date
from trading.domain import grounds
from trading.domain.completeness import LotFacts, TenderFacts
from trading.domain.custody import CustodianFacts
from trading.markets import method_of
from trading.models import Custodian, Lot, Tender
from trading.queries.attempts import attempt_facts
from trading.queries.competitions import competition_facts
from trading.queries.gates import is_editable
from trading.queries.invited import invited_of
from trading.queries.judging import rehearsed
from trading.queries.predisclosed import told_otherwise
from trading.queries.rules import rules_of
from trading.queries.sources import source_facts
from trading.queries.tenders import attachments_of, custodians_of
from trading.queries.texts import text_of


def facts(tender: Tender, at: datetime) -> TenderFacts:
    """Give a tender as the rules see it."""
    rules = rules_of(tender, at)
    return TenderFacts(
        code=tender.code,
        rules=rules,
        rehearsed=rehearsed(tender, rules),
        state=tender.state,
        category=tender.category,
        title=tender.title,
        summary=tender.summary,
        contact_name=tender.contact_name,
        contact_phone=tender.contact_phone,
        region=tender.region,
        plan_number=tender.plan_number,
        funding=tender.funding,
        place=tender.place,
        qualification=tuple(tender.qualification),
        conformity=tuple(tender.conformity),
        scheme=tender.scheme,
        stages=tender.stages,
        threshold=tender.threshold,
        bid_security=tender.bid_security,
        validity_days=tender.validity_days,
        documents_from=tender.documents_from,
        documents_until=tender.documents_until,
        bids_close_at=tender.bids_close_at,
        lots=tuple(lot_facts(lot) for lot in tender.lots.all()),
        custodians=tuple(map(_custodian_facts, custodians_of(tender))),
        recovery_threshold=tender.recovery_threshold,
        recovery=tuple(map(_custodian_facts, custodians_of(tender, "recovery"))),
        attachments=frozenset(attachments_of(tender).values_list("kind", flat=True)),
        pre_disclosure=tender.pre_disclosure,
        pre_disclosed_on=local_date(tender.pre_disclosed_at) if tender.pre_disclosed_at else None,
        disclosure_from=tender.disclosure_from,
        told_otherwise=told_otherwise(tender),
        demands=method_of(tender).demands,
        source=source_facts(tender),
        competition=competition_facts(tender),
        performance_share=tender.performance_share,
        performance_forms=tuple(tender.performance_forms),
        state_funded=tender.state_funded,
        by_invitation=method_of(tender).by_invitation,
        departs=method_of(tender).departs,
        grounds=tender.grounds,
        invited=invited_of(tender),
        framework=tender.framework,
        prequalification=method_of(tender).prequalification,
        prequalification_from=tender.prequalification_from,
        prequalification_until=tender.prequalification_until,
        prequalification_close_at=tender.prequalification_close_at,
        first_stage=method_of(tender).first_stage,
        proposals_from=tender.proposals_from,
        proposals_until=tender.proposals_until,
        proposals_close_at=tender.proposals_close_at,
        announced_on=local_date(tender.published_at) if tender.published_at else None,
        attempt=attempt_facts(tender),
        particulars=tuple(tender.particulars),
        text=text_of(tender) if tender.published_at is None or is_editable(tender) else None,
    )


def lot_facts(lot: Lot) -> LotFacts:
    """Give a lot as the rules see it."""
    return LotFacts(
        number=lot.number,
        title=lot.title,
        budget=lot.budget,
        ceiling=lot.ceiling,
        items=len(lot.items),
        state=lot.state,
        deposit=lot.deposit,
        auction=lot.auction,
        particulars=lot.particulars,
        description=lot.description,
        post=lot.post,
    )


def _custodian_facts(holder: Custodian) -> CustodianFacts:
    return CustodianFacts(
        holder.index, holder.person.name, holder.office, frozenset(holder.public_keys)
    )


def law_of_grounds(tender: Tender, at: datetime) -> dict[str, Any]:
    """Give what a page says of the law by which something is not put out to open tender: its
    grounds, whether an approval is asked for, and from which amount on.
    """
    found = facts(tender, at)
    how = found.departs
    line = grounds.line(found, how) if how else None
    return {
        "titles": grounds.titles(found.rules),
        "article": grounds.article(found.rules),
        "line": line,
        "open_needs": grounds.solutions_law(found.rules) is not None,
        "amount": f"{line.value:,.2f}" if line else "",
        "binds": how is not None and grounds.is_bound(found, how),
    }
