"""Who of those that registered meets the conditions printed: for the sale's own side all of them,
once registration has closed; for each of them itself alone, for nobody else anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.domain import BIDDER, Actor
from kernel.calendar import local_date
from kernel.errors import Missing
from kernel.text import gettext_noop as _
from ledger import private
from trading.domain.qualifying import ANSWER, KINDS, Standing, Step, standing_of
from trading.models import Lot, Tender
from trading.queries.dossier import last_moment
from trading.queries.rules import rules_of
from trading.queries.standstill import stood
from trading.queries.takers import (
    entrants_of,
    is_judging,
    judges_after,
    judges_before,
    judges_takers,
)
from trading.queries.tenders import bidder_in, registered_lots


@dataclass(frozen=True)
class Candidate:
    """One who registered: for which lots, and how it stands."""

    uscc: str
    name: str
    lots: tuple[int, ...]
    standing: Standing


def answer_until(tender: Tender, at: datetime) -> datetime:
    """Give until when somebody refused at an instant may answer."""
    return last_moment(rules_of(tender, at).last_day(ANSWER, local_date(at)))


def candidates_to_judge(tender: Tender, at: datetime) -> list[Candidate]:
    """List who registered, by name; nobody before closing. While they are judged, for a lot that is
    still open: nothing hangs on the others.
    """
    if judges_after(tender) and tender.evaluated_at is None:
        return []  # who leads in one room is nobody's while others still bid
    lots: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    waiting = tender.lots.filter(state="open") if is_judging(tender) else tender.lots.all()
    for lot in waiting:
        for uscc, name in _judged(tender, lot).items():
            lots.setdefault(uscc, []).append(lot.number)
            names[uscc] = name
    stands = _standings(tender, lots, at)
    found = [Candidate(uscc, names[uscc], tuple(lots[uscc]), stands[uscc]) for uscc in lots]
    return sorted(found, key=lambda one: (one.name, one.uscc))


def _judged(tender: Tender, lot: Lot) -> dict[str, str]:
    """Give whom the conditions of a lot are held against: who registered, or who is to have it."""
    if not tender.qualification_after:
        return entrants_of(tender, lot)
    first = lot.candidates[:1]
    return {one["uscc"]: one["name"] for one in first}


def candidate_to_judge(tender: Tender, uscc: str, at: datetime) -> Candidate:
    """Give one of them by its code; of anybody else there is nothing to judge."""
    for found in candidates_to_judge(tender, at) if judges_takers(tender) else ():
        if found.uscc == uscc:
            return found
    raise Missing("taker.missing", _("没有这家单位的登记。"))


def has_opinions(tender: Tender, at: datetime) -> bool:
    """Tell whether an opinion waits to be confirmed or sent back."""
    return any(one.standing.has_opinion for one in candidates_to_judge(tender, at))


def kept_out(tender: Tender, at: datetime) -> set[str]:
    """Give who registered and is not let in, for not meeting what is printed: whoever was not
    confirmed to, where whoever registers is judged.
    """
    if not judges_before(tender):
        return set()
    found = candidates_to_judge(tender, at)
    return {one.uscc for one in found if one.standing.state != "passed"}


def unqualified_lots(tender: Tender, at: datetime) -> list[int]:
    """List the lots whose taker was found after the bidding not to meet what is printed."""
    found = candidates_to_judge(tender, at) if judges_after(tender) else []
    return sorted({n for one in found if one.standing.state != "passed" for n in one.lots})


def own_standing(actor: Actor, tender: Tender, at: datetime) -> Standing | None:
    """Give an organisation how it stands itself, as far as it was told; None where it is not
    judged, or not yet.
    """
    if not actor.organisations(BIDDER) or not judges_takers(tender):
        return None
    own = registered_lots(actor, tender)
    if tender.state == "announced" or not own:
        return None
    uscc = bidder_in(actor, tender).uscc
    if judges_after(tender) and not any(uscc in _judged(tender, lot) for lot in tender.lots.all()):
        return None
    found = _standings(tender, [uscc], at)[uscc]
    waits = is_judging(tender) and tender.lots.filter(state="open", number__in=own).exists()
    return found.seen_by_taker() if found.turns or waits else None


def _standings(tender: Tender, owners: Iterable[str], at: datetime) -> Mapping[str, Standing]:
    pairs = [(tender.code, uscc) for uscc in owners]
    still = stood(tender, at)
    return {
        uscc: standing_of([_step(event) for event in events if event.kind in KINDS], at, still)
        for (_code, uscc), events in private.events_of_owners(pairs).items()
    }


def _step(event: private.Event) -> Step:
    return Step(event.kind, int(event.content["turn"]), event.at, event.content)
