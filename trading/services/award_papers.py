"""What a winner and the others get in writing (GPR 43, LD39 20)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from accounts.models import Organisation
from kernel import money
from kernel.calendar import local_date
from trading import queries
from trading.domain import performance
from trading.markets import method_of, words_of
from trading.models import Award, Contract, Tender

DECIDED: Final = frozenset({"taker_confirmed", "deal_confirmed"})
"""The dates from which a contract's days count that are the day of the decision itself."""


def contract_due(tender: Tender, made: Award, at: datetime) -> date:
    """Give the last day to sign: counted from the decision or from the notice, as the rules say."""
    rules = queries.rules_of(tender, at)
    decided = rules.period("contract", local_date(at)).anchor in DECIDED
    return rules.last_day("contract", local_date(made.confirmed_at if decided else at))


def _again(made: Award) -> str:
    """Mark the papers of a lot that is awarded again, so that no two have one number."""
    turn = queries.turn_of(made)
    return f"-{turn}" if turn > 1 else ""


def _common(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    return {
        **queries.paper_head(tender, made.lot),
        "tender": tender.code,
        "title": tender.title,
        "lot": made.lot.number,
        "lot_title": made.lot.title,
        "transaction_code": made.lot.transaction_code,
        "purchaser": tender.purchaser.name,
        "agency": tender.agency.name,
        "agency_phone": tender.contact_phone or tender.agency.phone,
        "contact": tender.contact_name,
        "winner": made.supplier.name,
        "amount": f"{made.price:.2f}",
        "amount_in_capitals": money.in_capitals(made.price),
        "currency": "CNY",
        "issued_at": at,
    }


def _award_notice(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    rules = queries.rules_of(tender, at)
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-ZB-{made.lot.number:02d}{_again(made)}",
        "winner_uscc": made.supplier.uscc,
        "delivery": made.lot.delivery,
        "contract_due": contract_due(tender, made, at),
        "contract_article": rules.article_of("contract", local_date(at)),
        "opened_on": local_date(tender.bids_close_at) if tender.bids_close_at else "",
        "security": _security_of(tender, made),
        "offer": _offer_of(made),
        **_said(tender, made),
    }


def _deal_notice(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say the same where there was no tender: the deal, not the award (GPR 43)."""
    number = f"{tender.code}-CJ-{made.lot.number:02d}{_again(made)}"
    return {**_award_notice(tender, made, at), "number": number}


def _said(tender: Tender, made: Award) -> dict[str, Any]:
    """Give the words of the tender's market that its papers use."""
    words = words_of(tender)
    names = ("purchaser", "agency", "documents", "delivery")
    return {
        "words": {name: words[name] for name in names},
        "lot_called": words["lot_number"] % {"number": made.lot.number},
    }


def _security_of(tender: Tender, made: Award) -> dict[str, Any]:
    """Say which performance security the winner lodges before the contract is signed."""
    asked = performance.amount_of(made.price, tender.performance_share)
    if asked <= 0:
        return {}
    forms = [performance.FORMS[form] for form in tender.performance_forms]
    contract = Contract.objects.get(lot=made.lot)
    return {
        "amount": f"{asked:.2f}",
        "in_capitals": money.in_capitals(asked),
        "forms": forms,
        "due": contract.security_due_on,
    }


def _offer_of(made: Award) -> dict[str, str]:
    """Give what the winner promised besides the price, where the market has it named."""
    won: dict[str, Any] = next((c for c in made.lot.candidates if c["bid"] == made.bid), {})
    offer: dict[str, str] = won.get("offer", {})
    return offer


def _deal_confirmation(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say what parties, object, time and price a sale was concluded at (LD39 20, rulebook 9)."""
    lot, terms = made.lot, made.lot.auction
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-CJ-{lot.number:02d}{_again(made)}",
        "winner_uscc": made.supplier.uscc,
        "owner_uscc": tender.purchaser.uscc,
        "method": method_of(tender).title,
        "valuation": f"{lot.budget:.2f}",
        "start_price": terms["start_price"],
        "promises": queries.promises_of(lot, made.supplier.uscc),
        "deposit": f"{lot.deposit:.2f}",
        "terms": lot.delivery,
        "priced_at": tender.evaluated_at,
        **queries.agreed_by(tender, lot),
        "contract_due": contract_due(tender, made, at),
    }


def _grant_confirmation(tender: Tender, made: Award, at: datetime) -> dict[str, Any]:
    """Say the same of a grant of land, with its parcel and where the contract is signed (LD39
    20).
    """
    said = made.lot.particulars
    return {
        **_deal_confirmation(tender, made, at),
        **{name: said.get(name, "") for name in ("location", "area", "use", "years")},
        "owner_address": tender.purchaser.address,
    }


WINNER_PAPERS: Final[Mapping[str, Callable[[Tender, Award, datetime], dict[str, Any]]]] = {
    "award_notice": _award_notice,
    "deal_notice": _deal_notice,
    "deal_confirmation": _deal_confirmation,
    "grant_confirmation": _grant_confirmation,
}
"""What a winner gets in writing, by the name a method gives it."""


def result_letter(
    tender: Tender, made: Award, bidder: Organisation, at: datetime
) -> dict[str, Any]:
    """Say to one bidder who won, its own place or the reason it is out, and how to challenge."""
    ranked = next((c for c in made.lot.candidates if c["uscc"] == bidder.uscc), None)
    out = next((e for e in made.lot.excluded if e["uscc"] == bidder.uscc), None)
    rules, on = queries.rules_of(tender, at), local_date(at)
    stays = rules.last_day_if_any("result_stays", on)
    until = rules.last_day("result_challenge", stays) if stays else ""
    return {
        **_common(tender, made, at),
        "number": f"{tender.code}-JG-{made.lot.number:02d}-{bidder.uscc[-6:]}{_again(made)}",
        "bidder": bidder.name,
        "bidder_uscc": bidder.uscc,
        "own_rank": ranked["rank"] if ranked and not tender.award_way else "",
        "own_total": ranked["total"] if ranked and not tender.award_way else "",
        "excluded_reason": out["reason"] if out else "",
        "challenge_until": until,
        "challenge_article": rules.article_of("result_challenge", on) if stays else "",
        "remedy": words_of(tender)["result_remedy"],
        "deposit": queries.deposit_returned(tender, made.lot, at),
        **_said(tender, made),
    }
