"""Show the ranked candidates to the public before a winner is confirmed, and report the award
(BLR 54, BL 47).
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from kernel.errors import Conflict
from kernel.text import gettext_noop as _
from ledger import papers
from trading import policy, queries
from trading.domain import LOT, award, separation, ties
from trading.markets import lifecycle_of, method_of
from trading.models import Contract, Notice, Tender
from trading.services.drafting import required
from trading.services.draw_papers import order_award_draws
from trading.services.notices import notice_title, publish_notice
from trading.services.suspensions import open_reasons
from trading.services.telling import tell


@transaction.atomic
def publish_candidates(*, actor: Actor, code: str, at: datetime) -> Notice:
    """Show every lot's candidates with what the law wants said of them, for at least three days
    (BLR 54, NT10 6).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "tender.publish_candidates", tender)
    after = lifecycle_of(tender).after(tender.state, "publish_candidates")
    award.require_no_suspension(open_reasons(tender))
    separation.require_decided(queries.undecided(tender))
    ties.require_drawn(queries.awaiting_draw(tender))
    until = queries.rules_of(tender, at).last_day("candidates_stay", local_date(at))
    tender.state, tender.publicity_until = after, until
    tender.save(update_fields=["state", "publicity_until"])
    fields = queries.candidate_fields(tender, until)
    notice = publish_notice(
        tender=tender,
        kind="candidates",
        title=notice_title(tender, "candidates"),
        fields=fields,
        at=at,
    )
    _order_paper(tender, notice, fields, at)
    order_award_draws(tender, tender.lots.filter(state="open"), notice.number, at)
    tell(
        tender,
        "tender.candidates_published",
        actor,
        at,
        notice=notice.number,
        until=until,
        lots=[
            {
                "lot": lot["number"],
                "candidates": [
                    {name: c[name] for name in ("rank", "name", "price")} for c in lot["candidates"]
                ],
            }
            for lot in fields["lots"]
        ],
    )
    return notice


def _order_paper(tender: Tender, notice: Notice, fields: dict[str, Any], at: datetime) -> None:
    """Order the publicity as a paper; each evaluation of a tender has one of its own."""
    papers.order(
        kind="candidate_publicity",
        subject=f"{tender.code}.{notice.number}",
        stream=tender.stream,
        tender=tender.code,
        content={**fields, **queries.paper_head(tender), "title": tender.title, "issued_at": at},
        at=at,
    )


def send_back(*, actor: Actor, tender: Tender, reason: str, at: datetime) -> Tender:
    """Send the tender back to its committee on the word of the tenderee, or on the authority's
    order: what was ranked and shown stays in the record, nobody can be confirmed by it (BLR 54,
    81). The tender's row is locked, and the right to say so checked, by the caller.
    """
    after = lifecycle_of(tender).after(tender.state, "reevaluate")
    _take_back(tender, at)
    award.require_none_awarded(tender.lots.values_list("state", flat=True))
    why, tender.state = required(reason, "reason", 1000), after
    tender.publicity_until = tender.evaluated_at = None
    tender.award_reported_at = tender.next_due_at = None
    tender.save(
        update_fields=[
            "state",
            "publicity_until",
            "evaluated_at",
            "award_reported_at",
            "next_due_at",
        ]
    )
    # The ranking that was shown is in its notice and in the earlier round; it is nobody's any more.
    tender.lots.filter(state="open").update(candidates=[], excluded=[], decision={})
    notice = publish_notice(
        tender=tender,
        kind="reevaluation",
        title=notice_title(tender, "reevaluation"),
        fields={},
        body=why,
        at=at,
    )
    tell(tender, "tender.reevaluated", actor, at, reason=why, notice=notice.number)
    return tender


def _take_back(tender: Tender, at: datetime) -> None:
    """Void the awards that were made, wherever the tender stands; what is signed stands."""
    for lot in tender.lots.select_for_update().filter(state="awarded"):
        for row in (lot.award, Contract.objects.filter(lot=lot).first()):
            if row is not None:
                row.voided_at = at
                row.save(update_fields=["voided_at"])
        lot.state = LOT.after(lot.state, "reopen")
        lot.save(update_fields=["state"])


@transaction.atomic
def report_award(*, actor: Actor, code: str, at: datetime) -> Tender:
    """Note that the written report went to the regulator, due fifteen days after the winner was
    decided (BL 47).
    """
    tender = queries.lock_tender(code)
    policy.require(actor, "award.report", tender)
    if not method_of(tender).reports_award:
        raise Conflict("award.no_report", _("该市场不提交招标投标情况书面报告。"))
    lifecycle_of(tender).after(tender.state, "report_award")
    if tender.award_reported_at is not None:
        raise Conflict("award.reported", _("书面报告已经提交。"))
    tender.award_reported_at = at
    tender.save(update_fields=["award_reported_at"])
    tell(tender, "award.reported", actor, at, due=queries.award_report_due(tender))
    return tender
