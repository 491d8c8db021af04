"""Accept what was delivered under a contract, item by item (GPR 45)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain import Actor
from kernel.calendar import local_date
from trading import queries
from trading.domain import LOT, acceptance
from trading.models import Acceptance, Contract, Tender
from trading.services.contracts import lock_contract, require_act
from trading.services.notices import notice_title, publish_notice
from trading.services.telling import tell


@transaction.atomic
def accept_contract(
    *, actor: Actor, code: str, number: int, report: acceptance.Report, at: datetime
) -> Acceptance:
    """Record a report on what was delivered: where all is as agreed the contract is accepted, and
    the public is told; else the supplier mends it and another report follows.
    """
    tender, contract = lock_contract(actor, code, number, "contract.accept", at)
    signed_on = require_act(contract, "accepted_at")
    lot = contract.lot
    after = LOT.after(lot.state, "accept")
    asked = acceptance.parts(lot.items)
    kept = acceptance.read(report, asked, signed_on=signed_on, today=local_date(at))
    acceptance.require_other_hand(kept, queries.drafters_of(tender))
    said: dict[str, Any] = {
        "number": contract.acceptances.count() + 1,
        "held_on": kept.held_on,
        "lines": [
            {"kind": kind, "title": title, **asdict(line)}
            for (kind, title), line in zip(asked, kept.lines, strict=True)
        ],
        "reviewers": list(kept.reviewers),
        "serves_public": kept.serves_public,
        "opinion": kept.opinion,
        "passed": kept.passed,
        "recorded_by_id": actor.person_id,
        "recorded_at": at,
    }
    made: Acceptance = contract.acceptances.create(**said)
    told = {"lot": lot.number, "report": made.number, "reviewers": made.reviewers}
    if not made.passed:
        tell(tender, "contract.found_wanting", actor, at, **told, lines=made.lines)
        return made
    lot.state = after
    lot.save(update_fields=["state"])
    contract.accepted_at = at
    contract.save(update_fields=["accepted_at"])
    notice = _publish(tender, contract, made, at)
    tell(tender, "contract.accepted", actor, at, **told, lines=made.lines, notice=notice)
    return made


def _publish(tender: Tender, contract: Contract, made: Acceptance, at: datetime) -> int:
    notice = publish_notice(
        tender=tender,
        kind="acceptance",
        title=notice_title(tender, "acceptance"),
        fields=queries.acceptance_fields(contract, made),
        at=at,
    )
    return int(notice.number)
