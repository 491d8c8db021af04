"""Procurement intentions as each may read them: published ones everybody, drafts their own side."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.domain import PURCHASER, Actor
from accounts.models import Organisation
from kernel.calendar import local_date
from kernel.errors import Invalid, Missing
from kernel.text import gettext_noop as _
from trading.domain import intentions
from trading.domain.findings import Finding
from trading.markets import method_of
from trading.models import Intention, Tender
from trading.queries.rules import rules_of
from trading.queries.tenders import visible_to


def own_purchasers(actor: Actor) -> list[Organisation]:
    """List the purchasers an actor acts for."""
    return list(Organisation.objects.filter(pk__in=actor.organisations(PURCHASER)).order_by("pk"))


def intentions_for(actor: Actor) -> QuerySet[Intention]:
    """List the published intentions, the newest first, and before them the actor's own drafts."""
    own = Q(purchaser_id__in=actor.organisations(PURCHASER))
    found = Intention.objects.filter(Q(published_at__isnull=False) | own)
    newest = F("published_at").desc(nulls_first=True)
    return found.select_related("purchaser").order_by(newest, "-pk")


def intention_for(actor: Actor, code: str) -> Intention:
    """Give an intention to whoever may know of it; to others there is none."""
    found = intentions_for(actor).filter(code=code).first()
    if found is None:
        raise Missing("intention.missing", _("没有这项采购意向。"))
    return found


def lock_intention(code: str) -> Intention:
    """Lock an intention for a change."""
    found = Intention.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise Missing("intention.missing", _("没有这项采购意向。"))
    return found


def asks_intention(tender: Tender) -> bool:
    """Tell whether such a project is told of beforehand: rules know it, and it is not the second
    stage of what was told of already.
    """
    day = local_date(tender.drafted_at)
    known = rules_of(tender, tender.drafted_at).find_period(intentions.CODE, day)
    return known is not None and not method_of(tender).asks_shortlisted


def intended_by(tender: Tender) -> QuerySet[Intention]:
    """List the published intentions of a tender's purchaser, the newest first."""
    told = Intention.objects.filter(purchaser_id=tender.purchaser_id, published_at__isnull=False)
    return told.order_by("-published_at", "-pk")


def named_intention(tender: Tender, code: str) -> str:
    """Take the intention a draft names: one its purchaser has published, or none."""
    if code and not intended_by(tender).filter(code=code).exists():
        raise Invalid(
            "intention.named",
            _("采购人没有公开编号为“%(value)s”的采购意向。"),
            value=code,
            field="intention",
        )
    return code


def intention_of(tender: Tender) -> Intention | None:
    """Give the intention a tender names."""
    return intended_by(tender).filter(code=tender.intention).first() if tender.intention else None


def intention_advice(tender: Tender, at: datetime) -> list[Finding]:
    """Give what a draft is told of its intention, were it announced now."""
    if tender.published_at or not asks_intention(tender):
        return []
    named = intention_of(tender)
    told = local_date(named.published_at) if named and named.published_at else None
    return list(intentions.advice(rules_of(tender, at), told, local_date(at)))


def called_under(made: Intention, actor: Actor, at: datetime) -> QuerySet[Tender]:
    """List the tenders that name an intention and that the reader may know of."""
    return visible_to(actor, at).filter(intention=made.code).order_by("pk")
