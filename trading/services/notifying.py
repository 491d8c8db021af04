"""Publish the result, send notice and letters, and start the contract's clock (GPR 43, M87 69)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from ledger import papers
from trading import policy, queries
from trading.domain import award, performance, required
from trading.markets import lifecycle_of, method_of
from trading.models import Award, Contract, Notice, Tender
from trading.services.award_papers import WINNER_PAPERS, contract_due
from trading.services.draw_papers import order_award_draws
from trading.services.frameworks import announce_shortlist
from trading.services.letters import write_to_others
from trading.services.notices import notice_title, publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell


@transaction.atomic
def publish_result(*, actor: Actor, code: str, at: datetime) -> Notice:
    """Publish the result with the fields the law names, and send notice and letters the same day
    (GPR 43).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_result", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_result")
    award.require_no_suspension(open_reasons(tender))
    awards = list(
        Award.objects.filter(lot__tender=tender, notified_at=None)
        .select_related("lot", "supplier")
        .order_by("lot")
    )
    notice = publish_notice(
        tender=tender,
        kind="result",
        title=notice_title(tender, "result"),
        fields=queries.result_fields(tender, awards),
        at=at,
    )
    for made in awards:
        if not method_of(tender).settles:
            notify_winner(tender, made, actor, at)
        made.notified_at = at
        made.save(update_fields=["notified_at"])
    if not method_of(tender).publicises_candidates:
        order_award_draws(tender, [made.lot for made in awards], notice.number, at)
    tender.state = after
    tender.save(update_fields=["state"])
    told = [*map(_told, awards), *announce_shortlist(tender, actor, at)]
    tell(tender, "tender.result_published", actor, at, notice=notice.number, lots=told)
    return notice


def _told(made: Award) -> dict[str, Any]:
    return {
        "lot": made.lot.number,
        "supplier": made.supplier.name,
        "uscc": made.supplier.uscc,
        "price": f"{made.price:.2f}",
    }


def notify_winner(tender: Tender, made: Award, actor: Actor, at: datetime) -> None:
    """Order the award notice and a letter to every other bidder, and start the contract's clock."""
    method, due = method_of(tender), contract_due(tender, made, at)
    asked = performance.amount_of(made.price, tender.performance_share)
    Contract.objects.create(
        lot=made.lot,
        supplier=made.supplier,
        amount=made.price,
        due_on=due,
        security=asked,
        security_due_on=_security_due(tender, due, at) if asked > 0 else None,
    )
    subject = queries.paper_subject(made)
    content = WINNER_PAPERS[method.winner_paper](tender, made, at)
    if document := required.OF_PAPER.get(method.winner_paper):
        rows = queries.rules_of(tender, at).fields(document)
        required.require_said(document, rows, content)
    papers.order(
        kind=method.winner_paper,
        subject=subject,
        stream=tender.stream,
        tender=tender.code,
        content=content,
        at=at,
    )
    letters = write_to_others(tender, made, at)
    tell(
        tender,
        "award.notified",
        actor,
        at,
        lot=made.lot.number,
        supplier=made.supplier.uscc,
        letters=letters,
    )


def _security_due(tender: Tender, contract_due: date, at: datetime) -> date:
    """Give the last day to lodge what the contract asks: so many days after the notice, and never
    after the contract has to be signed.
    """
    rules = queries.rules_of(tender, at)
    days = rules.find("performance_security_days", "max")
    if days is None:
        return contract_due
    return min(contract_due, rules.calendar.add(local_date(at), int(days.value), "CAL").due)
