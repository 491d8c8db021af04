"""Who took the documents, for those who may know: nobody before closing, the public never (BL art.
22, sealing.md 6.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.domain import AGENCY, AUDITOR, BIDDER, CENTRE_OPS, PURCHASER, REGULATOR, Actor
from accounts.models import Organisation
from ledger import private
from ledger import queries as record
from ledger.queries import has_private_tree
from trading.domain import priority
from trading.markets import method_of
from trading.models import Lot, Tender
from trading.queries.competitions import entrants_asked


@dataclass
class Taker:
    """A supplier that registered: for which lots, when, and when it first took the documents."""

    uscc: str
    name: str
    registered_at: datetime
    lots: list[int] = field(default_factory=list)
    taken_at: datetime | None = None
    holds_priority: bool = False


def entrants_of(tender: Tender, lot: Lot) -> dict[str, str]:
    """Give who registered for a lot, code → name, in order of registration; nobody before closing
    has published the private tree. Where those shortlisted are asked nobody registers: those are.
    """
    if method_of(tender).asks_shortlisted:
        return entrants_asked(tender)
    if not has_private_tree(tender.code):
        return {}
    codes = [
        str(event.content["owner"])
        for event in private.events_in_tree(tender.code)
        if event.kind == "bidder.registered" and int(event.content["lot"]) == lot.number
    ]
    names = dict(Organisation.objects.filter(uscc__in=codes).values_list("uscc", "name"))
    return {code: names[code] for code in codes}


def may_go_on(tender: Tender) -> bool:
    """Tell whether a disclosure that nobody has registered for is to be extended once more; for the
    process that closes it, at its end.
    """
    rounds = tender.extension.get("rounds", 0)
    return tender.extended < rounds and not has_takers(tender)


def has_takers(tender: Tender) -> bool:
    """Tell whether anybody has registered; for the process that ends the disclosure, at its end."""
    return any(event.kind == "bidder.registered" for event in private.events_of(tender.code))


def judges_takers(tender: Tender) -> bool:
    """Tell whether takers are judged: a sale that prints conditions judges by them."""
    return method_of(tender).judges_takers and bool(tender.qualification)


def judges_before(tender: Tender) -> bool:
    """Tell whether whoever registers is judged before it is let in."""
    return judges_takers(tender) and not tender.qualification_after


def judges_after(tender: Tender) -> bool:
    """Tell whether whoever is to have a lot is judged after the bidding, as it was announced."""
    return judges_takers(tender) and tender.qualification_after


def has_settled_takers(tender: Tender) -> bool:
    """Tell whether judging has ended: before the bidding the list of those let in is fixed."""
    return record.first_fact(tender.code, "tender.takers_settled") is not None


def is_judging(tender: Tender) -> bool:
    """Tell whether takers are being judged now."""
    state = "priced" if tender.qualification_after else "closed"
    return tender.state == state and judges_takers(tender) and not has_settled_takers(tender)


def reads_takers(actor: Actor, tender: Tender) -> bool:
    """Tell whether the actor may know who took the documents: the purchasing side, the centre and
    oversight, once closing has published the private tree.
    """
    side = actor.has_for(tender.purchaser_id, PURCHASER) or actor.has_for(tender.agency_id, AGENCY)
    oversees = actor.has(CENTRE_OPS, REGULATOR, AUDITOR)
    return (side or oversees) and has_private_tree(tender.code)


def priority_lots(actor: Actor, tender: Tender) -> list[int]:
    """List the lots over which one of the actor's organisations was disclosed to hold a priority
    right.
    """
    rows = Organisation.objects.filter(pk__in=actor.organisations(BIDDER))
    own = set(rows.values_list("uscc", flat=True))
    return sorted({lot for uscc, lot in _holders(tender) if uscc in own})


def _holders(tender: Tender) -> set[tuple[str, int]]:
    return {
        (uscc, lot.number) for lot in tender.lots.all() for uscc in priority.holders_of(lot.auction)
    }


def takers_of(actor: Actor, tender: Tender) -> Sequence[Taker]:
    """List who registered and took the documents, in order of registration."""
    if not reads_takers(actor, tender):
        return []
    found: dict[str, Taker] = {}
    for event in private.events_in_tree(tender.code):
        content, at = event.content, event.at
        owner = str(content["owner"])
        if event.kind == "bidder.registered":
            taker = found.setdefault(owner, Taker(owner, "", at))
            taker.lots.append(int(content["lot"]))
        elif event.kind == "document.downloaded" and owner in found:
            found[owner].taken_at = found[owner].taken_at or at
    bodies = Organisation.objects.filter(uscc__in=list(found)).values_list("uscc", "name")
    holders = _holders(tender)
    for uscc, name in bodies:
        found[uscc].name = name
        found[uscc].holds_priority = any((uscc, lot) in holders for lot in found[uscc].lots)
    return sorted(found.values(), key=lambda taker: (taker.registered_at, taker.uscc))
