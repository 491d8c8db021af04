"""Read who was served by what, who has rated it, and what may be published of it."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Sum
from django.utils.crypto import salted_hmac

from accounts import queries as accounts
from accounts.domain import AGENCY, BIDDER, PURCHASER, Actor
from bidding.models import OpeningSession
from evaluation.models import Seat
from monitoring.models import RatingCount, RatingGiven
from monitoring.satisfaction import SERVICES, Count, Line, closed_before, published
from trading import queries as trading
from trading.models import Contract, Tender

SALT = "monitoring.rating"
SAT = ("signed_in", "pledged")
"""The states of a seat whose member came."""


def party_of(actor: Actor, tender: Tender) -> str:
    """Name for whom somebody rates a tender's services: their organisation, or themselves."""
    for organisation, role in ((tender.purchaser_id, PURCHASER), (tender.agency_id, AGENCY)):
        if actor.has_for(organisation, role):
            return f"organisation:{organisation}"
    own = sorted(actor.organisations(BIDDER))
    return f"organisation:{own[0]}" if own else f"person:{actor.person_id}"


def token_of(service: str, tender: Tender, party: str) -> str:
    """Give the name under which it is kept that a party rated a service."""
    text = f"{service}|{tender.code}|{party}"
    return salted_hmac(SALT, text, algorithm="sha256").hexdigest()


def has_rated(service: str, tender: Tender, party: str) -> bool:
    """Tell whether a party has rated a service."""
    return RatingGiven.objects.filter(token=token_of(service, tender, party)).exists()


def served(actor: Actor, tender: Tender) -> list[str]:
    """List the services of a tender that ended and that the actor was served by."""
    return list(_served(actor, tender)) if actor.is_known else []


def to_rate(actor: Actor, tender: Tender) -> list[str]:
    """List the services the actor may rate and has not."""
    party = party_of(actor, tender)
    return [one for one in served(actor, tender) if not has_rated(one, tender, party)]


def _served(actor: Actor, tender: Tender) -> Iterator[str]:
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    if _is_opened(tender) and (side or _took_part(actor, tender)):
        yield "opening"
    if tender.evaluated_at is not None and (side or _sat(actor, tender)):
        yield "evaluation"
    signed = Contract.objects.filter(lot__tender=tender).exclude(signed_at=None)
    own = signed.filter(supplier_id__in=actor.organisations(BIDDER))
    if (signed if side else own).exists():
        yield "contract"


def _is_opened(tender: Tender) -> bool:
    sessions = OpeningSession.objects.filter(tender=tender)
    return sessions.exists() and not sessions.exclude(state="ended").exists()


def _took_part(actor: Actor, tender: Tender) -> bool:
    mine = accounts.codes_of(actor.organisations(BIDDER))
    return any(trading.took_part(tender, uscc) for uscc in mine)


def _sat(actor: Actor, tender: Tender) -> bool:
    seats = Seat.objects.filter(person_id=actor.person_id, evaluation__tender=tender)
    return seats.filter(state__in=SAT).exists()


def told(today: date) -> list[Line]:
    """Give what is published: of the months that are over, by market and service."""
    rows = RatingCount.objects.filter(month__lt=closed_before(today)).order_by()
    added = rows.values_list("market", "service", "mark").annotate(times=Sum("times"))
    return published(Count(*row) for row in added if row[1] in SERVICES)
