"""Read who was served by what, who has rated it, and what may be published of it."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts import queries as accounts
from accounts.domain import AGENCY, BIDDER, PURCHASER, Actor
from bidding.models import OpeningSession
from evaluation.models import Seat
from monitoring.models import RatingCount, RatingGiven
from monitoring.satisfaction import SERVICES, Count, Line, closed_before, published
from trading import queries as trading
from trading.markets import method_of
from trading.models import Contract, Tender

SALT = "monitoring.rating"
SAT = ("signed_in", "pledged")
"""The states of a seat whose member came."""


def party_of(actor: Actor, tender: Tender) -> str:
    """Name for whom somebody rates a tender's services: their organisation, or themselves."""
    for organisation, role in ((tender.purchaser_id, PURCHASER), (tender.agency_id, AGENCY)):
        if actor.has_for(organisation, role):
            return f"organisation:{organisation}"
    own = next(_own(actor, tender), None)
    return f"organisation:{own}" if own else f"person:{actor.person_id}"


def _own(actor: Actor, tender: Tender) -> Iterator[int]:
    """Give the organisations one bids for, those that had to do with a tender first: its contract
    is theirs, or they took part.
    """
    mine = sorted(actor.organisations(BIDDER))
    signed = _signed(tender).filter(supplier_id__in=mine)
    yield from signed.order_by("supplier").values_list("supplier_id", flat=True)
    codes = dict(zip(mine, accounts.codes_of(mine), strict=True))
    yield from (one for one, uscc in codes.items() if trading.took_part(tender, uscc))
    yield from mine


def _signed(tender: Tender) -> QuerySet[Contract]:
    return Contract.objects.filter(lot__tender=tender).exclude(signed_at=None)


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
    if _is_evaluated(tender) and (side or _sat(actor, tender)):
        yield "evaluation"
    signed = _signed(tender)
    own = signed.filter(supplier_id__in=actor.organisations(BIDDER))
    if (signed if side else own).exists():
        yield "contract"


def _is_opened(tender: Tender) -> bool:
    sessions = OpeningSession.objects.filter(tender=tender)
    return sessions.exists() and not sessions.exclude(state="ended").exists()


def _is_evaluated(tender: Tender) -> bool:
    """Tell whether there was anything to organise: experts reported, or examiners ranked; a price
    formed in bidding, or agreed, was evaluated by nobody.
    """
    by_people = bool(tender.experts) or method_of(tender).has_posts
    return tender.evaluated_at is not None and by_people


def _took_part(actor: Actor, tender: Tender) -> bool:
    mine = accounts.codes_of(actor.organisations(BIDDER))
    return any(trading.took_part(tender, uscc) for uscc in mine)


def _sat(actor: Actor, tender: Tender) -> bool:
    seats = Seat.objects.filter(person_id=actor.person_id, evaluation__tender=tender)
    return seats.filter(state__in=SAT).exists()


def told(today: date) -> list[Line]:
    """Give what is published: of the months that are over, by market and service."""
    rows = RatingCount.objects.filter(month__lt=closed_before(today)).order_by()
    counted = rows.values_list("market", "service", "mark", "times", "month")
    return published(Count(*row) for row in counted if row[1] in SERVICES)
