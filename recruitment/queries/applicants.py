"""Who applied, once applications are closed: for those who examine and those who oversee."""

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.domain import AGENCY, AUDITOR, PERSONNEL, PURCHASER, REGULATOR, Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from recruitment.domain.applying import LEVELS, SERVING, Application, age_on
from recruitment.models import Applicant
from trading.models import Tender


@dataclass(frozen=True)
class Details:
    """What an applicant said of themselves, as the review sees it: the number stays masked."""

    phone: str
    education: str
    school: str
    major: str
    experience: str
    age: int | None
    employer: str
    serving_since: str
    grade: str
    consent: str


def about(tender: str, person: str) -> str:
    """Name what an applicant's sealed details are bound to."""
    return f"applicant/{tender}/{person}"


def script_of(tender: str, ticket: str) -> str:
    """Name what the code of an applicant's paper is bound to."""
    return f"script/{tender}/{ticket}"


def script_code(applicant: Applicant) -> str:
    """Open the code of an applicant's paper."""
    name = script_of(applicant.tender.code, applicant.ticket)
    return private.unlock(bytes(applicant.script_sealed or b""), name).decode()


def reads_applicants(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor may list the applicants: there are none to list before closing."""
    own = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    return own or actor.has(PERSONNEL, REGULATOR, AUDITOR)


def reads_details(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor may read what applicants said: who reviews, and who oversees."""
    own = actor.has_for(tender.purchaser_id, PURCHASER)
    return own or actor.has(PERSONNEL, REGULATOR, AUDITOR)


def applicants_of(actor: Actor, tender: Tender) -> QuerySet[Applicant]:
    """List the applicants for an actor who may know of them; for all others there are none."""
    rows = Applicant.objects.filter(tender=tender).select_related("lot", "person")
    return rows if reads_applicants(actor, tender) else rows.none()


def applicant_for(actor: Actor, tender: Tender, number: int) -> Applicant:
    """Give one applicant to an actor who may know of them."""
    found = applicants_of(actor, tender).filter(number=number).first()
    if found is None:
        raise _missing()
    return found


def own_applicant(actor: Actor, tender: Tender) -> Applicant | None:
    """Give the actor's own line in the procedure."""
    rows = Applicant.objects.filter(tender=tender, person_id=actor.person_id)
    return rows.select_related("lot").first() if actor.is_known else None


def lock_applicant(tender: Tender, number: int) -> Applicant:
    """Lock an applicant; the tender's row is locked by the caller."""
    rows = Applicant.objects.select_for_update(of=("self",)).select_related("lot")
    found = rows.filter(tender=tender, number=number).first()
    if found is None:
        raise _missing()
    return found


def details_of(applicant: Applicant) -> Details:
    """Open what an applicant said of themselves."""
    said = opened(applicant)
    closes = applicant.tender.bids_close_at
    day: date | None = local_date(closes) if closes else None
    return Details(
        phone=said.phone,
        education=LEVELS[said.education],
        school=said.school,
        major=said.major,
        experience=said.experience,
        age=age_on(said.id_number, day) if day else None,
        **{name: getattr(said, name) for name in SERVING},
    )


def opened(applicant: Applicant) -> Application:
    """Open what an applicant said, the identity number included; for the rules alone."""
    name = about(applicant.tender.code, applicant.person.username)
    return Application(**json.loads(private.unlock(bytes(applicant.sealed), name)))


def _missing() -> Missing:
    return Missing("applicant.missing", _("没有这名应聘人员，或您无权查看。"))
