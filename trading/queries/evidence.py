"""Read the files beside challenges, complaints and explanations, as far as one reads the text."""

from django.db.models import Q

from accounts.domain import BIDDER, Actor
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from trading.models import Evidence, Tender
from trading.queries.challenges import challenges_visible_to
from trading.queries.complaints import SIDES, complaints_visible_to, copies_for


def evidence_for(actor: Actor, tender: Tender, number: str, file: int) -> Evidence:
    """Give a file to exactly those who read what it stands beside; others know of none."""
    of_case = Q(challenge__code=number, challenge__tender=tender)
    of_case |= Q(complaint__code=number, complaint__tender=tender)
    of_case |= Q(copy__complaint__code=number, copy__complaint__tender=tender)
    related = ("document", "challenge", "complaint", "copy__complaint")
    found = Evidence.objects.filter(of_case, pk=file).select_related(*related).first()
    if found is None or not _reads(actor, found):
        raise Missing("evidence.missing", _("没有这份文件，或您无权查看。"))
    return found


def _reads(actor: Actor, found: Evidence) -> bool:
    if found.challenge is not None:
        return challenges_visible_to(actor).filter(pk=found.challenge.pk).exists()
    if found.complaint is not None:
        return complaints_visible_to(actor).filter(pk=found.complaint.pk).exists()
    said = found.copy
    return said is not None and copies_for(actor, said.complaint).filter(pk=said.pk).exists()


def is_own_evidence(actor: Actor, found: Evidence) -> bool:
    """Tell whether the actor acts for whoever handed the file in."""
    if found.copy is not None:
        return actor.has_for(found.copy.organisation_id, *SIDES)
    filed = found.challenge or found.complaint
    if filed is None or filed.filer_id is None:
        return filed is not None and actor.is_known and filed.filed_by_id == actor.person_id
    return actor.has_for(filed.filer_id, BIDDER)
