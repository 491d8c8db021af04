"""Read the chain of attempts a tender stands in: which it follows, which follow it, for want of
whom each failed, and who defaulted on the way.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.domain import AGENCY, PURCHASER, Actor
from trading.domain import attempts, failing
from trading.domain.attempts import AttemptFacts, Shortfall
from trading.markets import market_of, method_of
from trading.models import Award, Lot, Tender
from trading.queries.rules import rules_of

STOPPED = "no_retender"
"""The kind of the notice that tendering was given up."""


class Attempt(NamedTuple):
    """One attempt as a page lists it, without what only its own side may know."""

    number: int
    tender: Tender
    is_this: bool


def before(tender: Tender) -> Iterator[Tender]:
    """Give the attempts a tender follows, the nearest first."""
    found = tender.follows
    while found is not None:
        yield found
        found = found.follows


def attempt_number(tender: Tender) -> int:
    """Count the attempts up to and with this one."""
    return 1 + sum(1 for _one in before(tender))


def attempts_of(actor: Actor, tender: Tender) -> list[Attempt]:
    """List the attempts around a tender, the first at the top: what comes after it as far as the
    actor may know of it. A tender that stands alone has no list.
    """
    earlier = list(before(tender))[::-1]
    chain = [Attempt(n, one, is_this=False) for n, one in enumerate(earlier, start=1)]
    here = len(chain) + 1
    later = list(_after(actor, [tender], here + 1))
    return [*chain, Attempt(here, tender, is_this=True), *later] if chain or later else []


def _after(actor: Actor, tenders: list[Tender], number: int) -> Iterator[Attempt]:
    mine = Q(published_at__isnull=False) | Q(agency_id__in=actor.organisations(AGENCY))
    mine |= Q(purchaser_id__in=actor.organisations(PURCHASER))
    found = list(Tender.objects.filter(mine, follows__in=tenders).order_by("pk"))
    if found:
        yield from (Attempt(number, one, is_this=False) for one in found)
        yield from _after(actor, found, number + 1)


def lots_to_repeat(tender: Tender) -> QuerySet[Lot]:
    """List the lots that failed, were terminated or ended after signing, were not given up and are
    not offered anew already; a draft given up before anybody knew of it holds nothing back.
    """
    given_up = Q(tender__state="terminated", tender__published_at=None)
    held = Lot.objects.filter(follows__tender=tender).exclude(given_up).values("follows_id")
    left = tender.lots.filter(state__in=attempts.AGAIN).exclude(number__in=_stopped(tender))
    return left.exclude(pk__in=held).order_by("number")


def may_repeat(tender: Tender) -> bool:
    """Tell whether something of a tender may be offered anew."""
    method = method_of(tender)
    if tender.published_at is None or method.asks_shortlisted or method.is_agreed:
        return False
    return lots_to_repeat(tender).exists()


def ways_to_repeat(tender: Tender) -> dict[str, str]:
    """Name the ways what failed may be carried over to: those whose drafts say of lots what its
    own does, its own first.
    """
    own = method_of(tender)
    # What was bought and ended after all was not tendered in vain: no other way follows from that.
    bought = own.slug in attempts.TENDERS and lots_to_repeat(tender).filter(state="ended").exists()
    able = {
        way.slug: way.title
        for way in market_of(tender).methods.values()
        if not (way.asks_shortlisted or way.is_agreed or way.second_stage)
        and (way.slug in attempts.TENDERS or not bought)
        and (way.sells, way.has_posts) == (own.sells, own.has_posts)
    }
    return {own.slug: own.title} | able


def is_stopped(tender: Tender) -> bool:
    """Tell whether it was published that what is left of a tender is not tendered any more."""
    return bool(_stopped(tender)) and not lots_to_repeat(tender).exists()


def _stopped(tender: Tender) -> set[int]:
    """Give the numbers of the lots whose tendering was given up: those its notices name."""
    told = tender.notices.filter(kind=STOPPED).values_list("fields", flat=True)
    return {lot["number"] for said in told for lot in said["lots"]}


def lacked_bidders(tender: Tender, numbers: Collection[int]) -> bool:
    """Tell whether lots of a tender failed because too few came or were left: its published notices
    say by which article each failed.
    """
    method = method_of(tender)
    few = {method.thin_article, method.failing.get(failing.FEW)}
    few |= {gate.too_few for gate in (method.prequalification, method.first_stage) if gate}
    told = tender.notices.filter(kind="failure").values_list("fields", flat=True)
    thin = {lot["number"] for said in told if said.get("article") in few for lot in said["lots"]}
    return bool(numbers) and set(numbers) <= thin


def failures_of(lot: Lot) -> int:
    """Count how often in a row a lot failed for want of bidders, up to and with this attempt."""
    count, tried = 0, lot
    while lacked_bidders(tried.tender, [tried.number]):
        count += 1
        if tried.follows is None:
            break
        tried = tried.follows
    return count


def lots_to_stop(tender: Tender, at: datetime) -> list[tuple[Lot, int]]:
    """List the lots whose tendering may be given up now, with how often each failed for want of
    bidders: of one that failed or was terminated for something else nobody gives it up.
    """
    rules = rules_of(tender, at)
    counted = _counted(tender)
    return [(lot, count) for lot, count in counted if attempts.may_stop(count, rules)]


def most_failures(tender: Tender) -> int:
    """Give how often that lot of those left failed for want of bidders which did so most often."""
    return max((count for _lot, count in _counted(tender)), default=0)


def _counted(tender: Tender) -> list[tuple[Lot, int]]:
    lots = lots_to_repeat(tender).select_related("tender", "follows__tender")
    return [(lot, failures_of(lot)) for lot in lots]


def may_stop(tender: Tender, at: datetime) -> bool:
    """Tell whether tendering may be given up now, for some lot."""
    return tender.published_at is not None and bool(lots_to_stop(tender, at))


def attempt_facts(tender: Tender) -> AttemptFacts:
    """Give what the rules need to know of the attempt before a draft."""
    alone = AttemptFacts(
        is_tender=tender.method in attempts.TENDERS,
        approval=tender.conversion_approval,
        review=tender.conversion_review,
        listed_case=tender.listed_case,
    )
    last = tender.follows
    if last is None:
        return alone
    lots = [lot.follows for lot in _following(tender)]
    followed = [lot.number if lot else 0 for lot in lots]
    return replace(
        alone,
        number=attempt_number(tender),
        was_tender=last.method in attempts.TENDERS,
        lacked_bidders=lacked_bidders(last, followed),
        only_failed=all(lot is not None and lot.state == "failed" for lot in lots),
    )


def _following(tender: Tender) -> QuerySet[Lot]:
    return tender.lots.select_related("follows")


def attempt_text(tender: Tender) -> dict[str, Any]:
    """Give what the text says of the attempt before: which it was, and by whose word another way is
    gone; nothing where there was none.
    """
    if tender.follows is None:
        return {}
    said = {"code": tender.follows.code, "attempt": attempt_number(tender)}
    if not attempt_facts(tender).converts:
        return {"follows": said}
    approved = {"approval": tender.conversion_approval, "review": tender.conversion_review}
    return {"follows": said | approved}


def defaults_of(lot: Lot) -> list[dict[str, str]]:
    """List who bought what a lot offers anew and did not sign, the nearest attempt first."""
    found: list[dict[str, str]] = []
    earlier = lot.follows
    while earlier is not None:
        found += earlier.defaulted
        earlier = earlier.follows
    return found


def shortfall_of(lot: Lot, price: Decimal) -> Shortfall | None:
    """Give what the last defaulter owes if a lot goes at a price now."""
    earlier = lot.follows
    while earlier is not None and not earlier.defaulted:
        earlier = earlier.follows
    return attempts.shortfall(earlier.defaulted, price) if earlier else None


def shortfalls_of(tender: Tender) -> list[tuple[Lot, Shortfall]]:
    """List what is owed since lots went for less than a defaulter had offered."""
    if tender.follows_id is None:
        return []
    made = Award.objects.filter(lot__tender=tender).select_related("lot").order_by("lot__number")
    owed = ((award.lot, shortfall_of(award.lot, award.price)) for award in made)
    return [(lot, found) for lot, found in owed if found is not None]
