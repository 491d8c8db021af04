"""What the publicity of the candidates says, and the dates that run from it (NT10 6, BL 47)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from kernel.calendar import local_date
from kernel.money import in_capitals, parse
from trading.domain import separation, ties
from trading.domain.separation import Finalist
from trading.markets import lifecycle_of, method_of, words_of
from trading.models import Award, Lot, Tender
from trading.queries.parties import party
from trading.queries.rules import rules_of

WAYS: Final = {**separation.WAYS, ties.DRAW: ties.TITLE}
"""How a lot was decided, where more than the order of the ranking decided it."""


def candidate_fields(tender: Tender, until: date) -> dict[str, Any]:
    """Give what the publicity of the candidates must say: rank, name, price, quality, duration and
    manager of each, how they were judged, and where to object.
    """
    return {
        "code": tender.code,
        "purchaser": party(tender.purchaser),
        "agency": party(tender.agency),
        "contact": {"name": tender.contact_name, "phone": tender.contact_phone},
        "opened_at": tender.bids_close_at,
        "until": until,
        "lots": [_lot(lot) for lot in tender.lots.all() if lot.state == "open"],
        "failed": [
            {"number": lot.number, "title": lot.title, "reason": lot.failure}
            for lot in tender.lots.filter(state="failed")
        ],
        "words": {name: words_of(tender)[name] for name in ("purchaser", "agency")},
    }


def _lot(lot: Lot) -> dict[str, Any]:
    terms = lot.tender.qualification
    apart = bool(lot.tender.award_way)
    shown = without_order(lot) if apart else _in_order(lot)
    return {
        "number": lot.number,
        "title": lot.title,
        "transaction_code": lot.transaction_code,
        "ceiling": f"{lot.ceiling:.2f}",
        "candidates": [_candidate(c) for c in shown],
        **({"decision": decision_told(lot)} if lot.decision else {}),
        "rejected": len(lot.excluded),
        "qualification": [term["text"] for term in terms],
    }


def _in_order(lot: Lot) -> list[dict[str, Any]]:
    """Give the candidates who are left by rank; of equals, whom the lot fell on goes first."""
    left = candidates_left(lot)
    drawn = lot.decision.get("chosen", "")
    if not drawn:
        return left
    marked = [{**c, "is_chosen": c["uscc"] == drawn} for c in left]
    return sorted(marked, key=lambda c: (c["rank"], not c["is_chosen"]))


def recommended(lot: Lot) -> list[dict[str, Any]]:
    """Give the candidates among whom the winner is chosen: no more than a report may recommend, but
    for more equals who stand first, of whom a draw has yet to take one.
    """
    tender = lot.tender
    most = rules_of(tender, tender.drafted_at).find("candidates_most", "max")
    ranked: list[dict[str, Any]] = lot.candidates
    kept = max(int(most.value), len(ties.firsts(ranked))) if most else len(ranked)
    return ranked[:kept]


def candidates_left(lot: Lot) -> list[dict[str, Any]]:
    """Give the candidates who have not fallen away, by rank."""
    gone = {one["uscc"] for one in lot.passed_over}
    return [c for c in recommended(lot) if c["uscc"] not in gone]


def holder_of(lot: Lot) -> str:
    """Give the code of whoever is to have a lot by what was decided last; empty before that."""
    chosen: str = lot.decision.get("chosen", "")
    return lot.award.supplier.uscc if lot.award else chosen


def falling(lot: Lot) -> str:
    """Give the code of whoever may fall away: who is to have a lot, or, where somebody fell away
    before and the next by rank is not confirmed yet, that next one; of what is sold by tender the
    first, whom nobody may choose another in place of; empty where there is nobody.
    """
    held, method = holder_of(lot), method_of(lot.tender)
    is_next = bool(lot.passed_over) or (method.sells and method.is_sealed)
    if held or lot.tender.award_way or not is_next:
        return held
    return first_of(lot)


def first_of(lot: Lot) -> str:
    """Give the code of whoever stands first of those left: alone, or by lot; empty while equals are
    not told apart.
    """
    return ties.first(candidates_left(lot), lot.decision)


def taker_of(lot: Lot) -> str:
    """Name whoever has a lot, or is first in its order; empty where there is nobody."""
    code = holder_of(lot) or falling(lot)
    return next((str(c["name"]) for c in lot.candidates if c["uscc"] == code), "")


def bidders_of(lot: Lot) -> list[dict[str, Any]]:
    """Give everybody a panel judged in a lot: those ranked, then those that are out, each once."""
    rows = [*lot.candidates, *lot.excluded]
    return list({one["uscc"]: one for one in reversed(rows)}.values())[::-1]


def is_named(lot: Lot) -> bool:
    """Tell whether the public knows the candidates of a lot: by a result, or by their publicity."""
    if Award.every.filter(lot=lot, notified_at__isnull=False).exists():
        return True
    shown = lot.tender.notices.filter(kind__in=("candidates", "reevaluation"))
    last = shown.order_by("-number").first()
    return last is not None and last.kind == "candidates"


def finalists(lot: Lot) -> list[Finalist]:
    """Give the candidates the award committee decides among."""
    return [Finalist(c["uscc"], parse(c["price"]), c["rank"]) for c in candidates_left(lot)]


def undecided(tender: Tender) -> list[int]:
    """List the lots on which an award committee has still to decide."""
    if not tender.award_way:
        return []
    lots = tender.lots.filter(state="open")
    return [lot.number for lot in lots if not lot.decision.get("chosen")]


def decided_at(tender: Tender) -> datetime | None:
    """Give when the award committee had decided on the last of the lots."""
    kept = [lot.decision.get("decided_at") for lot in tender.lots.filter(state="open")]
    return max((datetime.fromisoformat(at) for at in kept if at), default=None)


def awaiting_draw(tender: Tender) -> list[int]:
    """List the lots where the award committee has voted and the draw decides between the first."""
    lots = {lot.number: lot.decision for lot in tender.lots.filter(state="open")}
    return [n for n, kept in lots.items() if kept.get("among") and not kept.get("chosen")]


def without_order(lot: Lot) -> list[dict[str, Any]]:
    """Give the candidates of a lot without rank and marks: the chosen one first, the others by
    code.
    """
    chosen = lot.decision.get("chosen", "")
    ranked = sorted(candidates_left(lot), key=lambda c: (c["uscc"] != chosen, c["uscc"]))
    return [{**c, "rank": "", "total": "", "is_chosen": c["uscc"] == chosen} for c in ranked]


def names_in(decision: Mapping[str, Any], lot: Lot) -> dict[str, str]:
    """Give the names a decision speaks of; an earlier one keeps those it was made among."""
    return decision.get("names") or {c["uscc"]: c["name"] for c in lot.candidates}


def decision_told(lot: Lot, said: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give what the public is told of how the award committee decided: the way, the count of each
    round, the reason, and what repeats a draw; of no member. Before the draw nobody is chosen.
    `said` is an earlier decision, whose chosen candidate fell away.
    """
    kept = said or lot.decision
    names = names_in(kept, lot)
    rounds = [
        [{"name": names[uscc], "votes": votes} for uscc, votes in sorted(counted.items())]
        for counted in kept.get("rounds", [])
    ]
    draw: dict[str, Any] = {
        name: kept[name] for name in ("commit", "seed", "nonce", "purpose") if name in kept
    }
    if draw:
        draw["among"] = kept["among"]
    return {
        "way": WAYS[kept["way"]],
        **({"is_tie": True} if kept["way"] == ties.DRAW else {}),
        "chosen": names[kept["chosen"]] if "chosen" in kept else "",
        "rounds": rounds,
        "reason": kept.get("reason", ""),
        "draw": draw,
    }


def _candidate(ranked: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "rank": ranked["rank"],
        "name": ranked["name"],
        "uscc": ranked["uscc"],
        "price": ranked["price"],
        "capitals": in_capitals(parse(ranked["price"])),
        "total": ranked["total"],
        "offer": ranked.get("offer", {}),
        **({"is_chosen": ranked["is_chosen"]} if "is_chosen" in ranked else {}),
    }


def objection_until(tender: Tender) -> date | None:
    """Give the last day to object to an agreement; None where its taker is found otherwise."""
    if not method_of(tender).is_agreed or tender.published_at is None:
        return None
    rules, told = rules_of(tender, tender.drafted_at), local_date(tender.published_at)
    return rules.last_day("agreement_objection", told)


def unanswered(tender: Tender) -> int:
    """Count the objections to a tender's text that nobody has answered yet."""
    return tender.challenges.filter(about="document", state__in=("filed", "accepted")).count()


def is_time_to_confirm(tender: Tender, at: datetime) -> bool:
    """Tell whether a winner may be confirmed now: nothing stands still, no publicity is running,
    and of an agreement the public was heard.
    """
    if not lifecycle_of(tender).allows(tender.state, "confirm_winner"):
        return False
    heard = objection_until(tender)
    if heard is not None and (local_date(at) <= heard or unanswered(tender)):
        return False
    until = tender.publicity_until
    return tender.state != "candidate_publicity" or (
        until is not None
        and local_date(at) > until
        and not tender.suspensions.filter(ended_at=None).exists()
    )


def award_report_due(tender: Tender) -> date | None:
    """Give by when the regulator has the written report; None where none is made or due yet."""
    if not method_of(tender).reports_award:
        return None
    decided = Award.objects.filter(lot__tender=tender).order_by("-confirmed_at").first()
    if decided is None:
        return None
    on = local_date(decided.confirmed_at)
    return rules_of(tender, decided.confirmed_at).last_day_if_any("report_to_regulator", on)
