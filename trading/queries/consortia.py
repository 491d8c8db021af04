"""A consortium through the eyes of whoever is named in it, and of those who judge its bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.domain import BIDDER, Actor
from accounts.models import Organisation
from accounts.queries import organisations_by_code
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from ledger.private import Event
from trading.markets import method_of
from trading.models import Tender
from trading.queries.gates import (
    OWN,
    Filed,
    filed_by,
    own_filed,
    seen_filed,
    with_partners,
)
from trading.queries.partners import JOINING, NAMED, Partner, says
from trading.queries.tenders import bidder_in


@dataclass(frozen=True)
class Asked:
    """A lead that names an organisation of the actor's: its application, and what was answered."""

    row: UUID
    lead: str
    agreement: dict[str, Any]
    partner: str
    joined: bool
    turns: int
    decided_at: datetime | None = None
    passed: bool = False


def asked_to_join(actor: Actor, tender: Tender) -> list[Asked]:
    """List the leads whose application, as it stands, names the actor's organisation."""
    if not actor.organisations(BIDDER):
        return []
    own = bidder_in(actor, tender).uscc
    mine = private.events_of_owner(tender.code, own, only=(NAMED, *JOINING))
    leads = sorted({str(event.content["lead"]) for event in mine if event.kind == NAMED})
    names = dict(Organisation.objects.filter(uscc__in=leads).values_list("uscc", "name"))
    found = private.events_of_owners((tender.code, lead) for lead in leads)
    asked = []
    for (_code, lead), events in sorted(found.items()):
        filed = filed_by(lead, names[lead], [event for event in events if event.kind in OWN])
        if filed is not None and own in filed.content.get("partners", ()):
            asked.append(_asked(filed, own, mine))
    return asked


def _asked(filed: Filed, own: str, mine: Sequence[Event]) -> Asked:
    decided = filed.decided_at is not None
    return Asked(
        row=filed.row,
        lead=filed.name,
        agreement=filed.content["agreement"],
        partner=own,
        joined=says(mine, filed.row),
        turns=sum(event.kind in JOINING for event in mine),
        decided_at=filed.decided_at,
        passed=bool(decided and filed.verdict and filed.verdict.passed),
    )


def asking(actor: Actor, tender: Tender, row: UUID) -> Asked:
    """Give one of them by its random name; to who is not named in it there is none."""
    found = next((one for one in asked_to_join(actor, tender) if one.row == row), None)
    if found is None:
        raise Missing("gate.missing", _("没有这份材料，或您无权查看。"))
    return found


def agreement_in(actor: Actor, tender: Tender, row: UUID) -> dict[str, Any]:
    """Give the joint agreement of an application to its lead, to who is named in it, and to the
    side that reviews once applications are closed; for others there is none.
    """
    own, _turns = own_filed(actor, tender)
    found: dict[UUID, dict[str, Any]] = {
        one.row: one.content["agreement"]
        for one in (*seen_filed(actor, tender), *((own,) if own else ()))
        if one.content.get("agreement")
    }
    found |= {one.row: one.agreement for one in asked_to_join(actor, tender)}
    if row not in found:
        raise Missing("gate.missing", _("没有这份材料，或您无权查看。"))
    return found[row]


def sizes_of_partners(tender: Tender, uscc: str) -> list[str]:
    """Give the registered sizes of a lead's partners: a package for small firms asks it of all of
    them (财库〔2020〕46号 art. 8).
    """
    codes = [partner.uscc for partner in partners_of(tender, uscc)]
    return [one.size for one in organisations_by_code(codes).values()]


def partners_of(tender: Tender, uscc: str) -> list[Partner]:
    """Give who else is in the consortium that passed under its lead; nobody where one bids alone.
    They are the same from its application to its contract (BLR 37).
    """
    if method_of(tender).prequalification is None or not tender.most_partners:
        return []
    events = private.events_of_owner(tender.code, uscc, only=OWN)
    filed = filed_by(uscc, "", events)
    return list(with_partners(tender, filed).partners) if filed else []
