"""Read awards: whose winners are told, and what their result must say (GPR 43)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kernel.money import in_capitals
from trading.domain import agreement, ceilings, ties
from trading.markets import method_of
from trading.models import Award, Contract, Lot, Tender
from trading.queries.frameworks import shortlist_fields
from trading.queries.parties import party
from trading.queries.publicity import decision_told, recommended, without_order


def is_result_told(tender: Tender) -> bool:
    """Tell whether everybody may know who won; where the price is settled first, after that. What
    was published stays public when a lot is decided anew.
    """
    untold = {"evaluated", "priced", "winner_confirmed"}
    if method_of(tender).settles:
        untold |= {"contracted", "settled", "certified"}
    return tender.state not in untold or has_result(tender)


def has_result(tender: Tender) -> bool:
    """Tell whether a result was published, of the tender or of some of its lots."""
    return tender.notices.filter(kind="result").exists()


def told_awards(tender: Tender) -> QuerySet[Award]:
    """Give the awards whose winners have been told, by lot: with the result, or before it where a
    price is settled first and a contract is due already; those that were voided since too.
    """
    due = Contract.every.filter(lot=OuterRef("lot"), supplier=OuterRef("supplier"))
    told = Q(notified_at__isnull=False) | Exists(due)
    return Award.every.filter(told, lot__tender=tender).order_by("lot", "pk")


def is_told(contract: Contract) -> bool:
    """Tell whether everybody knows whose contract it is: the result names it."""
    lot = contract.lot
    return Award.objects.filter(lot=lot).exclude(notified_at=None).exists()


def turn_of(made: Award) -> int:
    """Tell the how manieth award of its lot this is: whoever had one before fell away."""
    return 1 + Award.every.filter(lot=made.lot, pk__lt=made.pk).count()


def promises_of(lot: Lot, uscc: str) -> list[dict[str, str]]:
    """List what a taker promised beside the price, in the order in which the notice weighs it."""
    won: dict[str, Any] = next((c for c in lot.candidates if c["uscc"] == uscc), {})
    offer, weighed = won.get("offer", {}), lot.auction.get("weights", {}).get("items", ())
    titles = {item["code"]: item["code"] for item in weighed} | ceilings.PROMISED
    return [{"title": title, "value": offer[n]} for n, title in titles.items() if n in offer]


def agreed_by(tender: Tender, lot: Lot) -> dict[str, str]:
    """Say by whom, and in which of the law's cases, a transfer by agreement was approved."""
    if not method_of(tender).is_agreed:
        return {}
    said = lot.particulars
    return {"approver": said["approver"], "ground": agreement.GROUNDS[said["ground"]]}


def result_fields(tender: Tender, awards: Sequence[Award]) -> dict[str, Any]:
    """Give what a result announcement must name (GPR 43): parties, winner, amount, main items,
    experts.
    """
    return {
        "code": tender.code,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "experts": tender.experts,
        "lots": [_result_lot(made) for made in awards] or shortlist_fields(tender),
        "failed": [
            {"number": lot.number, "title": lot.title, "reason": lot.failure}
            for lot in tender.lots.filter(state="failed")
        ],
        "text_digest": tender.text_digest,
    }


def _result_lot(made: Award) -> dict[str, Any]:
    won: dict[str, Any] = next((c for c in made.lot.candidates if c["bid"] == made.bid), {})
    return {
        "number": made.lot.number,
        "title": made.lot.title,
        "supplier": party(made.supplier),
        "amount": f"{made.price:.2f}",
        "capitals": in_capitals(made.price),
        "total": "" if made.lot.tender.award_way else made.total,
        "rank": "" if made.lot.tender.award_way else made.rank,
        "reason": made.reason,
        **_drawn(made),
        "items": won.get("items") or made.lot.items,
        "declarations": won.get("declarations", []),
        "delivery": made.lot.delivery,
        **(_judged(made) if method_of(made.lot.tender).is_sealed else _sold(made)),
    }


def _drawn(made: Award) -> dict[str, Any]:
    """Give what repeats the draw by which one of several equals became the winner."""
    kept = made.lot.decision
    drawn = kept.get("way") == ties.DRAW and kept.get("chosen") == made.supplier.uscc
    return {"decision": decision_told(made.lot)} if drawn else {}


def _judged(made: Award) -> dict[str, Any]:
    """Say who came where and at which price; of talks, nobody's price but the winner's (GPL 38)."""
    tells = method_of(made.lot.tender).reads_out
    return {
        "candidates": [
            {
                "rank": c["rank"],
                "name": c["name"],
                "total": c["total"],
                **({"price": c["price"]} if tells or c["bid"] == made.bid else {}),
            }
            for c in _shown_candidates(made.lot)
        ]
    }


def _shown_candidates(lot: Lot) -> list[dict[str, Any]]:
    return without_order(lot) if lot.tender.award_way else recommended(lot)


def _sold(made: Award) -> dict[str, Any]:
    """Say what it was worth and offered at; who bid and lost stays untold, they are codes."""
    return {
        "budget": f"{made.lot.budget:.2f}",
        "start_price": f"{made.lot.start_price:.2f}",
        "promises": promises_of(made.lot, made.supplier.uscc),
    }
